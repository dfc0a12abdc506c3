import type { Locator, Page } from 'playwright-core';
import { keyOf } from './keys.js';

/** Longer than a list of VS Code takes to open. */
const LATE_FOCUS_MS = 5000;
/** Longer than that list takes to find an entry that is there. */
const LATE_COMMAND_MS = 20_000;

/** What a person does in the editor, one method each. Waits are for what the page shows. */
export class Editor {
  /** Absolute, where the files are on this machine. */
  folder = '';

  /** @param hasKeys whether the profile has the keys of `keys.ts` */
  constructor(
    readonly page: Page,
    private readonly hasKeys = true,
  ) {}

  async open(url: string, firstEntry: string): Promise<void> {
    await this.page.goto(url);
    await this.isStarted();
    await this.page
      .locator('.explorer-folders-view .monaco-list-row', { hasText: firstEntry })
      .first()
      .waitFor();
  }

  /**
   * Waits until all parts are restored: until then, VS Code moves the focus, which closes its lists. What follows at idle
   * moments also decides which commands there are: those for trusted workspaces come last.
   */
  async isStarted(): Promise<void> {
    for (const mark of ['didStartWorkbench', 'didCreateWorkbenchContributions/3'])
      await this.page.waitForFunction(`performance.getEntriesByName('code/${mark}').length > 0`);
  }

  /** Opens a file by its path below the folder and waits for what is in it. */
  async openFile(path: string, containing: string): Promise<void> {
    await this.show(path);
    await this.line(containing).first().waitFor();
  }

  /** Opens a file by its path below the folder and puts the cursor into it. */
  async show(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const first = this.listed(name).and(this.page.locator('[data-index="0"]'));
    await this.take('Control+P', this.folder === '' ? path : `${this.folder}/${path}`, first);
    // The tab changes before the text: a key pressed in between goes to the previous file.
    await this.page
      .locator(`.editor-group-container.active .monaco-editor[data-uri$="/${path}"]`)
      .first()
      .waitFor();
    // A view that an earlier command focused may take the focus only now.
    await this.focusCode();
  }

