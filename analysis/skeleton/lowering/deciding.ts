import type { BlockId, EventId, ExprId, Skeleton } from '../types.js';
import { partsOf } from '../expressions/parts.js';
import { blockOf } from './events.js';
import { successors } from './exits.js';

/** What the condition of {@link conditionAbove} is computed from. */
export function askedAbove(skeleton: Skeleton, event: EventId): readonly ExprId[] {
  const condition = conditionAbove(skeleton, event);
  return condition === undefined ? [] : partsOf(skeleton.exprs, condition);
}

/** The condition of the nearest branch above an event, if all ways to the event pass it. */
export function conditionAbove(skeleton: Skeleton, event: EventId): ExprId | undefined {
  const { blocks } = skeleton;
  const before = (to: BlockId): readonly BlockId[] =>
    blocks.flatMap(({ exit }, id) => (successors(exit).includes(to) ? [id] : []));
  const seen = new Set<BlockId>();
  for (let at = blockOf(skeleton, event); !seen.has(at);) {
    seen.add(at);
    const [above, ...others] = before(at);
    if (above === undefined || others.length > 0) return undefined;
    const exit = blocks[above]?.exit;
    if (exit?.k === 'branch') return exit.condition;
    at = above;
  }
  return undefined;
}

/** The members that a function's first condition reads, if nothing is stored and nobody called before. */
export function askedFirst({ blocks, exprs }: Skeleton): readonly string[] {
  const [first] = blocks;
  if (first === undefined || first.events.length > 0 || first.exit.k !== 'branch') return [];
  return partsOf(exprs, first.exit.condition).flatMap((part) => {
    const expr = exprs[part];
    return expr?.k === 'field' ? [expr.name] : [];
  });
}
