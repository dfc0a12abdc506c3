import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../support/root.js';
import { within } from '../host/temporary.js';
import { CYCLE } from './sources.js';

const MAIN = join(ROOT, 'dist/cli.cjs');

describe('the program', () => {
  it("exits with the command's code, and writes results to stdout and messages to stderr", () =>
    within({ 'a.c': CYCLE }, ({ path }) => {
      const run = spawnSync(process.execPath, [MAIN, 'scan', 'a.c', 'b.c', '--no-cache'], {
        cwd: path,
        encoding: 'utf8',
      });
      assert.equal(run.status, 2);
      assert.match(run.stdout, /^error\[lock-order-cycle\][^]*\n1 finding, 1 path skipped\n$/);
      assert.ok(!run.stdout.includes('\u001b'), 'colours without a terminal');
      assert.equal(run.stderr, 'lockorder: b.c: no such file or directory\n');
    }));

  it('runs the language server until the exit request', async () => {
    const server = spawn(process.execPath, [MAIN, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(server, 'exit');
    const send = (content: object): void => {
      const text = JSON.stringify({ jsonrpc: '2.0', ...content });
      server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    const answer = async (): Promise<string> => String((await once(server.stdout, 'data'))[0]);
    send({ id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: {} } });
    assert.match(await answer(), /^Content-Length: /);
    send({ id: 2, method: 'shutdown' });
    await answer();
    send({ method: 'exit' });
    assert.deepEqual(await ended, [0, null]);
  });
});