  /** The entry with exactly this name in VS Code's own list of files or commands. */
  private listed(name: string): Locator {
    const whole = new RegExp(`^${name.replaceAll(/[^\w\s]/g, '\\$&')}$`);
    return this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: whole }) })
      .first();
  }

  /**
   * Opens VS Code's own list of files or commands, types a text and takes an entry. It uses keys, because rows may move
   * under the mouse.
   */
  private async take(key: string, text: string, entry: Locator): Promise<void> {
    const list = this.page.locator('.quick-input-widget').first();
    // A list that is still closing would swallow the key.
    await list.waitFor({ state: 'hidden' });
    // The target of an earlier command may take the focus late, which closes the list again.
    do await this.page.keyboard.press(key);
    while (!(await this.isTaken(list, text, entry)));
    await this.page.waitForFunction(hasListGone, text);
  }

  /** Types into the list that is opening and takes an entry; `false` if the list closed before that. */
  private async isTaken(list: Locator, text: string, entry: Locator): Promise<boolean> {
    const input = list.locator('input').first();
    const type = (what: string): Promise<boolean> =>
      this.isSoon(input.fill(what, { timeout: LATE_FOCUS_MS }));
    while (!(await type(text))) if (!(await list.isVisible())) return false;
    for (;;) {
      const listed = this.isSoon(entry.waitFor({ timeout: LATE_COMMAND_MS }));
      const closed = list.waitFor({ state: 'hidden' }).then(() => undefined);
      const isListed = await Promise.race([listed, closed]);
      if (isListed === undefined) return false;
      if (isListed) break;
      // A command that was registered while the list is open appears only when the text changes.
      await type(text.slice(0, -1));
      await type(text);
    }
    for (const chosen = entry.and(this.page.locator('.focused')); !(await chosen.isVisible());) {
      if (!(await list.isVisible())) return false;
      await input.press('ArrowDown');
    }
    // If the list closes before the key arrives, the key goes to whatever has the focus.
    await this.page.evaluate(noteEnter);
    await input.press('Enter');
    return this.page.evaluate('globalThis.hasListTakenEnter');
  }

  /** Waits until the code of the active editor receives keys. Its CSS class for the focus outlives the focus. */
  async focusedCode(timeout?: number): Promise<void> {
    await this.page.waitForFunction(
      `document.activeElement?.matches('.editor-group-container.active .monaco-editor :is(.native-edit-context, .inputarea)')`,
      undefined,
      timeout === undefined ? {} : { timeout },
    );
  }

  /** Editor lines that contain a text; without spaces in it, since the editor shows non-breaking ones. */
  line(text: string | RegExp): Locator {
    return this.page.locator('.monaco-editor .view-line', { hasText: text });
  }

  /** A word of a line. It has an element of its own only after the line was coloured. */
  word(line: Locator, word: string): Locator {
    return line.locator('span', { hasText: new RegExp(`^${word}$`) }).last();
  }

  squiggle(severity: 'error' | 'warning' | 'info'): Locator {
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
    if (!(await rows.first().isVisible())) await this.run('Problems: Focus on Problems View');
    await rows.first().waitFor();
    return rows;
  }

  /** Goes where an entry of the Problems panel points, which names the line; the problem is selected then. */
  async goTo(problem: Locator): Promise<void> {
    const line = /\[Ln (\d+), Col \d+\]/.exec(await problem.innerText())?.[1] ?? '';
    await problem.click();
    await this.selection.filter({ hasText: `Ln ${line},` }).waitFor();
    await this.focusCode();
  }

  /** Entries of the menu of quick fixes. */
  action(title: string): Locator {
    return this.page.locator('.action-widget .monaco-list-row', { hasText: title });
  }

  /** Opens the quick fixes at the cursor; the one with this title, to be clicked. */
  async quickFix(title: string): Promise<Locator> {
    return this.listedFix(this.action(title).first());
  }

  /** Opens the quick fixes at the cursor and takes a fix: the verified one, or whichever is found. */
  async fix(title: string): Promise<void> {
    const fix = await this.listedFix(this.action(title).or(this.action('Find a fix for')).first());
    await fix.click();
  }

  /**
   * Opens the menu of quick fixes until it lists an entry. VS Code closes the menu when diagnostics arrive, and on a busy
   * machine it has shown none after the key.
   */
  private async listedFix(entry: Locator): Promise<Locator> {
    const menu = this.page.locator('.action-widget').first();
    do {
      await this.openMenu();
      if (!(await this.isSoon(menu.waitFor({ timeout: LATE_FOCUS_MS })))) continue;
      await Promise.race([entry.waitFor(), menu.waitFor({ state: 'hidden' })]);
    } while (!(await entry.isVisible()));
    return entry;
  }

  /** Asks for what can be done at the cursor. */
  async openMenu(): Promise<void> {
    await this.page.keyboard.press('Control+.');
  }

  /** Closes all editors. The focus moves when they are gone, which would close a list that is opened meanwhile. */
  async closeAll(): Promise<void> {
    await this.run('View: Close All Editors');
    await this.page.locator('.editor-group-container.empty').first().waitFor();
  }

  /** Runs a command from VS Code's list, or one of VS Code's own that has a key by that. */
  async run(command: string): Promise<void> {
    const key = this.hasKeys ? keyOf(command) : undefined;
    if (key !== undefined) {
      // A list that is still closing would swallow the key.
      await this.page.locator('.quick-input-widget').first().waitFor({ state: 'hidden' });
      await this.page.keyboard.press(key);
      return;
    }
    // What was listed before the text was typed has no part of it marked.
    const found = this.listed(command).filter({ has: this.page.locator('.label-name .highlight') });
    await this.take('F1', `>${command}`, found);
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item-message', { hasText: text });
  }

  /** Waits for a message in the list of all notifications: the editor shows only three of several in quick succession. */
  async told(text: string | RegExp): Promise<string> {
    // VS Code lists a message twice if it arrives while the empty list is open and the list is then hidden and shown again.
    const isNew = this.page.locator('[id="status.notifications"] .codicon-bell-dot');
    await isNew.or(this.notification(text)).first().waitFor();
    await this.run('Notifications: Show Notifications');
    const message = await this.notification(text).first().innerText();
    // The list closes itself when it is empty for a moment, as between the progress of a scan and its result.
    if (await this.page.locator('.notifications-center.visible').isVisible())
      await this.run('Notifications: Hide Notifications');
    return message;
  }

  async clearNotifications(): Promise<void> {
    await this.run('Notifications: Clear All Notifications');
    await this.notification('').first().waitFor({ state: 'hidden' });
  }

  /**
   * Saves the active document. The file is written before the editor clears its mark; an editor closed in between asks
   * whether to save.
   */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page
      .locator('.editor-group-container.active .tab.active.dirty')
      .waitFor({ state: 'detached' });
  }

  /** Saves all documents and waits until each is. */
  async saveAll(): Promise<void> {
    await this.run('File: Save All Files');
    await this.page.locator('.tab.dirty').first().waitFor({ state: 'detached' });
  }

  /** Types into the input box that is shown. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await input.fill(text);
    await input.press('Enter');
    await this.page.waitForFunction(hasListGone, text);
  }

  /** Takes an entry of the list that is shown. */
  async choose(label: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
  }

  /** Clicks an entry of a tree unless it is open. */
  async unfold(entry: Locator): Promise<void> {
    if ((await entry.getAttribute('aria-expanded')) !== 'true') await entry.click();
  }

  /**
   * Shows what is below an entry of a tree that may still change: VS Code folds an entry again when the tree changes
   * while it asks for what is below.
   */
  async unfoldTo(below: Locator, entry: Locator): Promise<void> {
    while (!(await below.isVisible())) await this.unfold(entry);
  }

  async focusCode(): Promise<void> {
    // What an earlier command focuses may take the focus after the key.
    do await this.run('View: Focus Active Editor Group');
    while (!(await this.isSoon(this.focusedCode(LATE_FOCUS_MS))));
  }

  /** Whether what is waited for came in time. */
  private isSoon(waited: Promise<unknown>): Promise<boolean> {
    return waited.then(
      () => true,
      () => false,
    );
  }

  /** Where the cursor is and how much is selected, as the status bar says. */
  private get selection(): Locator {
    return this.page.locator('#status\\.editor\\.selection');
  }

  /** The line of the cursor, 1-based. */
  async cursorLine(): Promise<number> {
    const text = await this.selection.innerText();
    return Number(/Ln (\d+)/.exec(text)?.[1]);
  }

  /** Puts the cursor on a text at or below the first line that contains another one. */
  async cursorAt(behind: string, text: string): Promise<void> {
    await this.focusCode();
    // The code has the focus before VS Code notices; until then VS Code drops the key.
    for (const top = this.selection.filter({ hasText: /^Ln 1, Col 1$/ }); !(await top.isVisible());)
      await this.page.keyboard.press('Control+Home');
    for (const words of [behind, text]) {
      await this.page.keyboard.press('Control+F');
      const input = this.page.locator('.find-widget.visible textarea').first();
      await input.fill(words);
      // The search has to be done before Enter takes its first match, which is selected then.
      const count = this.page.locator('.find-widget.visible .matchesCount');
      await count.filter({ hasText: /of [1-9]/ }).waitFor();
      await input.press('Enter');
      await this.selection.filter({ hasText: `(${words.length} selected)` }).waitFor();
      // Escape would close a message or a hover instead.
      await this.page.locator('.find-widget.visible .codicon-widget-close').first().click();
      await input.waitFor({ state: 'hidden' });
      await this.focusedCode();
    }
    // From the selection to its beginning.
    await this.page.keyboard.press('ArrowLeft');
  }

  /** A button in the title of the first view that is shown at the side. */
  async titleAction(name: string): Promise<void> {
    const header = this.page.locator('.sidebar .pane-header:visible').first();
    if (await header.isVisible()) await header.hover();
    await this.page.locator(`.sidebar .action-label[aria-label^="${name}"]:visible`).first().click();
  }
}

/** In the page: VS Code's list, or its box for input, does not show this text any more. */
const hasListGone = (text: string): boolean => {
  type Input = { readonly value: string; checkVisibility(): boolean };
  const { document } = globalThis as unknown as { document: { querySelector(what: string): Input | null } };
  const input = document.querySelector('.quick-input-widget input');
  return !input?.checkVisibility() || input.value !== text;
};

/** In the page: notes whether VS Code's list gets the next Enter. */
const noteEnter = (): void => {
  type Target = { closest(what: string): unknown; checkVisibility(): boolean };
  type Key = { readonly key: string; readonly target: Target };
  const page = globalThis as unknown as {
    hasListTakenEnter: boolean;
    addEventListener(kind: 'keydown', heard: (key: Key) => void, how: object): void;
  };
  page.hasListTakenEnter = false;
  const heard = ({ key, target }: Key): void => {
    page.hasListTakenEnter =
      key === 'Enter' && target.closest('.quick-input-widget') !== null && target.checkVisibility();
  };
  page.addEventListener('keydown', heard, { capture: true, once: true });
};
