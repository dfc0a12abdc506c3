import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, it } from 'mocha';
import type { Finding } from '../../../analysis/checks/types.js';
import { RULE_IDS } from '../../../analysis/report/rules.js';
import { renderSarif } from '../../../analysis/report/formats/sarif.js';
import type { SourceLine } from '../../../analysis/report/formats/text.js';
import { analyse } from '../../support/analyse.js';
import { parseFixture } from '../../support/fixture.js';
import { filesUnder, read } from '../../support/sources.js';
import { lockorder } from '../cli/run.js';
import { CYCLE as CYCLIC } from '../cli/sources.js';
import { within } from '../host/temporary.js';
import { CYCLE, lineOf } from './sample.js';

const ajv = new Ajv2020({ allErrors: true, strictRequired: false });
formats.default(ajv);
/** The schema of the standard; test/schemas/README.md says where it comes from. */
const validate = ajv.compile(JSON.parse(read('test/schemas/sarif-2.1.0.json')) as object);

function assertValid(text: string, name = ''): void {
  const valid = validate(JSON.parse(text));
  assert.ok(valid, `${name} ${JSON.stringify(validate.errors?.slice(0, 3))}`);
}

const render = (
  findings: readonly Finding[],
  source?: SourceLine,
  skipped: readonly { file: string; reason: string }[] = [],
): string => renderSarif({ version: '1', findings, skipped }, source);

describe("SARIF by the standard's schema", () => {
  it('is valid with odd names and skipped files', () => {
    assertValid(render([], undefined, [{ file: 'bad.c', reason: 'not-text' }]));
    const at = { ...CYCLE.at, file: 'dir with blanks/ä#%.c' };
    assertValid(render([CYCLE, { ...CYCLE, at, story: [], fixes: [] }], lineOf));
  });

  it('is invalid after a property is broken, so the check can fail', () => {
    const log = JSON.parse(render([CYCLE])) as { runs: { results: Record<string, unknown>[] }[] };
    for (const change of [{ ruleIndex: -2 }, { level: 'grave' }, { locations: {} }, { unknown: 1 }]) {
      const results = log.runs[0]?.results.map((result) => ({ ...result, ...change }));
      assert.equal(validate({ ...log, runs: [{ ...log.runs[0], results }] }), false, JSON.stringify(change));
    }
  });

  it('is valid for findings of every rule', async () => {
    const seen = new Set<string>();
    for (const path of filesUnder('test/fixtures')) {
      const [, , rule = ''] = path.split('/');
      if (!path.endsWith('.c') || seen.has(rule)) continue;
      const { files, expectations } = parseFixture(read(path), 'a.c');
      if (!expectations.some((found) => found.rule === rule && found.known !== 'missed')) continue;
      const texts = new Map(files.map((file) => [file.name, file.text]));
      const { snapshot } = await analyse(texts);
      assert.ok(snapshot.findings.length > 0, path);
      seen.add(rule);
      assertValid(
        render(snapshot.findings, (file, line) => texts.get(file)?.split('\n')[line - 1]),
        path,
      );
    }
    assert.deepEqual([...seen].sort(), [...RULE_IDS].sort());
  });

  it('is valid as the command line writes it', async () => {
    await within({ 'a.c': CYCLIC }, async ({ path }) => {
      const { out } = await lockorder(['scan', '--format', 'sarif'], path);
      assertValid(out);
      assert.match(out, /"ruleId": "lock-order-cycle"/);
      assert.match(out, /"snippet"/);
    });
  });
});
