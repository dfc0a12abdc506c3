import { lesser, type Confidence } from '../base/confidence.js';
import { hashText } from '../base/hash.js';
import { rootOf, someTerm, type Term } from '../effects/terms.js';
import type { Dependency } from '../graph/dependency.js';
import type { CheckContext } from './check.js';
import { locationOf, shown, siteNames, squiggle, tellDependency, witnessId } from './story.js';
import type { Finding } from './types.js';

/**
 * Two instances of one class with nothing that orders them: `lock(&a->l); lock(&b->l)` in a function that
 * may be called with the two exchanged. A hierarchy (one is reached through the other), a comparison of the
 * two, or a nesting annotation is an order.
 */
export function twoInstances(
  context: CheckContext,
  dependencies: readonly Dependency[],
): Finding | undefined {
  const { classes } = context.around;
  for (const side of dependencies) {
    const [a, b] = [side.holds.term, side.lock.term];
    if (a.key === b.key || !exchangeable(a, b) || isOrdered(a, b, side)) continue;
    const name = shown(classes, side.to);
    return {
      id: hashText(`lock-order-cycle\n${side.to}\n${side.to}`),
      rule: 'lock-order-cycle',
      severity: 'error',
      confidence: confidenceOf(context, side),
      message: `takes ${name} of a second object while holding the first's; nothing orders the two`,
      at: locationOf(squiggle(side)),
      locks: [name, name],
      story: tellDependency(classes, side, 0),
      assumes: [
        {
          reason: 'two-instances',
          text: `${side.root.name}() can run at the same time with the two objects exchanged`,
        },
      ],
      witnesses: [
        witnessId(['two-instances', side.to, ...siteNames(side.holdSteps), ...siteNames(side.steps)]),
      ],
      evidence: [],
      fixes: [],
    };
  }
  return undefined;
}

/** The two are named alike from two roots of the same sort, so another caller may name them the other way round. */
function exchangeable(a: Term, b: Term): boolean {
  const [x, y] = [rootOf(a), rootOf(b)];
  if (x.k !== 'parameter' || y.k !== 'parameter' || x.key === y.key) return false;
  return a.key.replaceAll(x.key, '@') === b.key.replaceAll(y.key, '@');
}

/** The path compared the two objects before. */
function isOrdered(a: Term, b: Term, side: Dependency): boolean {
  const [x, y] = [rootOf(a).key, rootOf(b).key];
  for (const { term } of side.state.facts.known()) {
    if (term.k !== 'operation' || !['<', '>', '<=', '>='].includes(term.op)) continue;
    const mentions = (key: string): boolean => someTerm(term, (part) => part.key === key);
    if (mentions(x) && mentions(y)) return true;
  }
  return false;
}

function confidenceOf(context: CheckContext, side: Dependency): Confidence {
  const info = context.around.classes.info(side.to);
  let confidence: Confidence = 'high';
  if (side.calls > 0) confidence = lesser(confidence, 'medium');
  if (!side.holds.certain || info?.generic === true || /\/(\d+|\?)$/.test(side.to)) confidence = 'low';
  if (side.holds.mode === 'read' && side.lock.mode === 'read') confidence = lesser(confidence, 'low');
  return confidence;
}
