import { partsOfDriver } from '../../link/files/one-driver.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models, Operation } from '../../models/types.js';
import { ZERO, type Fact } from '../../summaries/facts/fact.js';
import * as t from '../../summaries/locks/terms.js';
import { countNew } from '../paths/decisions.js';
import type { HandlerPath } from './handler-needs.js';

/**
 * Whether a lock is one of an object that nobody uses any more when the function is called for it, or is taken only for
 * one that this section does not end.
 */
export function isOfUnused(operation: Operation | undefined, { lock, facts }: HandlerPath): boolean {
  if (operation?.unused === undefined) return false;
  const holder = t.holderOf(lock.term);
  const pointer = holder.k === 'deref' ? holder.base : holder;
  const object = pointer.k === 'container' ? pointer.base : pointer;
  if (object.k === 'parameter' && object.index === 0) return true;
  return [...facts.known()].some(({ term, fact }) => isZero(term, fact, operation.unused ?? ''));
}

/** Whether the driver of the function keeps such objects in use: reclaim never meets one without users. */
export function arePinned(
  program: Program,
  operation: Operation | undefined,
  { file }: FunctionRef,
): boolean {
  const pins = operation?.pinnedBy;
  return (
    pins !== undefined &&
    partsOfDriver(program, file).some((part) =>
      program.outline(part)?.functions.some(({ calls }) => calls.some((name) => pins.includes(name))),
    )
  );
}

/**
 * Whether the state of such an object decides whether the lock is taken. Its kind does not, of which it stays: a regular
 * file never becomes a directory.
 */
export function isByState(models: Models, operation: Operation | undefined, { facts }: HandlerPath): boolean {
  if (operation?.unused === undefined) return false;
  const tellsKind = (part: t.Term): boolean =>
    (part.k === 'field' && part.name === operation.kindMember) ||
    (part.k === 'result' && models.tellsKind(part.origin));
  return countNew(facts, new Set(), tellsKind) > 0;
}

/** Whether the fact says that a member of this name is zero. */
function isZero(term: t.Term, { signs }: Fact, member: string): boolean {
  if (term.k === 'field') return term.name === member && signs === ZERO;
  const [value, other] = term.k === 'operation' ? term.operands : [];
  if (term.k !== 'operation' || value?.k !== 'field' || value.name !== member) return false;
  const isNull = other === undefined || (other.k === 'constant' && other.value === 0);
  if (!isNull) return false;
  return term.op === '!' || term.op === '==' ? (signs & ZERO) === 0 : signs === ZERO;
}
