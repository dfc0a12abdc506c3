import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';
import { within } from '../unit/host/temporary.js';

const entry = (name: string, node: string): object => ({
  name,
  severity: 'high',
  nodes: [node],
  via: [{ title: 'Runs forever' }],
});

describe('the audit', () => {
  async function audit(answer: object): Promise<{ code: number | null; out: string }> {
    return within({ 'report.json': JSON.stringify(answer) }, ({ path }) => {
      const script = join(ROOT, 'release/audit.mjs');
      const words = [script, '--report', join(path, 'report.json')];
      const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      return Promise.resolve({ code: status, out: stdout + stderr });
    });
  }

  it('distinguishes shipped packages from those that only build and test', async () => {
    const tool = entry('mocha', 'node_modules/mocha');
    const shipped = entry('workerpool', 'node_modules/workerpool');
    const { code, out } = await audit({ vulnerabilities: { mocha: tool, workerpool: shipped } });
    assert.equal(code, 1);
    assert.match(out, /^tool: mocha \(high\): Runs forever$/m);
    assert.match(out, /^shipped: workerpool/m);
  });

  it('lets tools be vulnerable', async () => {
    const { code } = await audit({ vulnerabilities: { mocha: entry('mocha', 'node_modules/mocha') } });
    assert.equal(code, 0);
  });

  it('says when nobody answered', async () => {
    const { code, out } = await audit({ message: '405 Method Not Allowed' });
    assert.equal(code, 2);
    assert.match(out, /no answer: 405/);
  });
});
