import assert from 'node:assert/strict';
import type { RuleId } from '../analysis/checks/types.js';
import { runToEnd } from '../analysis/workspace/index.js';
import { analyse } from './support/analyse.js';
import { parseFixture } from './support/fixture.js';
import { filesUnder, read } from './support/sources.js';

/**
 * Rules that have a fix idea for most of their mistakes. unbalanced-unlock has one for releases at a label only: which of two
 * releases in straight code is wrong depends on what stands between them.
 */
const FIXABLE: ReadonlySet<string> = new Set<RuleId>([
  'lock-order-cycle',
  'self-deadlock',
  'irq-inversion',
  'irq-state',
  'sleep-in-atomic',
  'wait-deadlock',
  'missing-unlock',
  'declared-order',
  'annotation-mismatch',
]);

describe('fixes', () => {
  it('are offered for at least 60 % of the positives in fixtures of rules that have one', async function () {
    this.timeout(300_000);
    const shares = new Map<string, { found: number; fixed: number }>();
    for (const path of filesUnder('test/fixtures').filter((name) => name.endsWith('.c'))) {
      const rule = path.split('/')[2] ?? '';
      if (!FIXABLE.has(rule)) continue;
      const share = shares.get(rule) ?? { found: 0, fixed: 0 };
      shares.set(rule, share);
      const { files } = parseFixture(read(path), path.slice(path.lastIndexOf('/') + 1));
      const { snapshot, fixer } = await analyse(new Map(files.map(({ name, text }) => [name, text])));
      for (const finding of snapshot.findings) {
        if (finding.rule !== rule) continue;
        share.found++;
        if (runToEnd(fixer.fixesOf(finding, snapshot)).fixes.length > 0) share.fixed++;
      }
    }
    const found = [...shares.values()].reduce((sum, share) => sum + share.found, 0);
    const fixed = [...shares.values()].reduce((sum, share) => sum + share.fixed, 0);
    const told = [...shares].map(([rule, share]) => `${rule} ${share.fixed}/${share.found}`).join(', ');
    assert.ok(fixed >= 0.6 * found, `${fixed} of ${found}: ${told}`);
  });
});
