import { opaque, type Term } from './terms.js';
import type { CType } from '../../base/ctype.js';
import type { BlockId, EventId } from '../../skeleton/types.js';

/*
 * How values are named that no access path leads to: `file.c:function:` and what made the value there. Whatever builds or
 * reads such a name stands here.
 */

/** A function, as far as names of values contain it. */
interface Scope {
  readonly file: string;
  readonly name: string;
}

/** The beginning of the names of all values that a function makes, and of its variables. */
export function scopeOf({ file, name }: Scope): string {
  return `${file}:${name}:`;
}

/** Whether a function makes a value, or declares a variable, or a value is what either of them once held. */
export function isMadeIn(term: Term, scope: Scope): boolean {
  return term.key.startsWith(scopeOf(scope), 1);
}

/** Whether a value is made in one of these scopes, as {@link scopeOf} writes them. */
export function isMadeInOneOf(term: Term, scopes: ReadonlySet<string>): boolean {
  return scopes.has(term.key.slice(1, term.key.lastIndexOf(':') + 1));
}

/** The name of an event's value inside of the function's scope. */
export function eventName(event: EventId): string {
  return `e${event}`;
}

/** The key of the value that a call or another event of a function results in. */
export function resultKey(fn: Scope, event: EventId): string {
  return `!${scopeOf(fn)}${eventName(event)}`;
}

/** Whether this is the value of this name, tracked or not. */
export function isValueOf({ k, key }: Term, name: string): boolean {
  return (k === 'result' || k === 'opaque') && key.slice(1) === name;
}

/** The event whose value this is, by its key; `undefined` for a value from elsewhere. */
export function eventOf({ key }: Pick<Term, 'key'>): EventId | undefined {
  const event = /:e(\d+)$/.exec(key)?.[1];
  return event === undefined ? undefined : Number(event);
}

/** The name, inside of the function's scope, of the value in a variable's slot where paths join. */
export function joinedName(block: BlockId, slot: number): string {
  return `b${block}.${slot}.`;
}

/** The slot of the variable whose value, where paths join, this is; `undefined` for another value. */
export function joinedSlot({ k, key }: Term): number | undefined {
  const slot = k === 'opaque' ? /:b\d+\.(\d+)\.$/.exec(key)?.[1] : undefined;
  return slot === undefined ? undefined : Number(slot);
}

/** What an event stores through its argument of this position. */
export function storedThrough(event: string, position: number, type: CType): Term {
  return opaque(`${event}.${position}`, type);
}

/** Whether a value is {@link storedThrough} an argument, or is what it was before. */
export function isStoredThrough({ k, key }: Term): boolean {
  return k === 'opaque' && /:e\d+\.\d+~*$/.test(key);
}

/** The name of the call that hands its caller a value which the callee made, and so of the beginning of that value's name. */
export function handedBy(caller: string, event: EventId): string {
  return `${caller}#${event}`;
}

/** The name that a value made in a callee has in the caller. */
export function handedName(call: string, made: Term): string {
  return `${call}/${made.key}`;
}

/** The call by which a function got a value that a callee made, and the key that the value has in the callee. */
export function handedFrom({
  k,
  key,
}: Term): { readonly caller: string; readonly event: EventId; readonly made: string } | undefined {
  const [, caller, event, made] = (k === 'opaque' && /^\?([^/#]*)#(\d+)\/(.*)$/.exec(key)) || [];
  return caller === undefined || made === undefined ? undefined : { caller, event: Number(event), made };
}

const ELSEWHERE = 'elsewhere ';

/** A value that has a name in another function only; equal names mean the same value. */
export function elsewhere(name: string, type: CType): Term {
  return opaque(ELSEWHERE + name, type);
}

export function isElsewhere({ k, key }: Term): boolean {
  return k === 'opaque' && key.startsWith(ELSEWHERE, 1);
}

const CONFIGURATION = 'config ';

/** A configuration option, which has one value in the whole program. */
export function configuration(name: string): Term {
  return opaque(CONFIGURATION + name, 'int');
}

export function isConfiguration({ k, key }: Term): boolean {
  return k === 'opaque' && key.startsWith(CONFIGURATION, 1);
}

/** The name of the configuration option that a value is; `undefined` for another value. */
export function configurationName(term: Term): string | undefined {
  return isConfiguration(term) ? term.key.slice(1 + CONFIGURATION.length) : undefined;
}
