import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { bigDriver, TWO } from '../lsp/support/texts.js';
import { EditorSession } from './support/session.js';

/** Files for the scan that is called off: enough to be seen at work. */
const MANY = 480;

describe('a scan', () => {
  const session = new EditorSession('scan');
  /** Errors and warnings in the status bar. */
  const counts = (): Locator => session.page.locator('#status\\.problems');

  beforeEach(async () => {
    await session.page.keyboard.press('Escape');
    await session.editor.closeAll();
  });

  it('shows its progress, and ends at once when cancelled', async () => {
    for (let at = 0; at < MANY; at += 1) {
      session.write(`many/big${at}.c`, bigDriver(60).replaceAll('big_', `big${at}_`));
    }
    const progress = session.page.locator('.notification-list-item', {
      hasText: 'Scanning for locking bugs',
    });
    await session.whenSeen(
      `/[a-z ]+: \\d+ of \\d+/.test(document.querySelector('.notifications-toasts')?.textContent)`,
      () => session.editor.run('Lock Order: Scan Workspace'),
    );
    await session.pictures('scan');
    // The answer does not wait for the server, which may be in the middle of a step.
    const servers = session.languageServers;
    assert.notDeepEqual(servers, []);
    for (const pid of servers) process.kill(pid, 'SIGSTOP');
    try {
      await progress.locator('.monaco-button', { hasText: 'Cancel' }).click();
      await progress.first().waitFor({ state: 'detached' });
      await session.editor.told(/The scan was cancelled/);
    } finally {
      for (const pid of servers) process.kill(pid, 'SIGCONT');
    }
    rmSync(join(session.folder, 'many'), { recursive: true });
    assert.equal(
      await session.editor.notification(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/).count(),
      0,
    );
  });

  it('covers only what differs from the last commit', async () => {
    const git = (...args: readonly string[]): void => {
      const options = { cwd: session.folder, stdio: 'ignore' as const };
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], options);
    };
    session.write('pair/Kbuild', 'obj-m += pair.o\n');
    session.write('pair/pair.c', TWO);
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'all');
    session.write('pair/pair.c', `${TWO}\n/* more */\n`);
    await session.editor.run('Lock Order: Scan Files Changed Since the Last Commit');
    await session.editor.told(/in 1 of 1 C file/);
    await session.editor.clearNotifications();
    rmSync(join(session.folder, '.git'), { recursive: true });
  });

  it('has findings that survive a reload', async () => {
    await session.editor.run('Lock Order: Scan Workspace');
    await session.editor.told(/\d+ findings? .*in \d+ of \d+ C file|\d+ findings? in/);
    const before = await counts().innerText();
    assert.doesNotMatch(before, /^\D*0/);
    await session.reopen(session.folder, 'two-semaphores');
    await counts().filter({ hasText: before }).waitFor();
  });

  it('is written as SARIF', async () => {
    const target = join(session.folder, 'found.sarif');
    await session.editor.run('Lock Order: Export Findings as SARIF');
    await session.saveAs(target, '.sarif');
    await session.editor.told(/findings? written to/);
    const log = JSON.parse(session.read('found.sarif')) as {
      readonly version: string;
      readonly runs: readonly { readonly results: readonly unknown[] }[];
    };
    assert.equal(log.version, '2.1.0');
    assert.ok((log.runs[0]?.results.length ?? 0) > 0);
    rmSync(target);
  });
});
