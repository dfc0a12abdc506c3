import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DidSaveTextDocumentNotification, HoverRequest, type Diagnostic } from 'vscode-languageserver';
import { SCAN_WORKSPACE, STATUS, type StatusParams } from '../../../protocol/methods.js';
import { CHANGED, OVERVIEW, type Overview } from '../../../protocol/views.js';
import { Server } from '../support/server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD, TWO } from '../support/texts.js';

const hasCycle = (now: readonly Diagnostic[]): boolean => now.some(({ code }) => code === 'lock-order-cycle');

/** A folder whose files are written before the editor watches it: no event tells of them. */
const LATER = {
  'driver/cross.h': CROSS_HEADER,
  'driver/device.c': CROSS_DEVICE,
  'driver/queue.c': CROSS_QUEUE,
};

describe('a folder that comes with a checkout', () => {
  let server: Server;

  beforeEach(async () => {
    server = new Server({ Kbuild: KBUILD, 'two.c': TWO });
    const isRead = new Promise<void>((resolve) => {
      server.connection.onNotification(STATUS, ({ extent }: StatusParams) => {
        if (extent?.level === 'tree') resolve();
      });
    });
    await server.initialize({ index: 'auto' });
    await server.open('two.c', TWO);
    await isRead;
    await server.connection.sendRequest(SCAN_WORKSPACE, {});
    for (const [name, text] of Object.entries(LATER)) server.write(name, text);
  });

  afterEach(() => server.stop());

  /** Waits until the files with findings are these, looking whenever something has changed. */
  const findingsIn = async (...files: readonly string[]): Promise<void> => {
    const wanted = files.map((file) => server.uri(file)).sort();
    const areThere = async (): Promise<boolean> => {
      const { findings }: Overview = await server.connection.sendRequest(OVERVIEW);
      return [...new Set(findings.map(({ place }) => place.uri))].sort().join() === wanted.join();
    };
    await new Promise<void>((resolve, reject) => {
      const look = (): void => void areThere().then((are) => are && resolve(), reject);
      server.connection.onNotification(CHANGED, look);
      look();
    });
  };

  it('is read when the editor reports it, without what is in it', async () => {
    await server.changedOnDisk('driver');
    await findingsIn('two.c', 'driver/queue.c');
  });

  it('is read with the folders in it', async () => {
    renameSync(join(server.folder, 'driver'), join(server.folder, 'outer'));
    mkdirSync(join(server.folder, 'bus'));
    renameSync(join(server.folder, 'outer'), join(server.folder, 'bus/driver'));
    await server.changedOnDisk('bus');
    await findingsIn('two.c', 'bus/driver/queue.c');
  });

  it('takes its findings along when it goes again', async () => {
    await server.changedOnDisk('driver');
    await findingsIn('two.c', 'driver/queue.c');
    rmSync(join(server.folder, 'driver'), { recursive: true });
    await server.changedOnDisk('driver');
    await findingsIn('two.c');
  });

  it('leaves no finding in an open file whose other side went with it', async () => {
    await server.open('driver/queue.c', CROSS_QUEUE);
    await server.diagnosticsOf(server.uri('driver/queue.c'), hasCycle);
    rmSync(join(server.folder, 'driver'), { recursive: true });
    await server.changedOnDisk('driver');
    await server.diagnosticsOf(server.uri('driver/queue.c'), (now) => !hasCycle(now));
  });

  it('is read when one of its files is opened', async () => {
    await server.open('driver/queue.c', CROSS_QUEUE);
    assert.ok(hasCycle(await server.diagnosticsOf(server.uri('driver/queue.c'), hasCycle)));
  });
});

describe('a lockorder.json that no event names', () => {
  const SUPPRESSED = '{ "ignore": [{ "rule": "lock-order-cycle", "reason": "one thread" }] }\n';
  let server: Server;

  beforeEach(async () => {
    server = new Server({ Kbuild: KBUILD, 'two.c': TWO, 'lockorder.json': SUPPRESSED });
    await server.initialize({ index: 'open' });
    const shown = await server.open('two.c', TWO);
    assert.ok(!hasCycle(shown));
  });

  afterEach(() => server.stop());

  const hover = (): Promise<unknown> =>
    server.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: server.uri('two.c') },
      position: { line: 0, character: 0 },
    });

  it('is no longer in effect at the next request after its removal', async () => {
    rmSync(join(server.folder, 'lockorder.json'));
    await hover();
    await server.diagnosticsOf(server.uri('two.c'), hasCycle);
  });

  it('is read at the next request after it was written, and only once', async () => {
    server.write('lockorder.json', '{}\n');
    await hover();
    await server.diagnosticsOf(server.uri('two.c'), hasCycle);
    let published = 0;
    const listening = server.onDiagnostics('two.c', () => (published += 1));
    for (let time = 0; time < 3; time += 1) await hover();
    listening.dispose();
    assert.equal(published, 0);
  });

  it('is read when a document is saved', async () => {
    server.write('lockorder.json', '{}\n');
    await server.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: server.uri('two.c') },
    });
    await server.diagnosticsOf(server.uri('two.c'), hasCycle);
  });
});
