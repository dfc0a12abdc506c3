import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Diagnostic } from 'vscode-languageserver-protocol';
import { STATUS, type StatusParams } from '../../protocol/methods.js';
import { Server } from './server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD, TWO } from './texts.js';

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
    for (const [name, text] of Object.entries(LATER)) server.write(name, text);
  });

  afterEach(() => server.stop());

  it('is read when one of its files is opened', async () => {
    await server.open('driver/queue.c', CROSS_QUEUE);
    assert.ok(hasCycle(await server.diagnosticsOf(server.uri('driver/queue.c'), hasCycle)));
  });
});
