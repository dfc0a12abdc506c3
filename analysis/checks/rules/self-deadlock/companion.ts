import { baseOf } from '../../../base/ctype.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { partsOfDriver } from '../../../link/files/one-driver.js';
import { typeOf } from '../../../link/ctypes/expression-types.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { isOnlyStored } from './member-values.js';
import { placeOf } from '../../../skeleton/places.js';

/**
 * The object that a place is by way of its companion: `p` for `netdev_priv(p->dev)`, where code of the driver stores
 * `p->dev = dev` for a `p` that is `netdev_priv(dev)`, or that it stores as the data of `dev`, and stores nothing else
 * there. `undefined` if the place is not known to be that of such an object.
 */
export function ownerByCompanion(program: Program, place: Term, file: string): Term | undefined {
  if (place.k !== 'deref') return undefined;
  const names: string[] = [];
  let companion = place.base;
  for (; companion.k === 'field'; companion = companion.base) names.unshift(companion.name);
  if (names.length === 0 || companion.k !== 'deref') return undefined;
  const pointer = companion.base;
  if (pointer.k !== 'field' || pointer.base.k !== 'deref') return undefined;
  const { type } = pointer.base;
  const isPaired = isOnlyStored(program, file, pointer.name, ({ event, target }, skeleton, fn) => {
    const object = skeleton.exprs[target.base];
    if (object?.k !== 'deref' || !isOfType(program, skeleton, fn, target.base, type)) return undefined;
    const pair = { pointer: object.base, companion: event.value };
    return isPair(skeleton, pair, names) || isGivenPair(program, fn, skeleton, pair, names);
  });
  return isPaired ? pointer.base : undefined;
}

/** Whether a place may hold such an object: one of unknown type may. */
function isOfType(
  program: Program,
  skeleton: Skeleton,
  fn: FunctionRef,
  place: ExprId,
  type: string,
): boolean {
  const own = typeOf(skeleton, place, fn, program);
  return own === '' || type === '' || baseOf(own) === baseOf(type);
}

/** A pointer to an object, and the pointer to its companion. */
interface ObjectPair {
  readonly pointer: ExprId;
  readonly companion: ExprId;
}

/** Whether a function makes a pointer the one at `back` of a companion, or stores it there. */
function isPair(skeleton: Skeleton, { pointer, companion }: ObjectPair, back: readonly string[]): boolean {
  const isBack = (expr: ExprId): boolean => {
    const { root, names } = placeOf(skeleton, expr);
    const object = skeleton.exprs[root];
    return names.join() === back.join() && object?.k === 'deref' && object.base === companion;
  };
  if (isBack(pointer)) return true;
  return eventsOf(skeleton).some(
    (event) =>
      event.k === 'assign' &&
      ((event.target === pointer && isBack(event.value)) ||
        (event.value === pointer && isBack(event.target))),
  );
}

/** Whether both are parameters, and each caller passes such a pair: `init(netdev_priv(dev), dev)`. */
function isGivenPair(
  program: Program,
  fn: FunctionRef,
  { exprs }: Skeleton,
  pair: ObjectPair,
  back: readonly string[],
): boolean {
  const [one, other] = [exprs[pair.pointer], exprs[pair.companion]];
  if (one?.k !== 'parameter' || other?.k !== 'parameter') return false;
  const callers = program.callers(fn);
  const files = partsOfDriver(program, fn.file);
  if (fn.item?.isStatic !== true && !callers.every(({ file }) => files.includes(file))) return false;
  const calls = callers.flatMap((caller) => {
    const skeleton = program.skeleton(caller);
    if (skeleton === undefined) program.demand(caller, 'path');
    const own = eventsOf(skeleton).filter((event) => event.k === 'call' && event.callee === fn.name);
    return own.length === 0 ? [undefined] : own.map((event) => ({ skeleton, event }));
  });
  return (
    calls.length > 0 &&
    calls.every((call) => {
      const args = call !== undefined && 'args' in call.event ? call.event.args : [];
      const [pointer, companion] = [args[one.index], args[other.index]];
      return (
        call?.skeleton !== undefined &&
        pointer !== undefined &&
        companion !== undefined &&
        isPair(call.skeleton, { pointer, companion }, back)
      );
    })
  );
}
