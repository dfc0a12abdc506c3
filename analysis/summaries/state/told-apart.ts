import { BOUNDS } from '../../base/bounds.js';
import { calleeName, eventsOf } from '../../skeleton/lowering/events.js';
import type { Event, Exit, Expr, ExprId, Skeleton } from '../../skeleton/types.js';

type Variable = Extract<Expr, { readonly k: 'local' | 'parameter' }>;

/**
 * Locals that keep paths separate although they hold the same locks, by index: choices between allocation flags, and
 * modes of locks, which several calls get, or one call and the caller, outcomes, and what decides whether a lock is taken. Only locals that are assigned nothing
 * but constants and names, at several places.
 */
export function toldApart(skeleton: Skeleton): readonly number[] {
  const { blocks, exprs } = skeleton;
  const plain = new Map<number, number>();
  const other = new Set<number>();
  const asked = new Set<number>();
  const localOf = (id: ExprId): number | undefined => {
    const expr = exprs[id];
    return expr?.k === 'local' ? expr.index : undefined;
  };
  const note = (id: ExprId): void => {
    const local = localOf(id);
    if (local !== undefined) asked.add(local);
  };
  const given = new Map<number, number>();
  const give = (id: ExprId): void => {
    const local = localOf(id);
    if (local !== undefined) given.set(local, (given.get(local) ?? 0) + 1);
  };
  for (const { events, exit } of blocks) {
    if (exit.k === 'return' && exit.value !== undefined) give(exit.value);
    for (const event of events) {
      if (event.k === 'sleep') event.args.forEach(note);
      if (event.k === 'call') new Set(event.args).forEach(give);
      if (event.k !== 'assign') continue;
      const target = exprs[event.target];
      const value = exprs[event.value]?.k;
      if (target?.k !== 'local') continue;
      if (value === 'constant' || value === 'global')
        plain.set(target.index, (plain.get(target.index) ?? 0) + 1);
      else other.add(target.index);
    }
  }
  for (const expr of exprs) {
    const base = expr.k === 'address' ? exprs[expr.base] : undefined;
    if (base?.k === 'local') other.add(base.index);
  }
  const modes = [...given].flatMap(([local, times]) => (times > 1 ? [local] : []));
  return [...new Set([...asked, ...modes, ...outcomes(skeleton), ...guardsOfLocks(skeleton)])]
    .filter((local) => (plain.get(local) ?? 0) > 1 && !other.has(local))
    .slice(0, BOUNDS.localsToldApart);
}

/**
 * Locals that several branches test, one of them to acquire a lock: `locks = mode != FAST && mode != FASTER; if (locks)
 * lock(); … if (mode == FAST) …; if (locks) unlock()`. What the local was made of is known only on paths of one value.
 */
function guardsOfLocks({ blocks, exprs }: Skeleton): readonly number[] {
  const tests = new Map<number, number>();
  const guarding = new Set<number>();
  for (const { exit } of blocks) {
    const local = testedBy(exprs, exit);
    if (exit.k !== 'branch' || local === undefined) continue;
    tests.set(local, (tests.get(local) ?? 0) + 1);
    const arms = [blocks[exit.whenTrue], blocks[exit.whenFalse]];
    if (arms.some((arm) => arm?.events.some(mayLock))) guarding.add(local);
  }
  return [...guarding].filter((local) => (tests.get(local) ?? 0) > 1);
}

/** Whether an event acquires a lock, or calls a function that is named for one. */
function mayLock(event: Event): boolean {
  const name = calleeName(event);
  return event.k === 'acquire' || event.k === 'try' || (name !== undefined && /lock/iu.test(name));
}

/**
 * Locals that several branches test, in a function that stores into a member which a branch tests as well:
 * `if (ok) o->state = next; … if (!ok) return; if (o->state == LIVE) …`. The stored value is known only where a path
 * that has stored is not joined with one that has not.
 */
function outcomes({ blocks, exprs }: Skeleton): readonly number[] {
  const stored = new Set<ExprId>();
  const asked = new Set<ExprId>();
  const tests = new Map<number, number>();
  for (const { events, exit } of blocks) {
    for (const event of events)
      if (event.k === 'assign' && exprs[event.target]?.k === 'field') stored.add(event.target);
    if (exit.k !== 'branch') continue;
    const condition = exprs[exit.condition];
    if (condition?.k === 'binary') for (const side of [condition.left, condition.right]) asked.add(side);
    const local = testedBy(exprs, exit);
    if (local !== undefined) tests.set(local, (tests.get(local) ?? 0) + 1);
  }
  if (![...asked].some((id) => stored.has(id))) return [];
  return [...tests].flatMap(([local, times]) => (times > 1 ? [local] : []));
}

/** The local that a branch tests by itself, `if (x)` or `if (!x)`. */
function testedBy(exprs: readonly Expr[], exit: Exit): number | undefined {
  const condition = exit.k === 'branch' ? exprs[exit.condition] : undefined;
  const tested = condition?.k === 'unary' && condition.op === '!' ? exprs[condition.base] : condition;
  return tested?.k === 'local' ? tested.index : undefined;
}

/** Variables that lock events use, or that the function returns for its caller to lock, and that have more than one value. */
export function lockPointers(skeleton: Skeleton): readonly Variable[] {
  const { exprs } = skeleton;
  const named = new Set<ExprId>(returnedChoices(skeleton));
  const assigned = new Map<ExprId, number>();
  for (const event of eventsOf(skeleton)) {
    if (event.k === 'assign') {
      // A function may choose between locks.
      const choices = exprs[event.value]?.k === 'result' ? 2 : 1;
      assigned.set(event.target, (assigned.get(event.target) ?? 0) + choices);
    } else if ('lock' in event) named.add(event.lock);
  }
  const found: Variable[] = [];
  for (const id of named) {
    const variable = exprs[id];
    if (variable?.k !== 'local' && variable?.k !== 'parameter') continue;
    if ((assigned.get(id) ?? 0) > (variable.k === 'parameter' ? 0 : 1)) found.push(variable);
  }
  return found;
}

/** What a function returns, if it holds nothing but the addresses of objects: the caller may lock any of them. */
function returnedChoices(skeleton: Skeleton): readonly ExprId[] {
  const { blocks, exprs } = skeleton;
  const returned = new Set(blocks.flatMap(({ exit }) => (exit.k === 'return' ? [exit.value] : [])));
  return [...returned].filter((id) =>
    eventsOf(skeleton).every(
      (one) => one.k !== 'assign' || one.target !== id || exprs[one.value]?.k === 'address',
    ),
  );
}
