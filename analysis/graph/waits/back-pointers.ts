import type { FunctionRef, Program } from '../../link/types.js';
import { eventsOf, memberStores, type MemberStore } from '../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether code of these files makes a member of a structure within an object point to the object, `d->queue.dev = d`, and
 * none makes it point elsewhere. With `child`, the member is that of another object, to which the first one points:
 * `card->host = host` and `host->card = card` in one function.
 */
export function pointsBack(
  program: Program,
  files: ReadonlySet<string>,
  member: string,
  child: string | undefined,
): boolean {
  const stores = [...files].flatMap((file) => storesIn(program, file, member, child));
  return stores.length > 0 && stores.every(Boolean);
}

/** Whether each store to a member in a file sets it to the object that it is in, or that points to the one it is in. */
function storesIn(
  program: Program,
  file: string,
  member: string,
  child: string | undefined,
): readonly boolean[] {
  const { functions = [] } = program.outline(file) ?? {};
  return functions.flatMap((_, index) => {
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (fn === undefined || skeleton === undefined) return [];
    const all = [...memberStores(skeleton)];
    return all
      .filter(({ event, target }) => target.name === member && skeleton.exprs[event.value]?.k !== 'constant')
      .map((store) =>
        child === undefined
          ? isOwn(skeleton, store) || isOwnOfCallers(program, fn, skeleton, store)
          : all.some((other) => other.target.name === child && arePaired(skeleton, store, other)),
      );
  });
}

/** Whether two stores make two objects point to each other. */
function arePaired({ exprs }: Skeleton, one: MemberStore, other: MemberStore): boolean {
  const isIn = ({ target }: MemberStore, object: ExprId): boolean => {
    const holder = exprs[target.base];
    return holder?.k === 'deref' && holder.base === object;
  };
  return isIn(one, other.event.value) && isIn(other, one.event.value);
}

/**
 * Whether a store sets a member of a structure within an object to the object's address. A variable may have the address of
 * the structure: `q = &d->queues[i]; q->dev = d`.
 */
function isOwn(skeleton: Skeleton, { event, target }: MemberStore): boolean {
  const { exprs } = skeleton;
  const holder = exprs[target.base];
  const pointer = holder?.k === 'deref' && exprs[holder.base]?.k === 'local' ? holder.base : undefined;
  const parts = pointer === undefined ? [target.base] : addressesIn(skeleton, pointer);
  return areWithin(skeleton, parts, event.value);
}

/**
 * Whether a function sets a member of the structure that it is given to the object that it is given, and every caller in sight
 * gives it a structure within the object: `queue_init(&d->queues[i], d)`.
 */
function isOwnOfCallers(
  program: Program,
  fn: FunctionRef,
  { exprs }: Skeleton,
  { event, target }: MemberStore,
): boolean {
  const holder = exprs[target.base];
  const part = holder?.k === 'deref' ? exprs[holder.base] : undefined;
  const owner = exprs[event.value];
  if (part?.k !== 'parameter' || owner?.k !== 'parameter') return false;
  const callers = program.callers(fn);
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const skeleton = program.skeleton(caller);
      const calls = eventsOf(skeleton).flatMap((one) =>
        one.k === 'call' && one.callee === fn.name ? [one] : [],
      );
      return (
        skeleton !== undefined &&
        calls.length > 0 &&
        calls.every(({ args }) => {
          const [given, object] = [args[part.index], args[owner.index]];
          if (given === undefined || object === undefined) return false;
          const address = skeleton.exprs[given];
          const parts = address?.k === 'address' ? [address.base] : addressesIn(skeleton, given);
          return areWithin(skeleton, parts, object);
        })
      );
    })
  );
}

/** Whether there are places, and each of them is part of the object to which a value points. */
function areWithin({ exprs }: Skeleton, parts: readonly (ExprId | undefined)[], value: ExprId): boolean {
  return parts.length > 0 && parts.every((part) => part !== undefined && isWithin(exprs, part, value));
}

/** Whether a place is part of the object to which a value points. */
function isWithin(exprs: Skeleton['exprs'], part: ExprId, value: ExprId): boolean {
  let at = part;
  let expr = exprs[at];
  while (expr?.k === 'field' || expr?.k === 'index') expr = exprs[(at = expr.base)];
  if (at === part) return false;
  const given = exprs[value];
  return (expr?.k === 'deref' && expr.base === value) || (given?.k === 'address' && given.base === at);
}

/** The places whose addresses a function assigns to a variable; `undefined` for another value. */
function addressesIn({ exprs, blocks }: Skeleton, variable: ExprId): readonly (ExprId | undefined)[] {
  return blocks.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.k !== 'assign' || event.target !== variable) return [];
      const value = exprs[event.value];
      return [value?.k === 'address' ? value.base : undefined];
    }),
  );
}
