import assert from 'node:assert/strict';
import { analyse } from '../../../bench/support/in-process.js';
import { drawPairs } from '../../../bench/support/matrix/draw.js';

describe('modules composed along axes', () => {
  it('are the same for the same seed', () => {
    const texts = (): readonly string[] => drawPairs(2, 7).map(({ bug, twin }) => bug + twin);
    assert.deepEqual(texts(), texts());
    assert.ok(texts().length > 150);
  });

  it('contain no open placeholders', () => {
    for (const { bug, twin } of drawPairs(3, 3))
      for (const text of [bug, twin]) {
        const words =
          /\b(?:TAKEN?|DROP|COND2?|CALL|DEEP(?:SAME)?|AGAINx|OWN_DROP|LOCK|GUARD|RETURNED|SUBJECT|FROM|undefined)\b/;
        assert.doesNotMatch(text.replace(/"[^"]*"/g, ''), words);
      }
  });

  it('are distinguished from their correct twins', async () => {
    const pairs = drawPairs(1, 11);
    let told = 0;
    for (const { bug, twin, rules } of pairs) {
      const found = await highIn(bug);
      if (found.some((rule) => rules.includes(rule))) told++;
      assert.deepEqual(await highIn(twin), [], twin);
    }
    assert.ok(told >= 0.5 * pairs.length, `${told} of ${pairs.length}`);
  });
});

async function highIn(text: string): Promise<readonly string[]> {
  const { snapshot } = await analyse(new Map([['module.c', text]]));
  return snapshot.findings.filter(({ confidence }) => confidence === 'high').map(({ rule }) => rule);
}
