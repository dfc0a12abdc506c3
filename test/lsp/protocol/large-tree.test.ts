import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { CancellationTokenSource, DiagnosticSeverity, LSPErrorCodes } from 'vscode-languageserver/node';
import {
  SCAN_WORKSPACE,
  STATUS,
  type Extent,
  type ScanWorkspaceResult,
  type StatusParams,
} from '../../../protocol/methods.js';
import { Server } from '../support/server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, TWO } from '../support/texts.js';

/** More than is linked as a whole without being asked for; nothing of it is on disk. */
const HUGE_BYTES = 101_000_000;

/** Two folders that deadlock with one another, others that have nothing to do with them, and a file that is too much. */
const FILES = {
  Kbuild: 'obj-m += all.o\n',
  'device/cross.h': CROSS_HEADER,
  'device/device.c': CROSS_DEVICE,
  'queue/queue.c': CROSS_QUEUE.replace('cross.h', '../device/cross.h'),
  'other/two.c': TWO,
  'huge/huge.c': '',
};

describe('a tree too large to be linked completely', () => {
  let cache: string;
  let server: Server;
  const others: Server[] = [];

  const another = (): Server => {
    const next = new Server();
    others.push(next);
    return next;
  };
  /** Waits until so much is analysed together, as the status says. */
  const reached = async (extents: () => readonly Extent[], level: Extent['level']): Promise<void> => {
    for (const deadline = Date.now() + 120_000; extents().at(-1)?.level !== level; await sleep(20)) {
      assert.ok(Date.now() < deadline, JSON.stringify(extents()));
    }
  };
  const start = async (
    next: Server,
    folder: string,
    index: 'auto' | 'all' = 'auto',
  ): Promise<() => Extent[]> => {
    const extents: Extent[] = [];
    next.connection.onNotification(STATUS, ({ extent }: StatusParams) => {
      if (extent && JSON.stringify(extents.at(-1)) !== JSON.stringify(extent)) extents.push(extent);
    });
    await next.initializeOn(folder, { index }, { cacheDirectory: cache });
    return () => extents;
  };
  const cycles = (next: Server, uri: string): Promise<unknown> =>
    next.diagnosticsOf(uri, (now) => now.some(({ code }) => code === 'lock-order-cycle'));

  before(() => {
    cache = mkdtempSync(join(tmpdir(), 'lockorder-cache-'));
    server = new Server(FILES);
    truncateSync(join(server.folder, 'huge/huge.c'), HUGE_BYTES);
  });

  after(async () => {
    for (const each of [...others, server]) await each.stop();
    rmSync(cache, { recursive: true, force: true });
  });

  it('is analysed around the open file: its callees and callers in any folder', async () => {
    const extents = await start(server, server.folder);
    await server.open('device/device.c', CROSS_DEVICE);
    await cycles(server, server.uri('device/device.c'));
    await reached(extents, 'around');
    const levels = extents();
    // Of the others nothing is known but who calls whom.
    assert.deepEqual(levels.at(-1), { level: 'around', files: 2, of: 4 });
    assert.ok(levels.some(({ level }) => level === 'folders'));
    assert.ok(existsSync(join(cache, 'calls')) && readdirSync(join(cache, 'calls')).length === 1);
  });

  it('says nothing about a document that was just opened before its headers are read', async () => {
    server.write('new/wake.h', 'static inline void wake_unlock(struct mutex *m)\n{\n\tmutex_unlock(m);\n}\n');
    const text = `#include <linux/mutex.h>
#include "wake.h"
static DEFINE_MUTEX(new_lock);
void new_user(void)
{
	mutex_lock(&new_lock);
	wake_unlock(&new_lock);
	mutex_lock(&new_lock);
	mutex_unlock(&new_lock);
}
`;
    // Nor of a document that is nowhere on disk: its headers are.
    for (const name of ['new/new.c', 'new/unsaved.c']) {
      if (name === 'new/new.c') server.write(name, text);
      const shown: string[] = [];
      const listening = server.onDiagnostics(name, (_, now) => {
        shown.push(...now.map((each) => JSON.stringify(each)));
      });
      await server.open(name, text);
      await server.settled(name);
      listening.dispose();
      assert.deepEqual(shown, []);
      await server.close(name);
    }
  });

  it('knows a document that was just opened with its headers, at once and for certain', async () => {
    const text = `#include <linux/mutex.h>
#include "wake.h"
static DEFINE_MUTEX(new_lock);
void new_user(void)
{
	wake_lock(&new_lock);
	mutex_lock(&new_lock);
	mutex_unlock(&new_lock);
}
`;
    const wake = 'static inline void wake_lock(struct mutex *m)\n{\n\tmutex_lock(m);\n}\n';
    server.write('new/wake.h', wake);
    await server.changedOnDisk('new/wake.h');
    const [first] = await server.open('new/new.c', text);
    assert.equal(first?.code, 'self-deadlock');
    assert.equal(first.severity, DiagnosticSeverity.Error);
    await server.close('new/new.c');
  });

  it('reads a header that an edit includes, once the document is saved', async () => {
    server.write('late/late.h', 'static inline void late_end(struct mutex *m)\n{\n\tmutex_unlock(m);\n}\n');
    const body = `static DEFINE_MUTEX(late_lock);
void late_user(void)
{
	mutex_lock(&late_lock);
	late_end(&late_lock);
	mutex_lock(&late_lock);
	mutex_unlock(&late_lock);
}
`;
    const before = `#include <linux/mutex.h>\n\n${body}`;
    server.write('late/user.c', before);
    await server.open('late/user.c', before);
    await server.diagnostics('late/user.c', 0, (now) => now.some(({ code }) => code === 'self-deadlock'));
    await server.edit('late/user.c', '.h>\n', '.h>\n#include "late.h"\n');
    server.write('late/user.c', server.text('late/user.c'));
    await server.save('late/user.c');
    await server.diagnostics('late/user.c', 0, (now) => now.length === 0);
    await server.close('late/user.c');
  });

  it('follows new and changed files', async () => {
    const caller = `#include "../device/cross.h"
static DEFINE_MUTEX(late_lock);
void late_user(struct cross_device *dev)
{
	mutex_lock(&late_lock);
	cross_open(dev);
	mutex_unlock(&late_lock);
}
`;
    server.write('late/late.c', caller);
    await server.changedOnDisk('late/late.c');
    // Another open file asks for its own neighbourhood, with what has come since.
    await server.open('other/two.c', TWO);
    await cycles(server, server.uri('other/two.c'));
    const deadline = Date.now() + 120_000;
    for (
      let text = '';
      !text.includes('late_lock');
      text = await server.hover('device/device.c', 'state_lock);\n\tdev->users++;\n\tcross_flush')
    ) {
      assert.ok(Date.now() < deadline, 'the new caller is not seen');
    }
  });

  it('loads its index from disk at the next start', async () => {
    const next = another();
    const extents = await start(next, server.folder);
    await next.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: server.uri('device/device.c'), languageId: 'c', version: 1, text: CROSS_DEVICE },
    });
    await cycles(next, server.uri('device/device.c'));
    await reached(extents, 'around');
  });

  it('is scanned in parts by other processes, whose findings in closed files are shown', async () => {
    const next = another();
    await start(next, server.folder);
    const result: ScanWorkspaceResult = await next.connection.sendRequest(SCAN_WORKSPACE, {});
    assert.equal(result.complete, true);
    // Two cycles: in new/new.c, a function that the header no longer defines may release the lock.
    assert.equal(result.findings, 2);
    assert.ok((result.cFiles ?? 0) >= 3);
    assert.deepEqual(
      result.skipped.map(({ uri }) => uri),
      [server.uri('huge/huge.c')],
    );
    await cycles(next, server.uri('other/two.c'));
    await cycles(next, server.uri('device/device.c'));
  });

  it('stops its scan when that is cancelled', async () => {
    const next = another();
    await start(next, server.folder);
    const cancel = new CancellationTokenSource();
    const scan = next.connection.sendRequest(SCAN_WORKSPACE, {}, cancel.token);
    cancel.cancel();
    await assert.rejects(scan, { code: LSPErrorCodes.RequestCancelled });
  });

  it('is read completely on request', async () => {
    const next = another();
    const extents = await start(next, server.folder, 'all');
    await next.connection.sendNotification('textDocument/didOpen', {
      textDocument: {
        uri: server.uri('queue/queue.c'),
        languageId: 'c',
        version: 1,
        text: FILES['queue/queue.c'],
      },
    });
    await cycles(next, server.uri('queue/queue.c'));
    await reached(extents, 'tree');
  });
});
