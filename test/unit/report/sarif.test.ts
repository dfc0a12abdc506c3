import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, it } from 'mocha';
import type { Finding } from '../../../analysis/checks/types.js';
import { renderSarif } from '../../../analysis/report/sarif.js';
import { analyse } from '../../support/analyse.js';
import { parseFixture } from '../../support/fixture.js';
import { filesUnder, read } from '../../support/sources.js';
import { sarifSubset } from './sarif-subset.js';
import { CYCLE } from './sample.js';

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(sarifSubset);

function assertValid(
  findings: readonly Finding[],
  skipped: readonly { file: string; reason: string }[] = [],
): void {
  const log: unknown = JSON.parse(renderSarif({ version: '1', findings, skipped }));
  assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 3)));
}

describe('SARIF', () => {
  it('has the form of 2.1.0, with odd names and what was skipped', () => {
    assertValid([], [{ file: 'bad.c', reason: 'not-text' }]);
    const at = { ...CYCLE.at, file: 'dir with blanks/ä#%.c' };
    assertValid([CYCLE, { ...CYCLE, at, story: [], fixes: [] }]);
  });

  it('has it for findings of every rule', async function () {
    this.timeout(60_000);
    const rules = new Map<string, string>();
    for (const path of filesUnder('test/fixtures')) {
      const [, , rule = '', name = ''] = path.split('/');
      if (!name.startsWith('ok-') && name.endsWith('.c') && !rules.has(rule)) rules.set(rule, path);
    }
    for (const [rule, path] of rules) {
      const { files } = parseFixture(read(path), 'a.c');
      const { snapshot } = await analyse(new Map(files.map(({ name, text }) => [name, text])));
      assert.ok(snapshot.findings.length > 0, rule);
      assertValid(snapshot.findings);
    }
  });
});
