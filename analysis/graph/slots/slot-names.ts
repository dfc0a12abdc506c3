import { isString } from '../../summaries/locks/symbols.js';
import { FILE_START } from '../../base/span.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import type { Naming, Registration } from '../contexts/registrations.js';

/** The slot of an entry that is named by a string. */
export function entrySlot(name: Term, file: string): string | undefined {
  return name.k === 'global' && isString(name.name) ? `${file} ${name.name}` : undefined;
}

const IRQ = 'irq ';

/** The slot of the interrupt whose number a variable or a member holds. */
export function irqSlot(key: string): string {
  return IRQ + key;
}

/** Whether a slot is that of an interrupt. */
export function isIrqSlot(slot: string): boolean {
  return slot.startsWith(IRQ);
}

/** The class of a slot's object: for an interrupt, what holds its number. */
export function classOfSlot(slot: string): string {
  return isIrqSlot(slot) ? slot.slice(IRQ.length) : slot;
}

/** Whether the wait covers the registration; one for an interrupt handler may exclude its thread. */
export function isAwaitedBy(api: OtherApi, registration: Registration): boolean {
  return api.withoutThread !== true || registration.isThread !== true;
}

/** What a wait is for: the object that contains the given member. */
export function around(given: Term, { objectAround }: OtherApi): Term {
  const member = objectAround !== undefined && given.k === 'address' ? given.base : undefined;
  return member?.k === 'field' && member.name === objectAround ? t.address(member.base) : given;
}

/** The registration of a function in an attribute or a table. */
export function byDeclaration(handler: FunctionRef, object: Term): Registration {
  const at = { file: handler.file, ...(handler.item?.nameSpan ?? FILE_START) };
  return { handler, api: '', at, by: handler.name, object, data: undefined, naming: 'handle' };
}

/** How a wait identifies what it waits for. */
export function namingOf(api: OtherApi): Naming {
  return api.awaits === 'irq' ? 'irq' : api.byHandle === true ? 'handle' : 'object';
}
