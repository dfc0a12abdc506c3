import { partsOf } from '../../skeleton/expressions/parts.js';
import { blocksBefore, blocksLeadingTo, reachableBlocks } from '../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../skeleton/lowering/events.js';
import { ORDERINGS } from '../../summaries/facts/fact.js';
import type { Block, BlockId, EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';

type Kinds = ReadonlySet<Expr['k'] | undefined>;

/**
 * Whether a branch decides if a function reaches an event, and its condition has a part of one of these kinds. Asks the
 * control flow: the facts of a path forget a condition once both of its outcomes lead there.
 */
export function isDecidedBy(skeleton: Skeleton, event: EventId, kinds: Kinds): boolean {
  const at = blockOf(skeleton, event);
  const leading = blocksLeadingTo(skeleton.blocks, (_, id) => id === at);
  return someBranch(skeleton, kinds, (to) => leading.has(to));
}

/** Whether such a branch decides if a function may return without the event: after one of its sides, it cannot. */
export function isAvoidedBy(skeleton: Skeleton, event: EventId, kinds: Kinds): boolean {
  const at = blockOf(skeleton, event);
  return someBranch(skeleton, kinds, (to) =>
    [...reachableBlocks(skeleton, to, at)].some((id) => skeleton.blocks[id]?.exit.k === 'return'),
  );
}

/** Whether some branch with such a condition leads to a block for which `holds`, and to one for which it does not. */
function someBranch({ blocks, exprs }: Skeleton, kinds: Kinds, holds: (to: BlockId) => boolean): boolean {
  return blocks.some(
    ({ exit }) =>
      exit.k === 'branch' &&
      partsOf(exprs, exit.condition).some((part) => kinds.has(exprs[part]?.k)) &&
      holds(exit.whenTrue) !== holds(exit.whenFalse),
  );
}

/**
 * Whether a function comes to an event only where it has filled a member that it found empty: `if (!p->ring) { p->ring =
 * ring_new(); … }`. Who calls it later finds the member filled.
 */
export function isInFirstUse(skeleton: Skeleton, event: EventId): boolean {
  const { blocks, exprs } = skeleton;
  const at = blockOf(skeleton, event);
  const before = blocksBefore(blocks, [at]);
  return blocks.some(({ exit }) => {
    if (exit.k !== 'branch') return false;
    const asked = partsOf(exprs, exit.condition).flatMap((part) => memberOf(exprs[part]) ?? []);
    // What is compared with another value is not looked at for being empty.
    if (asked.length === 0 || comparesValues(exprs, exit.condition)) return false;
    const [one, other] = [exit.whenTrue, exit.whenFalse].map((to) => reachableBlocks(skeleton, to, -1));
    if (one === undefined || other === undefined || one.has(at) === other.has(at)) return false;
    const [filled, without] = one.has(at) ? [one, other] : [other, one];
    return [...filled].some(
      (id) => !without.has(id) && (id === at || before.has(id)) && fills(skeleton, blocks[id], asked, event),
    );
  });
}

/**
 * Whether a block stores a value that the function has made or found in one of these members: before an event, or the
 * value of the event itself.
 */
function fills(
  { exprs }: Skeleton,
  block: Block | undefined,
  names: readonly string[],
  by: EventId,
): boolean {
  return (block?.events ?? []).some((one) => {
    if (one.k !== 'assign') return false;
    const name = memberOf(exprs[one.target]);
    let value = exprs[one.value];
    while (value?.k === 'cast') value = exprs[value.base];
    if (one.id >= by && !(value?.k === 'result' && value.event === by)) return false;
    return name !== undefined && names.includes(name) && (value?.k === 'result' || value?.k === 'local');
  });
}

const VALUES: Kinds = new Set(['field', 'local', 'parameter', 'result', 'deref', 'index']);

function comparesValues(exprs: readonly Expr[], id: ExprId): boolean {
  const expr = exprs[id];
  if (expr?.k === 'unary') return comparesValues(exprs, expr.base);
  return (
    expr?.k === 'binary' &&
    expr.op in ORDERINGS &&
    VALUES.has(exprs[expr.left]?.k) &&
    VALUES.has(exprs[expr.right]?.k)
  );
}

function memberOf(expr: Expr | undefined): string | undefined {
  return expr?.k === 'field' ? expr.name : undefined;
}
