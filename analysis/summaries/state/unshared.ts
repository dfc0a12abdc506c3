import type { Event, EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';

/** An object that a call of the function makes, as long as only one local variable leads to it. */
export interface Unshared {
  /** The event that first lets other code reach the object. */
  readonly until: EventId;
  /** The members that conditions of the function read through the variable. */
  readonly asked: readonly string[];
}

const known = new WeakMap<Skeleton, ReadonlyMap<EventId, Unshared>>();

/** The objects made by calls of a function whose result goes to one local variable, by the event of the call. */
export function unsharedObjects(skeleton: Skeleton): ReadonlyMap<EventId, Unshared> {
  let objects = known.get(skeleton);
  if (objects === undefined) known.set(skeleton, (objects = find(skeleton)));
  return objects;
}

function find(skeleton: Skeleton): ReadonlyMap<EventId, Unshared> {
  const { exprs, blocks } = skeleton;
  const events = eventsOf(skeleton);
  const out = new Map<EventId, Unshared>();
  for (const event of events) {
    const value = event.k === 'assign' ? exprs[behindCasts(skeleton, event.value)] : undefined;
    if (event.k !== 'assign' || value?.k !== 'result' || exprs[event.target]?.k !== 'local') continue;
    const local = event.target;
    const asked = new Set<string>();
    for (const { exit } of blocks) {
      if (exit.k === 'branch') noteMembers(skeleton, exit.condition, local, asked);
      else if (exit.k === 'switch') noteMembers(skeleton, exit.on, local, asked);
    }
    if (asked.size === 0) continue;
    const leaks = events.find(
      (later) =>
        later.id > event.id && later.k !== 'free' && given(later).some((id) => mentions(skeleton, id, local)),
    );
    out.set(value.event, { until: leaks?.id ?? Infinity, asked: [...asked] });
  }
  return out;
}

/** What an event hands on: arguments of calls, and values stored anywhere. Lock calls keep nothing. */
function given(event: Event): readonly ExprId[] {
  if (event.k === 'assign') return [event.value];
  return 'lock' in event ? [] : event.args;
}

function behindCasts(skeleton: Skeleton, id: ExprId): ExprId {
  const expr = skeleton.exprs[id];
  return expr?.k === 'cast' ? behindCasts(skeleton, expr.base) : id;
}

/** Whether an expression reads the variable. */
function mentions(skeleton: Skeleton, id: ExprId, local: ExprId): boolean {
  if (id === local) return true;
  const expr = skeleton.exprs[id];
  switch (expr?.k) {
    case 'cast':
    case 'container':
    case 'address':
    case 'field':
    case 'deref':
    case 'unary':
      return mentions(skeleton, expr.base, local);
    case 'index':
      return mentions(skeleton, expr.base, local) || mentions(skeleton, expr.index, local);
    case 'binary':
      return mentions(skeleton, expr.left, local) || mentions(skeleton, expr.right, local);
    default:
      return false;
  }
}

/** Notes the members that an expression reads directly behind the variable. */
function noteMembers(skeleton: Skeleton, id: ExprId, local: ExprId, into: Set<string>): void {
  const expr = skeleton.exprs[id];
  const base = expr?.k === 'field' ? skeleton.exprs[expr.base] : undefined;
  if (expr?.k === 'field' && base?.k === 'deref' && base.base === local) into.add(expr.name);
  else if (expr?.k === 'unary' || expr?.k === 'cast') noteMembers(skeleton, expr.base, local, into);
  else if (expr?.k === 'binary') {
    noteMembers(skeleton, expr.left, local, into);
    noteMembers(skeleton, expr.right, local, into);
  }
}
