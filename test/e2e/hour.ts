/*
 * An hour of a driver author: opens files of a kernel tree in which something was found, and does with each what one does.
 * After every second file something happens to the editor itself: a second window, a killed server, other settings.
 * It passes or fails nothing; what took how long, and whatever was not as expected, is written down for people to read.
 *
 * LOCKORDER_TREE=DIR,… LOCKORDER_SCAN=FILE,… [LOCKORDER_ROUNDS=20] [LOCKORDER_MINUTES=60] [LOCKORDER_PICTURES=DIR] \
 *   node_modules/.bin/mocha --timeout 0 out/test/e2e/hour.js
 *
 * With several trees, each with the JSON of a scan, it changes from one to the next after a few files. Files of earlier
 * recordings are not opened again.
 */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../analysis/checks/types.js';
import { chosen, HISTORY } from './support/chosen.js';
import { faintTexts } from './support/contrast.js';
import type { Editor } from './support/editor.js';
import { EditorSession } from './support/session.js';

const TREES = (process.env['LOCKORDER_TREE'] ?? '').split(',').filter((tree) => tree !== '');
const SCANS = (process.env['LOCKORDER_SCAN'] ?? '').split(',');
/** Of each tree. */
const ROUNDS = Number(process.env['LOCKORDER_ROUNDS'] ?? 20);
/** No round begins after it. */
const END_MS = Date.now() + Number(process.env['LOCKORDER_MINUTES'] ?? 60) * 60_000;
/** Takes longer than people wait for a menu, in milliseconds. */
const SLOW_MS = 1000;
/** Longest wait for the first finding of a file, in milliseconds. */
const FIRST_MS = 60_000;
/** Longest wait for what follows a key, in milliseconds. */
const AFTER_MS = 20_000;
/** Between two keys of somebody who types, in milliseconds. */
const KEY_MS = 70;
const REASON = 'only one of them runs at a time';

