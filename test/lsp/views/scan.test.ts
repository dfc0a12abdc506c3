import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CancellationTokenSource, DidOpenTextDocumentNotification } from 'vscode-languageserver/node';
import {
  PAUSE,
  SCAN_WORKSPACE,
  STATUS,
  type ScanWorkspaceResult,
  type StatusParams,
} from '../../../protocol/methods.js';
import { OVERVIEW, type Overview } from '../../../protocol/views.js';
import { Server } from '../support/server.js';
import { bigDriver, CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD, TWO } from '../support/texts.js';

/** The same order in both functions. */
const REPAIRED = TWO.replace(
  'down(&second_sem);\n\tdown(&first_sem);',
  'down(&first_sem);\n\tdown(&second_sem);',
);

const FILES = {
  Kbuild: KBUILD,
  'two.c': TWO,
  'driver/cross.h': CROSS_HEADER,
  'driver/device.c': CROSS_DEVICE,
  'driver/queue.c': CROSS_QUEUE,
};

describe('scanning', () => {
  let server: Server;
  let cache: string;

  beforeEach(async () => {
    cache = mkdtempSync(join(tmpdir(), 'lockorder-cache-'));
    server = new Server(FILES);
    await server.initialize({ index: 'open' }, { cacheDirectory: cache });
  });

  afterEach(async () => {
    await server.stop();
    rmSync(cache, { recursive: true, force: true });
  });

  const scan = (changed = false): Promise<ScanWorkspaceResult> =>
    server.connection.sendRequest(SCAN_WORKSPACE, { changed });
  const git = (...args: readonly string[]): void => {
    const options = { cwd: server.folder, stdio: 'ignore' as const };
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], options);
  };
  /** The next start of an editor on the same folder. */
  const restarted = async (): Promise<Server> => {
    const next = new Server();
    await next.initializeOn(server.folder, { index: 'open' }, { cacheDirectory: cache });
    return next;
  };

  it('is restored at the next start, except for changed files', async () => {
    const { findings } = await scan();
    assert.equal(findings, 2);
    const next = await restarted();
    await next.diagnosticsOf(server.uri('two.c'), (now) => now.length > 0);
    await next.diagnosticsOf(server.uri('driver/queue.c'), (now) => now.length > 0);
    const known: Overview = await next.connection.sendRequest(OVERVIEW);
    assert.equal(known.findings.length, 2);
    await next.stop();
    server.write('driver/device.c', CROSS_DEVICE.replace('dev->users++', 'dev->users += 1'));
    const later = await restarted();
    await later.diagnosticsOf(server.uri('two.c'), (now) => now.length > 0);
    const left: Overview = await later.connection.sendRequest(OVERVIEW);
    assert.deepEqual(
      left.findings.map(({ place }) => place.uri),
      [server.uri('two.c')],
    );
    await later.stop();
  });

  it('counts what it shows: findings in open files before, all of them afterwards', async () => {
    let status: StatusParams | undefined;
    server.connection.onNotification(STATUS, (params: StatusParams) => void (status = params));
    /** Waits until status, view and diagnostics agree; a change is told a little later. */
    const agree = async (scope: StatusParams['scope'], findings: number): Promise<void> => {
      for (;;) {
        const overview: Overview = await server.connection.sendRequest(OVERVIEW);
        const told = [status?.scope, status?.findings, status?.problems ?? status?.findings].join();
        const wanted = [scope, findings, server.published.length].join();
        if (told === wanted && overview.scope === scope && overview.findings.length === findings) return;
      }
    };
    // The program contains the whole folder, and finds another deadlock in it.
    server.write('driver/two.c', TWO);
    await server.open('driver/queue.c', CROSS_QUEUE);
    await server.diagnostics('driver/queue.c', 0, (now) => now.length > 0);
    await agree('open', 1);
    await server.open('driver/device.c', CROSS_DEVICE);
    await server.diagnostics('driver/device.c', 0, (now) => now.length > 0);
    await agree('open', 1);
    await scan();
    await agree('workspace', 3);
  });

  it('knows a file by one name when it is opened through a symbolic link', async () => {
    symlinkSync('driver', join(server.folder, 'link'));
    await server.open('link/queue.c', CROSS_QUEUE);
    await server.diagnostics('link/queue.c', 0, (now) => now.length > 0);
    // The document that is open is the one that shows it.
    assert.equal((await scan()).findings, 2);
    const { findings }: Overview = await server.connection.sendRequest(OVERVIEW);
    assert.deepEqual(findings.map(({ place }) => place.uri).sort(), [
      server.uri('link/queue.c'),
      server.uri('two.c'),
    ]);
    // Both at once are two documents.
    await server.open('driver/queue.c', CROSS_QUEUE);
    await server.close('driver/queue.c');
    await server.diagnostics('link/queue.c', 0, (now) => now.length > 0);
  });

  it('counts a stored finding no more once it is repaired in the open file', async () => {
    await scan();
    const next = await restarted();
    await next.diagnosticsOf(server.uri('two.c'), (now) => now.length > 0);
    const uris = async (): Promise<readonly string[]> => {
      const { findings }: Overview = await next.connection.sendRequest(OVERVIEW);
      return findings.map(({ place }) => place.uri);
    };
    await next.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: {
        uri: server.uri('two.c'),
        languageId: 'c',
        version: 1,
        text: REPAIRED,
      },
    });
    await next.diagnosticsOf(
      server.uri('two.c'),
      (now) => !now.some(({ code }) => code === 'lock-order-cycle'),
    );
    assert.deepEqual(await uris(), [server.uri('driver/queue.c')]);
    await next.stop();
  });

  it('keeps its findings when only suppressions change', async () => {
    await scan();
    const ignore = [
      {
        rule: 'lock-order-cycle',
        locks: ['two.c:first_sem', 'two.c:second_sem'],
        reason: 'one after the other',
      },
    ];
    server.write('lockorder.json', JSON.stringify({ fixes: 'all', ignore }));
    await server.changedOnDisk('lockorder.json');
    const uris = async (): Promise<readonly string[]> => {
      const { findings }: Overview = await server.connection.sendRequest(OVERVIEW);
      return findings.map(({ place }) => place.uri);
    };
    await server.diagnosticsOf(server.uri('two.c'), (now) => now.length === 0);
    assert.deepEqual(await uris(), [server.uri('driver/queue.c')]);
    // Other models may find other things: then it is all to be looked at again.
    server.write('lockorder.json', JSON.stringify({ models: [{ acquire: [{ name: 'my_lock' }] }] }));
    await server.changedOnDisk('lockorder.json');
    await server.diagnosticsOf(server.uri('driver/device.c'), (now) => now.length === 0);
    assert.deepEqual(await uris(), []);
  });

  it('stops when cancelled, and can be started again', async () => {
    const many = Array.from({ length: 40 }, (_, at) => `many/big${at}.c`);
    for (const [at, name] of many.entries()) {
      server.write(name, bigDriver(60).replaceAll('big_', `big${at}_`));
    }
    await server.open('two.c', TWO);
    const begun = new Promise<void>((resolve) => {
      server.onProgress('called-off', ({ kind }) => (kind === 'report' ? resolve() : undefined));
    });
    const source = new CancellationTokenSource();
    const first: Promise<unknown> = server.connection.sendRequest(
      SCAN_WORKSPACE,
      { workDoneToken: 'called-off' },
      source.token,
    );
    await begun;
    const statuses: StatusParams[] = [];
    server.connection.onNotification(STATUS, (status: StatusParams) => void statuses.push(status));
    source.cancel();
    await assert.rejects(first, /cancelled/);
    for (const name of many) rmSync(join(server.folder, name));
    await server.changedOnDisk(...many);
    const { findings } = await scan();
    assert.equal(findings, 2);
    assert.ok(statuses.every(({ state }) => state !== 'failed'));
  });

  it('of changed files covers no others', async () => {
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'all');
    assert.deepEqual(await scan(true), {
      files: 0,
      findings: 0,
      filesWithFindings: 0,
      skipped: [],
      notShown: 0,
      complete: true,
    });
    server.write('driver/queue.c', `${CROSS_QUEUE}\n/* more */\n`);
    server.write('new.c', TWO.replaceAll('_sem', '_fresh'));
    const { files, findings } = await scan(true);
    assert.deepEqual([files, findings], [2, 2]);
    await server.diagnosticsOf(server.uri('driver/queue.c'), (now) => now.length > 0);
    await server.diagnosticsOf(server.uri('new.c'), (now) => now.length > 0);
    assert.deepEqual(server.shown('two.c'), []);
  });

  it('of changed files reports why it is impossible', async () => {
    await assert.rejects(scan(true), /git/i);
  });

  it('can be paused in the background and resumed', async () => {
    const states: string[] = [];
    const waiting: (() => void)[] = [];
    server.connection.onNotification(STATUS, ({ state }: StatusParams) => {
      states.push(state);
      for (const look of waiting) look();
    });
    const reached = (state: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => (states.at(-1) === state ? resolve() : undefined);
        waiting.push(look);
        look();
      });
    await server.connection.sendNotification(PAUSE, { paused: true });
    await reached('paused');
    assert.ok((await server.open('two.c', TWO)).length > 0);
    await server.connection.sendNotification(PAUSE, { paused: false });
    await reached('ready');
  });
});
