import { hashText } from '../../../base/hash.js';
import type { AcquireEffect, FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { keyOf, wholeClassOf } from '../../../graph/events/collect.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Reports two ww_mutexes taken outside of one acquire context: the task that takes the second one cannot back off, so
 * two tasks can wait for each other. Two locks of one class are reported as a lock taken twice.
 */
export function* outsideContexts(context: CheckContext): Generator<Finding> {
  for (const summary of context.focused()) {
    if (summary.fn.macro !== undefined) continue;
    for (const acquire of summary.acquires) {
      if (acquire.lock.kind !== 'ww_mutex' || acquire.nonBlocking || acquire.site.via !== undefined) continue;
      const held = heldOutside(acquire, context);
      if (held !== undefined) yield report(context, summary, acquire, held);
    }
  }
}

/** A lock that is held on every path and that the acquire context, if any, does not cover or no longer covers. */
function heldOutside({ lock, api, locksets }: AcquireEffect, { around }: CheckContext): HeldLock | undefined {
  const isAgain = around.models.lockApi(api)?.waitsAlone === true;
  const found = locksets.map(({ held }) =>
    held.find(
      (one) =>
        one.kind === 'ww_mutex' &&
        one.certain &&
        keyOf(one) !== keyOf(lock) &&
        (isAgain || lock.subclass === 0 || one.subclass === 0),
    ),
  );
  return found.length > 0 && found.every((one) => one !== undefined) ? found[0] : undefined;
}

function report(
  context: CheckContext,
  { fn }: FunctionSummary,
  { lock, api, site, locksets }: AcquireEffect,
  held: HeldLock,
): Finding {
  const { classes } = context.around;
  const [key, other] = [lock, held].map((one) => wholeClassOf(one)) as [string, string];
  const [name, holds] = [spoken(classes, key, other), spoken(classes, other, key)];
  return {
    id: hashText(['self-deadlock', 'context', fn.file, fn.name, key, other].join('\n')),
    rule: 'self-deadlock',
    severity: 'error',
    confidence: 'high',
    message: `takes ${name} with ${api}() while holding ${holds} outside of one context: it cannot back off`,
    at: locationOf(site),
    locks: [shown(classes, key), shown(classes, other)],
    story: tellChain(classes, [site], `takes ${name}`, 0, { held: locksets[0]?.held ?? [], told: [held] }),
    assumes: [{ reason: 'same-class', text: `${name} and ${holds} belong to one ww_class` }],
    witnesses: [witnessId(['outside-context', key, other, ...siteNames([site])])],
    evidence: [],
    fixes: [],
  };
}
