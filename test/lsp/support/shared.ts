import { after, before } from 'mocha';
import { Server } from './server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD, TWO } from './texts.js';

let users = 0;
let server: Promise<Server> | undefined;

/**
 * The one server that the protocol tests of a process share, on one folder. Call it in a `describe`; `leave` runs after its
 * tests, with the server still there.
 */
export function sharedServer(leave?: (server: Server) => Promise<void>): () => Server {
  let ready: Server | undefined;
  users += 1;
  before(async () => {
    server ??= start();
    ready = await server;
  });
  after(async () => {
    users -= 1;
    if (ready) await leave?.(ready);
    if (users > 0) return;
    // The next file may run in the same process.
    server = undefined;
    await ready?.stop();
  });
  return () => {
    if (!ready) throw new Error('the server runs only while tests do');
    return ready;
  };
}

/** A server for one `describe`, on the same folder; with a seed, as on a slow machine. */
export function slowServer(seed: number): () => Server {
  let ready: Server | undefined;
  before(async () => {
    ready = await start(seed);
  });
  after(() => ready?.stop());
  return () => {
    if (!ready) throw new Error('the server runs only while tests do');
    return ready;
  };
}

async function start(slow?: number): Promise<Server> {
  const files = {
    Kbuild: KBUILD,
    'two.c': TWO,
    'driver/cross.h': CROSS_HEADER,
    'driver/device.c': CROSS_DEVICE,
    'driver/queue.c': CROSS_QUEUE,
  };
  const started = new Server(files, slow);
  await started.initialize({ index: 'open' });
  return started;
}