/** Words that nobody should read in the editor. */
const ODD = /undefined|\[object|NaN|\{\d\}|\.[ch]:[a-z_]\w*\b(?!:)|\(\)\(\)| {3,}\S/;

/** What was done with a finding, or what happened while one was looked at. */
interface Round {
  readonly what: string;
  readonly file: string;
  readonly line: number;
  readonly ms: Record<string, number>;
  readonly menu: string[];
  readonly odd: string[];
}

describe('an hour of use', () => {
  const rounds: Round[] = [];
  const session = new EditorSession('hour', {
    size: { width: 1500, height: 950 },
    open: { folder: TREES[0] ?? '', entry: 'drivers' },
  });
  before(() => {
    session.editor.folder = session.folder;
  });
  after(() => {
    const tree = TREES.map((path) => path.replace(/.*\//, '')).join(', ');
    appendFileSync(HISTORY, `${JSON.stringify({ at: new Date().toISOString(), tree, rounds })}\n`);
  });

  function begin(what: string, { at: { file, line } }: Finding): Round {
    const round: Round = { what, file, line, ms: {}, menu: [], odd: [] };
    rounds.push(round);
    return round;
  }

  /** Opens the folder of a tree, unless it is open. */
  async function enter(tree: string): Promise<void> {
    if (session.folder === tree) return;
    await session.editor.closeAll();
    await session.reopen(tree, 'drivers');
    session.folder = tree;
    session.editor.folder = tree;
  }

  type Step = (name: string, limit: number, act: () => Promise<unknown>) => Promise<boolean>;

  /** Does something and notes how long it took; when it does not come, that is noted and all goes on. */
  const stepOf =
    (round: Round): Step =>
    async (name, limit, act) => {
      const start = Date.now();
      try {
        await act();
        round.ms[name] = Date.now() - start;
        if (Date.now() - start > limit) round.odd.push(`${name}: ${Date.now() - start} ms`);
        return true;
      } catch (error) {
        round.odd.push(`${name}: ${String(error).split('\n')[0]?.slice(0, 160)}`);
        await session.picture(`odd-${rounds.length}-${name.replace(/\W+/g, '-')}`);
        for (let key = 0; key < 2; key += 1) await session.page.keyboard.press('Escape');
        return false;
      }
    };

  async function takeBack(editor: Editor): Promise<void> {
    await editor.focusCode();
    for (const dirty = editor.page.locator('.tab.active.dirty'); (await dirty.count()) > 0;) {
      await editor.page.keyboard.press('Control+Z');
    }
  }

  const errors = () => session.editor.squiggle('error').or(session.editor.squiggle('warning'));

  async function toLine(line: number, by = 0): Promise<void> {
    await session.editor.focusCode();
    await session.page.keyboard.press('Control+G');
    await session.editor.answer(`:${line}`);
    await session.page.locator('#status\\.editor\\.selection', { hasText: `Ln ${line},` }).waitFor();
    // To what is first in the line, and from there.
    await session.page.keyboard.press('End');
    await session.page.keyboard.press('Home');
    for (let right = 0; right < by; right += 1) await session.page.keyboard.press('ArrowRight');
  }

  /** What happens to the editor while somebody works, in turn. */
  const events: Readonly<Record<string, (finding: Finding, step: Step, round: Round) => Promise<void>>> = {
    'a second window': async ({ at: { file, line } }, step) => {
      const other = await session.anotherWindow();
      await step('finding in the other window', FIRST_MS, async () => {
        await other.show(file);
        await other.page
          .locator('#status\\.problems', { hasNotText: /^\s*0\s+0\s*$/ })
          .waitFor({ timeout: FIRST_MS });
      });
      await step('what the other window saved', 5 * SLOW_MS, async () => {
        await other.focusCode();
        await other.page.keyboard.press('Control+Home');
        await other.page.keyboard.insertText('/* another window */\n');
        await other.save();
        // The cursor moves along with its line, while the first line may be out of sight.
        await session.page
          .locator('#status\\.editor\\.selection', { hasText: `Ln ${line + 1},` })
          .waitFor({ timeout: AFTER_MS });
      });
      await step('undone in the other window', 5 * SLOW_MS, async () => {
        await other.focusCode();
        while (await other.line('another').first().isVisible()) await other.page.keyboard.press('Control+Z');
        await other.save();
        await session.page
          .locator('#status\\.editor\\.selection', { hasText: `Ln ${line},` })
          .waitFor({ timeout: AFTER_MS });
      });
      await other.page.close();
    },
    'a killed server': async (_, step) => {
      const killed = session.languageServers;
      for (const pid of killed) process.kill(pid, 'SIGKILL');
      await step('finding after the server was killed', 20 * SLOW_MS, async () => {
        await session.until(
          () => session.languageServers.some((pid) => !killed.includes(pid)),
          () => 'no new server',
        );
        await errors().first().waitFor({ timeout: FIRST_MS });
        await session.editor.run('Lock Order: Explain Finding');
        await session.window.locator('h1').waitFor({ timeout: AFTER_MS });
      });
    },
    'other settings': async ({ rule, at: { file } }, step) => {
      const settings = '.vscode/settings.json';
      const shown = (await session.editor.problems()).filter({ hasText: rule });
      await step('a rule switched off', 5 * SLOW_MS, async () => {
        session.write(settings, JSON.stringify({ 'lockOrder.rules': { [rule]: 'off' } }));
        await shown.first().waitFor({ state: 'detached', timeout: AFTER_MS });
      });
      await step('findings of all confidences', 20 * SLOW_MS, async () => {
        session.write(settings, JSON.stringify({ 'lockOrder.confidence': 'low' }));
        await shown.first().waitFor({ timeout: AFTER_MS });
      });
      await session.picture(`settings-${file.replaceAll('/', '-')}`);
      rmSync(join(session.folder, '.vscode'), { recursive: true });
      await session.editor.run('View: Hide Panel');
    },
    'views of a lock': async ({ at: { line } }, step, round) => {
      for (const [name, words] of [
        ['Lock Order: Show Lock Graph', 'svg'],
        ['Lock Order: Explain Finding', 'h1'],
      ] as const) {
        await session.editor.run('View: Focus First Editor Group');
        await toLine(line);
        await step(name, 5 * SLOW_MS, async () => {
          await session.editor.run(name);
          await session.window.locator(words).first().waitFor({ timeout: AFTER_MS });
          for (const text of await faintTexts(session.window)) round.odd.push(`faint: ${text}`);
        });
        await session.picture(`view-${rounds.length}-${words}`);
      }
      await session.theme('light');
      await session.picture(`view-${rounds.length}-light`);
      await session.theme('dark');
    },
    'a restart': async (_, step) => {
      await step('finding after a restart', 10 * SLOW_MS, async () => {
        await session.whenSeen(`!document.querySelector('.squiggly-error, .squiggly-warning')`, () =>
          session.editor.run('Lock Order: Restart Server'),
        );
        await errors().first().waitFor({ timeout: FIRST_MS });
      });
    },
    'a scan that is called off': async (_, step, round) => {
      const progress = session.page.locator('.notification-list-item', {
        hasText: 'Scanning for locking bugs',
      });
      await session.editor.run('Lock Order: Scan Workspace');
      await step('first word of a scan', 2 * SLOW_MS, () => progress.first().waitFor());
      await session.page.waitForTimeout(5 * SLOW_MS);
      round.menu.push(await progress.first().innerText());
      await session.picture(`scan-${rounds.length}`);
      await step('end of a scan', SLOW_MS, async () => {
        await progress.locator('.monaco-button', { hasText: 'Cancel' }).click();
        await progress.first().waitFor({ state: 'detached' });
      });
      round.menu.push(await session.editor.told(/cancelled/));
      await session.editor.clearNotifications();
    },
    'a reload': async ({ at: { file } }, step) => {
      await step('finding after a reload', FIRST_MS, async () => {
        await session.reopen(session.folder, file.split('/')[0] ?? '');
        await session.editor.show(file);
        await errors().first().waitFor({ timeout: FIRST_MS });
      });
    },
  };

  const turns = Object.entries(events);
  for (const [index, { tree, finding }] of chosen(TREES, SCANS, ROUNDS).entries()) {
    const { file, line, column } = finding.at;
    it(`${finding.rule} ${file}:${line}`, async function () {
      if (Date.now() > END_MS) this.skip();
      await enter(tree);
      const round = begin(finding.rule, finding);
      const before = readFileSync(join(tree, file), 'utf8');
      const by = column - 1 - (/^\s*/.exec(before.split('\n')[line - 1] ?? '')?.[0].length ?? 0);
      const step = stepOf(round);
      const read = (name: string, text: string): void => {
        const odd = text.split('\n').find((each) => ODD.test(each));
        if (odd !== undefined) round.odd.push(`${name} reads: ${odd.slice(0, 200)}`);
      };
      /** Takes back all that was typed; the finding is there again as it was. */
      const undo = async (): Promise<void> => {
        await takeBack(session.editor);
        await toLine(line, by);
        await errors().first().waitFor({ timeout: AFTER_MS });
      };

      await session.editor.closeAll();
      await session.editor.show(file);
      await toLine(line, by);
      if (!(await step('first finding', 60_000, () => errors().first().waitFor({ timeout: FIRST_MS }))))
        return;
      await session.picture(`round-${rounds.length}`);
      const rows = session.page.locator('.action-widget .monaco-list-row.action');
      await step('menu', SLOW_MS, async () => {
        await session.editor.openMenu();
        await rows.first().waitFor({ timeout: AFTER_MS });
      });
      round.menu.push(...(await rows.allInnerTexts()));
      if (!round.menu.some((title) => title.startsWith('Explain'))) round.odd.push('menu without Explain');
      read('menu', round.menu.join('\n'));
      await session.picture(`round-${rounds.length}-menu`);
      await session.page.keyboard.press('Escape');
      await step('hover', 2 * SLOW_MS, async () => {
        // By its keys: the list of all commands takes longer than the hover.
        await session.page.keyboard.press('Control+K');
        await session.page.keyboard.press('Control+I');
        const hover = session.page.locator('.monaco-hover:visible').first();
        await hover.waitFor({ timeout: AFTER_MS });
        read('hover', await hover.innerText());
        await session.picture(`round-${rounds.length}-hover`);
      });
      await session.page.keyboard.press('Escape');
      await step('explain', 4 * SLOW_MS, async () => {
        await session.editor.run('Lock Order: Explain Finding');
        await session.window.locator('h1').waitFor({ timeout: AFTER_MS });
        // Words, not code, which may be aligned with spaces.
        read(
          'explain',
          (await session.window.locator('main :is(h2, p, td, li):not(:has(pre))').allInnerTexts()).join('\n'),
        );
        await session.picture(`round-${rounds.length}-explain`);
        for (const text of await faintTexts(session.window)) round.odd.push(`explain is faint: ${text}`);
      });
      await session.editor.run('View: Focus First Editor Group');
      await session.editor.run('View: Close Editors in Other Groups');

      await step('half-typed statement', 60_000, async () => {
        await toLine(line, by);
        const known = await errors().count();
        await session.page.keyboard.press('End');
        for (const key of '\n\tif (first && second') {
          await session.page.keyboard.type(key, { delay: KEY_MS });
          const now = await errors().count();
          if (now > known) round.odd.push(`${now - known} more squiggles after “${key}” of a half-typed if`);
          if (now === 0 && known > 0) round.odd.push(`the squiggle went at “${key}” of a half-typed if`);
        }
        await session.picture(`round-${rounds.length}-typed`);
      });
      await step('undo', 5 * SLOW_MS, undo);

      const unlock = before
        .split('\n')
        .findIndex((text, at) => at >= line && /\bunlock|_unlock\w*\(/.test(text));
      if (unlock > 0) {
        await step('a release deleted', 60_000, async () => {
          await toLine(unlock + 1);
          await session.page.keyboard.press('Control+Shift+K');
          await toLine(line, by);
          await session.page.waitForTimeout(SLOW_MS);
          await session.picture(`round-${rounds.length}-broken`);
        });
        await step('undo of that', 5 * SLOW_MS, undo);
      }

      const fix = round.menu.find((title) => /^(?:Take|Release|Find a fix|Keep|Move|Drop)/.test(title));
      if (fix !== undefined) {
        await step(`fix: ${fix}`, 20 * SLOW_MS, async () => {
          await session.editor.openMenu();
          await rows.first().waitFor({ timeout: AFTER_MS });
          const still = rows.filter({ hasText: fix }).first();
          if (!(await still.isVisible())) {
            round.menu.push('none is offered, as was found meanwhile');
            await session.page.keyboard.press('Escape');
            return;
          }
          await still.click();
          const told = session.page.locator('.notification-list-item-message');
          const dirty = session.page.locator('.tab.active.dirty');
          const preview = session.page.locator('.bulk-edit-panel .monaco-list-row');
          await told
            .or(dirty)
            .or(preview)
            .first()
            .waitFor({ timeout: 4 * AFTER_MS });
          for (const text of await told.allInnerTexts()) round.menu.push(`told: ${text}`);
          await session.picture(`round-${rounds.length}-fixed`);
          if (await preview.first().isVisible()) {
            await session.page.locator('.monaco-button', { hasText: 'Discard' }).first().click();
          }
        });
        await session.editor.clearNotifications();
        await step('undo of the fix', 5 * SLOW_MS, undo);
      }

      await step('suppressed', 10 * SLOW_MS, async () => {
        const known = await errors().count();
        await (await session.editor.quickFix('with a comment')).click();
        await session.editor.answer(REASON);
        await session.editor.line('lockorder-ignore').first().waitFor({ timeout: AFTER_MS });
        await session.picture(`round-${rounds.length}-suppressed`);
        await session.until(
          async () => (await errors().count()) !== known,
          () => 'the suppressed finding stays',
        );
        if ((await errors().count()) > known) round.odd.push('a suppression brought squiggles');
      });
      await step('undo of the suppression', 5 * SLOW_MS, undo);
      await session.editor.save();
      if (readFileSync(join(tree, file), 'utf8') !== before) round.odd.push('the file is not what it was');
      const told = await session.page.locator('.notification-list-item-message').allInnerTexts();
      for (const text of told) round.odd.push(`told: ${text}`);
      if (told.length > 0) await session.editor.clearNotifications();
      console.log(JSON.stringify(round));
    });
    const happens = index % 2 === 0 ? undefined : turns[((index - 1) / 2) % turns.length];
    if (happens)
      it(happens[0], async function () {
        if (Date.now() > END_MS) this.skip();
        const round = begin(happens[0], finding);
        await session.editor.closeAll();
        await session.editor.show(file);
        await toLine(line);
        await errors().first().waitFor({ timeout: FIRST_MS });
        await happens[1](finding, stepOf(round), round);
        const told = await session.page.locator('.notification-list-item-message').allInnerTexts();
        for (const text of told) round.odd.push(`told: ${text}`);
        if (told.length > 0) await session.editor.clearNotifications();
        console.log(JSON.stringify(round));
      });
  }
});
