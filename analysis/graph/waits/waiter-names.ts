import { pointee } from '../../base/ctype.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { elsewhere } from '../../summaries/locks/names.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Registration } from '../contexts/registrations.js';

/**
 * A handler's term in terms of the function that waits for it: the handler's parameters are the awaited object or the
 * argument of the registration. `given` is what the wait itself states about the handler's argument.
 */
export function inNamesOfWaiter(
  around: Surroundings,
  registration: Registration,
  object: Term,
  given: Term | undefined,
  term: Term,
): Term {
  const { handler, naming, dataField, objectParameter, objectIn } = registration;
  if (objectParameter !== undefined) return substitute(term, objectParameter, object);
  if (objectIn !== undefined)
    return t.rebuild(term, (part) =>
      isMemberOf(part, objectIn.parameter, [objectIn.member]) ? t.withType(object, part.type) : forget(part),
    );
  const told = given ?? dataFor(registration, object);
  if (naming === 'irq') return substitute(term, 1, told);
  if (dataField !== undefined) {
    const found = told ?? elsewhere('data', '');
    return t.rebuild(term, (part) =>
      isMemberOf(part, 0, dataField) || isGivenData(around, part) ? t.withType(found, part.type) : undefined,
    );
  }
  const wanted = pointee(around.program.expand(handler.item?.parameters[0]?.type ?? '', handler.file)) ?? '';
  if (naming === 'handle') {
    const passed = pointee(around.program.expand(told?.type ?? '', handler.file)) ?? '';
    // Other code finds the object of the handler, by the member that the registration names.
    const isOther = [wanted, passed].every((type) => type.startsWith('struct ')) && wanted !== passed;
    return substitute(term, 0, isOther ? undefined : told);
  }
  const target = t.deref(object);
  const own = around.program.expand(target.type, handler.file);
  if (wanted === '' || wanted === own) return substitute(term, 0, wanted === '' ? told : object);
  const record = around.program.resolveRecord(own.slice(own.indexOf(' ') + 1), handler.file);
  if (record === undefined) return t.rebuild(term, (part) => outerOf(part, target, own));
  const inner = record.item.fields.find(({ type }) => type === wanted);
  return substitute(term, 0, inner === undefined ? told : t.address(t.field(target, inner.name, wanted)));
}

/** The argument that the handler was registered with, in terms of the function that waits for it. */
export function dataFor({ object: made, data }: Registration, object: Term): Term | undefined {
  const translate = unify(made, object);
  if (data === undefined || translate === undefined) return undefined;
  const origin = t.rootOf(made);
  // A variable, and the allocation that it was set to.
  const isOneObject = origin.k === 'local' && data.k === 'result' && data.type === origin.type;
  return isOneObject ? translate(origin) : t.rebuild(data, (part) => translate(part) ?? forget(part));
}

/** `urb->context` in a handler that receives the urb. */
function isMemberOf(part: Term, parameter: number, names: readonly string[]): boolean {
  return (
    part.k === 'field' &&
    names.includes(part.name) &&
    part.base.k === 'deref' &&
    part.base.base.k === 'parameter' &&
    part.base.base.index === parameter
  );
}

/** Whether a call in a handler returns the pointer it was registered with. */
function isGivenData({ models }: Surroundings, part: Term): boolean {
  return part.k === 'result' && models.givesData(part.origin);
}

function substitute(term: Term, index: number, value: Term | undefined): Term {
  return t.rebuild(term, (part) => {
    if (part.k !== 'parameter' || part.index !== index) return undefined;
    return value ?? forget(part);
  });
}

/** Replaces names that have no meaning outside of their function. */
export function forget(part: Term): Term | undefined {
  return part.k === 'parameter' || part.k === 'local' ? elsewhere(part.key, part.type) : undefined;
}

/** If little is known about `target`, the handler's own container_of() shows the containing object. */
function outerOf(part: Term, target: Term, own: string): Term | undefined {
  if (part.k !== 'container' || part.base.k !== 'parameter' || part.base.index !== 0) return undefined;
  if (part.type === `${own}*`) return t.address(target);
  const path = part.member.split('.');
  // If its type is unknown, it may be the member itself that the handler receives, or the member's container.
  const holder = (own === '' ? holderOf(target, path) : undefined) ?? holderOf(target, path.slice(0, -1));
  return holder === undefined ? undefined : t.withType(t.address(holder), part.type);
}

/** The object that has `member` at this member path. */
function holderOf(member: Term, names: readonly string[]): Term | undefined {
  let holder = member;
  for (const name of [...names].reverse()) {
    if (holder.k !== 'field' || holder.name !== name) return undefined;
    holder = holder.base;
  }
  return holder === member ? undefined : holder;
}

/** Translates the terms of one side to those of the other if both mean one object; `undefined` if they cannot. */
export function unify(from: Term, to: Term): ((part: Term) => Term | undefined) | undefined {
  let a = from;
  let b = to;
  for (;;) {
    if (a.k === 'field' && b.k === 'field' && a.name === b.name) {
      a = a.base;
      b = b.base;
    } else if ((a.k === 'address' && b.k === 'address') || (a.k === 'deref' && b.k === 'deref')) {
      a = a.base;
      b = b.base;
    } else break;
  }
  // A pointer on one side, the variable that it points to on the other.
  if (a.k === 'deref' && (b.k === 'global' || b.k === 'index')) {
    a = a.base;
    b = t.address(b);
  }
  if (a.k === 'global' && a.key !== b.key) return undefined;
  const { key } = a;
  const value = b;
  const ofList = unifyLists(a, b);
  return (part) => (part.key === key ? value : ofList?.(part));
}

/** {@link unify} for the objects that have the lists in which two objects are. */
function unifyLists(one: Term, other: Term): ((part: Term) => Term | undefined) | undefined {
  if (one.k !== 'opaque' || other.k !== 'opaque') return undefined;
  return one.listedIn && other.listedIn && unify(one.listedIn, other.listedIn);
}
