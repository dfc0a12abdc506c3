import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Restarts, type Server } from '../../../client/restarts.js';

/** A client whose starts end when the test says so. As with the real one, `stop()` rejects while it starts. */
class Starting implements Server {
  state: 'stopped' | 'starting' | 'running' = 'starting';
  readonly calls: string[] = [];
  private begun: PromiseWithResolvers<void> = withResolvers();

  needsStop = (): boolean => this.state !== 'stopped';
  isRunning = (): boolean => this.state === 'running';

  start(): Promise<void> {
    this.calls.push('start');
    if (this.state === 'stopped') {
      this.state = 'starting';
      this.begun = withResolvers();
    }
    return this.begun.promise;
  }

  async stop(): Promise<void> {
    this.calls.push('stop');
    if (this.state !== 'running') throw new Error('not running');
    this.state = 'stopped';
  }

  started(): void {
    this.state = 'running';
    this.begun.resolve();
  }

  failed(): void {
    this.state = 'stopped';
    this.begun.reject(new Error('no server'));
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers(): PromiseWithResolvers<void> {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((well, badly) => {
    resolve = well;
    reject = badly;
  });
  return { promise, resolve, reject };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('restarting the server', () => {
  const setUp = (limit?: number): { server: Starting; restarts: Restarts; logged: string[] } => {
    const server = new Starting();
    const logged: string[] = [];
    return { server, logged, restarts: new Restarts(server, (reason) => logged.push(reason), limit) };
  };

  it('waits until a server that starts can be stopped', async () => {
    const { server, restarts, logged } = setUp();
    const done = restarts.restart();
    await turn();
    assert.deepEqual(server.calls, ['start']);
    server.started();
    await turn();
    server.started();
    await done;
    assert.deepEqual(server.calls, ['start', 'stop', 'start']);
    assert.deepEqual(logged, []);
  });

  it('is one restart for all who ask meanwhile, and another one for who asks later', async () => {
    const { server, restarts } = setUp();
    server.started();
    const both = Promise.all([restarts.restart(), restarts.restart()]);
    await turn();
    server.started();
    await both;
    assert.deepEqual(server.calls, ['stop', 'start']);
    const later = restarts.restart();
    await turn();
    server.started();
    await later;
    assert.deepEqual(server.calls, ['stop', 'start', 'stop', 'start']);
  });

  it('starts one where the start before failed', async () => {
    const { server, restarts, logged } = setUp();
    const done = restarts.restart();
    server.failed();
    await turn();
    server.started();
    await done;
    assert.deepEqual(server.calls, ['start', 'start']);
    assert.deepEqual(logged, ['Error: no server']);
  });

  it('ends one that never starts, and leaves the next start to the client', async () => {
    const { server, restarts, logged } = setUp(0);
    await restarts.restart();
    assert.deepEqual(server.calls, ['start', 'stop']);
    assert.deepEqual(logged, ['Error: not running']);
  });

  it('starts the next one behind the end of one that does not answer', async () => {
    const { server, logged } = setUp();
    const closed = withResolvers();
    const stop = (): Promise<void> => {
      server.calls.push('stop');
      server.state = 'stopped';
      return Promise.reject(new Error('timed out'));
    };
    server.started();
    const done = new Restarts(Object.assign(server, { stop, nextClose: () => closed.promise }), (reason) =>
      logged.push(reason),
    ).restart();
    await turn();
    assert.deepEqual(server.calls, ['stop'], 'the next one has started before the end of the last');
    closed.resolve();
    await turn();
    server.started();
    await done;
    assert.deepEqual(server.calls, ['stop', 'start']);
    assert.deepEqual(logged, ['Error: timed out']);
  });

  it('rejects if the new server does not start, and can be tried again', async () => {
    const { server, restarts } = setUp();
    server.started();
    const done = assert.rejects(restarts.restart(), /no server/);
    await turn();
    server.failed();
    await done;
    const again = restarts.restart();
    await turn();
    server.started();
    await again;
  });
});
