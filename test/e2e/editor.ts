import type { Locator, Page } from 'playwright-core';

/** What a person does in the editor, one method each. Waits are those of the page, never fixed times. */
export class Editor {
  constructor(readonly page: Page) {}

  async open(url: string, firstEntry: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: firstEntry })
      .first()
      .waitFor();
  }

  /** Opens a file by its path below the folder. */
  async openFile(path: string, containing: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input').fill(path);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.line(containing).first().waitFor();
  }

  /** Editor lines that contain a text; without spaces in it, since the editor shows non-breaking ones. */
  line(text: string): Locator {
    return this.page.locator('.monaco-editor .view-line', { hasText: text });
  }

  squiggle(severity: 'error' | 'warning'): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`);
  }

  async hover(target: Locator, containing: string): Promise<string> {
    await target.hover();
    const widget = this.page.locator('.monaco-hover:visible', { hasText: containing });
    await widget.first().waitFor();
    return widget.first().innerText();
  }

  async problems(): Promise<Locator> {
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    if (!(await rows.first().isVisible())) await this.page.keyboard.press('Control+Shift+M');
    await rows.first().waitFor();
    return rows;
  }

  /** Goes where an entry of the Problems panel points; the cursor stands at its beginning then. */
  async goTo(problem: Locator): Promise<void> {
    await problem.dblclick();
    await this.page.locator('.monaco-editor.focused').waitFor();
  }

  /** Opens the quick fixes at the cursor; the one with this title, to be clicked. */
  async quickFix(title: string): Promise<Locator> {
    await this.page.keyboard.press('Control+.');
    const action = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await action.waitFor();
    return action;
  }

  async run(command: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input').fill(`>${command}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: command }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item-message', { hasText: text });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
  }
}
