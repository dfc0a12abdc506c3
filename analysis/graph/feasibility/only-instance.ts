import { baseOf } from '../../base/ctype.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import { usersOfRecord } from '../../link/record-users.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { eventAt, eventsOf } from '../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether one of two lock terms is in a variable that is the only visible instance of its record, and the other in an
 * object of that record behind a pointer. `declared` is the file that declares the record. It must be a source file, or a
 * header beside the sources that use it, which then allocate no other: any file may have instances of a record of another header.
 */
export function isOnlyInstance(program: Program, one: Term, other: Term, declared: string): boolean {
  const files = usersOfRecord(program, declared);
  return isBehind(program, one, other, files) || isBehind(program, other, one, files);
}

function isBehind(
  program: Program,
  inVariable: Term,
  behindPointer: Term,
  files: readonly string[],
): boolean {
  const [file, ...others] = files;
  const [variable, object] = [objectOf(inVariable), objectOf(behindPointer)];
  if (file === undefined || variable?.k !== 'global' || object?.k !== 'deref') return false;
  const record = baseOf(program.expand(variable.type, file));
  if (t.rootOf(object).k === 'global' || variable.name.includes('[')) return false;
  if (record === '' || record !== baseOf(program.expand(object.type, file))) return false;
  return (
    hasOneVariable(program, record, files) &&
    (others.length === 0 || !files.some((one) => makesMore(program, record, one)))
  );
}

/**
 * Whether two lock terms, under whatever names, are in the only instance of their record: a variable of the source file
 * that declares the record, which allocates no other and puts none into a variable or record of another kind. The sources
 * beside a header count as one.
 */
export function areInOnlyInstance(program: Program, one: Term, other: Term, declared: string): boolean {
  const files = usersOfRecord(program, declared);
  const [file] = files;
  const [first, second] = [one, other].map((lock) => objectOf(lock));
  if (file === undefined || first === undefined || second === undefined) return false;
  // One object may have several members of a lock's record.
  if (pathIn(one) !== pathIn(other)) return false;
  // A call that returns an object, and a variable that a loop moves on, may name another one.
  const isObject = (object: Term): boolean =>
    object.k === 'global' || (object.k === 'deref' && !['result', 'opaque'].includes(object.base.k));
  const record = baseOf(program.expand(first.type, file));
  if (record === '' || !isObject(first) || !isObject(second)) return false;
  if (record !== baseOf(program.expand(second.type, file))) return false;
  return hasOneVariable(program, record, files) && !files.some((user) => makesMore(program, record, user));
}

/**
 * Whether two lock terms lead through an object of a kind of which a task works on one at a time, and from there the same
 * way: the lock of the file system that a function gets, and that of the one its inode is in. Two objects that a
 * function gets by name may be two.
 */
export function areOfOneObject(program: Program, one: Term, other: Term, file: string): boolean {
  const [first, second] = [throughOne(program, one, file), throughOne(program, other, file)];
  if (first === undefined || second === undefined) return false;
  const isMember = [first, second].some(({ object }) => object.k === 'field');
  return first.path === second.path && first.path !== '' && isMember;
}

/** The pointer to such an object in a lock term, and how the term goes on from there. */
function throughOne(
  program: Program,
  lock: Term,
  file: string,
): { readonly object: Term; readonly path: string } | undefined {
  let path = '';
  for (let at = lock; at.k === 'field' || at.k === 'deref'; at = at.base) {
    path += at.k === 'field' ? `.${at.name}` : '*';
    if (at.k === 'field' || at.base.k === 'result' || at.base.k === 'opaque') continue;
    if (program.models.isOneAtATime(program.expand(at.base.type, file).replace(/\*$/, '')))
      return { object: at.base, path };
  }
  return undefined;
}

/** Whether some files have one variable of a record, which is no array and not one for each processor. */
function hasOneVariable(program: Program, record: string, files: readonly string[]): boolean {
  const [only, ...more] = files.flatMap((file) =>
    (program.outline(file)?.variables ?? []).filter(
      ({ type }) => baseOf(program.expand(type, file)) === record,
    ),
  );
  if (only === undefined || more.length > 0 || /[*[]/.test(only.type)) return false;
  return program.models.declarator(only.definedBy)?.perCpu !== true;
}

/** Whether a file may have further instances of a record: in other records, in local variables, or allocated. */
function makesMore(program: Program, record: string, file: string): boolean {
  const outline = program.outline(file);
  const isIt = (type: string): boolean =>
    !type.includes('*') && baseOf(program.expand(type, file)) === record;
  if (outline?.records.some(({ fields }) => fields.some(({ type }) => isIt(type))) === true) return true;
  return (outline?.functions ?? []).some((_, index) => {
    const fn = program.functionAt(file, index);
    if (fn === undefined) return true;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) program.demand(fn, 'path');
    return (
      skeleton === undefined ||
      skeleton.locals.some(({ type }) => isIt(type)) ||
      allocates(program, fn, skeleton, record)
    );
  });
}

/** Whether a function stores the result of an allocation where a pointer to such a record is. */
function allocates(program: Program, fn: FunctionRef, skeleton: Skeleton, record: string): boolean {
  return eventsOf(skeleton).some((event) => {
    if (event.k !== 'assign' || !isAllocated(program, skeleton, event.value)) return false;
    return baseOf(program.expand(typeOf(skeleton, event.target, fn, program), fn.file)) === record;
  });
}

/** Whether a value is what a call with an allocation flag returned. */
export function isAllocated({ models }: Program, skeleton: Skeleton, value: ExprId): boolean {
  const expr = skeleton.exprs[value];
  const made = expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined;
  if (made === undefined || !('args' in made)) return false;
  return made.args.some((arg) => {
    const flag = skeleton.exprs[arg];
    return flag?.k === 'global' && models.allocationFlag(flag.name) !== undefined;
  });
}

/** The members that lead from the outermost object to a lock in it. */
function pathIn(lock: Term): string {
  let path = '';
  for (let at = lock; at.k === 'field'; at = at.base) path = `.${at.name}${path}`;
  return path;
}

/** The outermost object that contains a lock. */
function objectOf(lock: Term): Term | undefined {
  const object = t.holderOf(lock);
  return object === lock ? undefined : object;
}
