import { BOUNDS } from '../../base/bounds.js';
import type { Block, BlockId, EventId, ExprId, Skeleton } from '../../skeleton/types.js';

const NONE: ReadonlySet<EventId> = new Set();

/**
 * The calls that a function makes on every successful path. The only conditions allowed before them are checks for
 * existence or success, whose other side returns at once. Inspects the control-flow graph only; no path is interpreted.
 */
export function callsAlwaysMade(skeleton: Skeleton): ReadonlySet<EventId> {
  const { blocks } = skeleton;
  const calling = blocks.flatMap(({ events }, id) => (events.some(({ k }) => k === 'call') ? [id] : []));
  if (calling.length === 0 || calling.length * blocks.length > BOUNDS.blocksForAlways) return NONE;
  const always = new Set<EventId>();
  for (const id of calling) {
    if (!isAlwaysReached(skeleton, id)) continue;
    for (const event of blocks[id]?.events ?? []) if (event.k === 'call') always.add(event.id);
  }
  return always;
}

/** Whether every path from the entry reaches `target`, if the success checks on the way succeed. */
export function isAlwaysReached(skeleton: Skeleton, target: BlockId): boolean {
  const { blocks } = skeleton;
  if (target === 0) return true;
  const leads = new Uint8Array(blocks.length);
  leads[target] = 1;
  for (let changed = true; changed && leads[0] === 0;) {
    changed = false;
    for (let id = blocks.length - 1; id >= 0; id--) {
      const block = blocks[id];
      if (leads[id] === 1 || block === undefined || !goesOn(skeleton, block, leads)) continue;
      leads[id] = 1;
      changed = true;
    }
  }
  return leads[0] === 1;
}

function goesOn(skeleton: Skeleton, { exit }: Block, leads: Uint8Array): boolean {
  switch (exit.k) {
    case 'goto':
      return leads[exit.to] === 1;
    case 'branch': {
      const [one, other] = [leads[exit.whenTrue] === 1, leads[exit.whenFalse] === 1];
      // A loop is assumed to run at least once: code in its body counts as reached.
      return exit.loop === true || asksIfGood(skeleton, exit.condition) ? one || other : one && other;
    }
    case 'switch':
      return leads[exit.otherwise] === 1 && exit.cases.every(({ block }) => leads[block] === 1);
    default:
      return false;
  }
}

/**
 * `!p`, `ret < 0`, `IS_ERR(p)`: a check for success, not a choice the caller makes through an argument or an object's
 * state.
 */
function asksIfGood({ exprs, parameters }: Skeleton, condition: ExprId): boolean {
  const isGood = (id: ExprId): boolean => {
    const expr = exprs[id];
    switch (expr?.k) {
      case 'unary':
      case 'cast':
        return isGood(expr.base);
      case 'binary':
        return isGood(expr.left) && exprs[expr.right]?.k === 'constant';
      case 'parameter':
        return parameters[expr.index]?.type.endsWith('*') === true;
      case 'result':
      case 'local':
      case 'unknown':
        return true;
      default:
        return false;
    }
  };
  return isGood(condition);
}
