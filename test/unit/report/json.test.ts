import assert from 'node:assert/strict';
import type { Finding } from '../../../analysis/checks/types.js';
import { renderJson } from '../../../analysis/report/formats/json.js';
import { scanSchema } from '../../../analysis/report/formats/schema.js';
import { CYCLE } from './sample.js';

const REPORT = { version: '0.1.0', findings: [CYCLE], skipped: [{ file: 'x.c', reason: 'not-text' }] };

describe('JSON report', () => {
  it('matches its schema', () => {
    const parsed = scanSchema.parse(JSON.parse(renderJson(REPORT)));
    assert.equal(parsed.findings[0]?.id, 'f00d');
    assert.deepEqual(parsed.skipped, REPORT.skipped);
  });

  it('has the keys of the contract in its order', () => {
    const shuffled = Object.fromEntries(Object.entries(CYCLE).reverse()) as unknown as Finding;
    assert.equal(renderJson({ ...REPORT, findings: [shuffled] }), renderJson(REPORT));
    const [finding] = (JSON.parse(renderJson(REPORT)) as { findings: object[] }).findings;
    assert.equal(
      Object.keys(finding ?? {}).join(),
      'id,rule,severity,confidence,message,at,locks,story,assumes,witnesses,evidence,fixes',
    );
  });

  it('omits what steps do not have', () => {
    const { findings } = scanSchema.parse(JSON.parse(renderJson(REPORT)));
    assert.ok(!('if' in (findings[0]?.story[0] ?? {})));
  });
});
