import { hashText } from '../base/hash.js';
import { keyOf } from '../graph/collect.js';
import type { Check } from './check.js';
import { locationOf, shown, spoken, witnessId } from './story.js';
import type { Finding } from './types.js';

export const unbalancedUnlock: Check = {
  id: 'unbalanced-unlock',
  title: 'A lock is released twice',
  severity: 'warning',
  *run(context) {
    const findings: Finding[] = [];
    const { classes } = context.around;
    let done = 0;
    for (const effects of context.collected.effects.values()) {
      if (context.focus?.has(effects.fn.file) === false) continue;
      for (const use of effects.uses) {
        if (
          use.k !== 'release' ||
          use.ended !== 'again' ||
          use.lock.kind === 'semaphore' ||
          use.lock.kind === 'rcu'
        )
          continue;
        const key = keyOf(use.lock);
        if (key === undefined) continue;
        const name = spoken(classes, key);
        const { fn } = effects;
        findings.push({
          id: hashText(`unbalanced-unlock\n${fn.file}\n${fn.name}\n${key}`),
          rule: 'unbalanced-unlock',
          severity: 'warning',
          // A callee that may have released it leaves too much to guess.
          confidence: effects.gaps.length > 0 || effects.level > 0 ? 'low' : 'medium',
          message: `releases ${name}, which this function has released already`,
          at: locationOf(use.site),
          locks: [shown(classes, key)],
          story: [{ path: 0, ...locationOf(use.site), text: `releases ${name} again`, held: [] }],
          assumes: [{ reason: 'ownership', text: `nothing between the two releases takes ${name} again` }],
          witnesses: [witnessId(['unbalanced-unlock', fn.file, fn.name, key])],
          evidence: [],
          fixes: [],
        });
      }
      yield { stage: 'check', done: ++done, total: context.collected.effects.size };
    }
    return findings;
  },
};
