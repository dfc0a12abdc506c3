import { baseOf } from '../../../base/ctype.js';
import { folderOf } from '../../../base/paths.js';
import { typeOf } from '../../../link/ctypes/expression-types.js';
import { partsOfDriver } from '../../../link/files/one-driver.js';
import type { FunctionItem } from '../../../outline/types.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { memberStores, type MemberStore } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { LockRef } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { linkOf } from './pair-order.js';

/**
 * Whether a member links the two objects of a dependency both ways, as the two ends of a pipe: each end's path takes the
 * lock of the other end under its own. The file that locks sets the member so, or one beside it: `a->peer = b; b->peer =
 * a;`, or to the other one of two elements, `p->peer = &ports[1 - i];`. Objects may point to their locks, and may share one:
 * then the path waits for itself.
 */
export function isMutual(around: Surroundings, side: Dependency): boolean {
  const { program } = around;
  const link = linkOf(byMember(side), around);
  if (link === undefined || !link.isForward || link.isWalk === true) return false;
  const { file } = side.root;
  const parts = partsOfDriver(program, file);
  const beside = program.filesIn(folderOf(file)).filter((other) => !parts.includes(other));
  return (
    isSetIn(program, parts, link.member, file) ||
    beside.some((other) => isSetIn(program, [other], link.member))
  );
}

/** A side whose locks are named by the members that point to them, if any do. */
function byMember(side: Dependency): Dependency {
  const named = <L extends LockRef>(lock: L): L =>
    lock.term.k === 'deref' && lock.term.base.k === 'field' ? { ...lock, term: lock.term.base } : lock;
  return { ...side, holds: named(side.holds), lock: named(side.lock) };
}

/**
 * Whether a function of some files, of one driver, sets the member so: one that makes such objects, one that calls it, or what
 * that calls; in `home` any.
 */
function isSetIn(program: Program, files: readonly string[], member: string, home?: string): boolean {
  const all = files.flatMap((file) => program.outline(file)?.functions ?? []);
  const makers = new Set(files.flatMap((file) => makersIn(program, file)));
  const callMakers = all.filter(({ calls }) => calls.some((name) => makers.has(name)));
  const linkers = new Set([...makers, ...callMakers.flatMap(({ name, calls }) => [name, ...calls])]);
  return files.some((file) =>
    (program.outline(file)?.functions ?? []).some(({ name }, index) => {
      const isLinker = linkers.has(name);
      const fn = file === home || isLinker ? program.functionAt(file, index) : undefined;
      if (fn === undefined) return false;
      const skeleton = program.skeleton(fn);
      if (skeleton !== undefined) return linksBothWays(program, fn, skeleton, member);
      // What initialises the locks of objects links the objects, too, or who has them made, itself or through a helper.
      if (isLinker) program.demand(fn, 'path');
      return false;
    }),
  );
}

/** The functions of a file that initialise locks. */
function makersIn(program: Program, file: string): readonly string[] {
  const { functions = [], lockInits = [] } = program.outline(file) ?? {};
  const initialises = ({ line, endLine }: FunctionItem): boolean =>
    lockInits.some((init) => line <= init.line && init.line <= endLine);
  return functions.filter(initialises).map(({ name }) => name);
}

/** Whether a function stores each of two objects in a member of the other one. */
function linksBothWays(program: Program, fn: FunctionRef, skeleton: Skeleton, member: string): boolean {
  const stores = [...memberStores(skeleton)].filter(({ target }) => target.name === member);
  return stores.some(
    (one) =>
      isOtherOfTwo(program, fn, skeleton, one) ||
      stores.some((other) => pointsTo(skeleton, one, other) && pointsTo(skeleton, other, one)),
  );
}

/** Whether a store sets a member to the object whose member another store sets. */
function pointsTo({ exprs }: Skeleton, { event: { value } }: MemberStore, { target }: MemberStore): boolean {
  const object = target.base;
  if (object === value) return false;
  const pointer = exprs[value];
  const holder = exprs[object];
  return (
    (holder?.k === 'deref' && holder.base === value) || (pointer?.k === 'address' && pointer.base === object)
  );
}

/** Whether a store sets a member to an element of its own type whose index is the other one of 0 and 1. */
function isOtherOfTwo(
  program: Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  { event, target }: MemberStore,
): boolean {
  const { exprs } = skeleton;
  const pointer = exprs[event.value];
  const element = pointer?.k === 'address' ? exprs[pointer.base] : undefined;
  if (pointer?.k !== 'address' || element?.k !== 'index') return false;
  const typeAt = (id: ExprId): string => baseOf(program.expand(typeOf(skeleton, id, fn, program), fn.file));
  if (typeAt(target.base) !== typeAt(pointer.base)) return false;
  const index = exprs[element.index];
  const isOne = (id: ExprId): boolean => {
    const expr = exprs[id];
    return expr?.k === 'constant' && expr.value === 1;
  };
  if (index?.k === 'unary') return index.op === '!';
  return (
    index?.k === 'binary' &&
    ((index.op === '-' && isOne(index.left)) ||
      (index.op === '^' && isOne(index.right)) ||
      index.op === 'other')
  );
}
