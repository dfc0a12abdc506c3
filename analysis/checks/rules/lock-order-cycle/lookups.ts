import type { Surroundings } from '../../../summaries/surroundings.js';
import { Evaluator } from '../../../summaries/interpret/evaluate.js';
import { State } from '../../../summaries/state/state.js';
import { eventOf, handedFrom } from '../../../summaries/locks/names.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { FunctionRef } from '../../../link/types.js';
import { calleeName, eventAt } from '../../../skeleton/lowering/events.js';

/** What found an object, and by which values. */
export interface ObjectLookup {
  readonly what: string;
  readonly args: readonly Term[];
  /** Whether it computes an element of an array from its arguments, as a hash table does. */
  readonly isElement?: boolean;
  /** Whether a hash function computes it: an order of the arguments is no order of the elements. */
  readonly isHashed?: boolean;
}

/** The lookup that yields a value; `undefined` if none is visible. */
export type LookupOf = (value: Term) => ObjectLookup | undefined;

/** A function on a path, and the arguments of its call as terms of the path's first function. */
interface Entered {
  readonly summary: FunctionSummary | undefined;
  /** `undefined` for the first function: its terms stand for themselves. */
  readonly args: readonly Term[] | undefined;
}

/** The lookups on a path of calls, with their arguments as terms of the path's first function. */
export function lookupsOn(around: Surroundings, root: FunctionRef, steps: readonly Site[] = []): LookupOf {
  const entered: Entered[] = [{ summary: around.summaryOf(root), args: undefined }];
  for (const { fn, event } of steps.slice(0, -1)) {
    const at = entered.at(-1);
    const call = at?.summary?.fn === fn ? ownCallAt(at.summary, event) : undefined;
    const [target] = call?.targets ?? [];
    if (at === undefined || call === undefined || target === undefined) break;
    entered.push({
      summary: around.summaryOf(target),
      args: call.args.map((arg) => t.inCaller(arg, at.args)),
    });
  }
  const isElement = (fn: FunctionRef): boolean => {
    const exits = around.summaryOf(fn)?.exits ?? [];
    return exits.length > 0 && exits.every(({ value }) => value !== undefined && isComputedElement(value));
  };
  return (value) => lookupOf(around, value, entered, isElement);
}

/** The address of an array element whose index is neither a constant nor passed by the caller. */
function isComputedElement(value: Term): boolean {
  if (value.k !== 'address' || value.base.k !== 'index') return false;
  const { index } = value.base;
  return index.k !== 'constant' && index.k !== 'parameter' && index.k !== 'field';
}

/** The call that returned a value, or the call of the helper in which it was created. */
function lookupOf(
  around: Surroundings,
  value: Term,
  entered: readonly Entered[],
  isElement: (fn: FunctionRef) => boolean,
): ObjectLookup | undefined {
  if (value.k !== 'result' && value.k !== 'opaque') return undefined;
  const [first] = entered;
  const handed = handedFrom(value);
  const event = value.k === 'result' ? eventOf(value) : handed?.event;
  const at = handed === undefined ? first : entered.find(({ summary }) => summary?.fn.name === handed.caller);
  const call = event === undefined ? undefined : ownCallAt(at?.summary, event);
  const what = call?.callee?.key ?? call?.targets.map((target) => target.name).join() ?? '';
  if (at === undefined || call === undefined || what === '')
    return (event === undefined ? undefined : unseen(around, at, event)) ?? resultOf(value);
  // A helper may create several values: its place in the helper distinguishes this one.
  return {
    what: handed === undefined ? what : `${what}/${handed.made}`,
    args: call.args.map((arg) => t.inCaller(arg, at.args)),
    isElement: call.targets.length > 0 && call.targets.every(isElement),
    isHashed: handed !== undefined && call.targets.some((target) => hashesAt(around, target, handed.made)),
  };
}

/** Whether a helper makes a value, by its key in the helper, with a hash function. */
function hashesAt({ program, models }: Surroundings, fn: FunctionRef, made: string): boolean {
  const event = eventOf({ key: made });
  const name = event === undefined ? undefined : calleeName(eventAt(program.skeleton(fn), event));
  return name !== undefined && models.hashes(name);
}

/** A call by name whose body is not visible: its arguments as the source writes them. */
function unseen(
  { program, models, classes }: Surroundings,
  at: Entered | undefined,
  id: number,
): ObjectLookup | undefined {
  const fn = at?.summary?.fn;
  const skeleton = fn && program.skeleton(fn);
  const event = skeleton && eventAt(skeleton, id);
  if (fn === undefined || skeleton === undefined || event === undefined || !('args' in event))
    return undefined;
  const what = event.k === 'call' ? event.callee : 'api' in event ? event.api : undefined;
  if (typeof what !== 'string' || models.isAllocator(what)) return undefined;
  const evaluator = new Evaluator(program, models, classes, fn, skeleton);
  return { what, args: event.args.map((arg) => t.inCaller(evaluator.value(arg, State.entry()), at?.args)) };
}

/** In the text of a call: a parameter, or a member of the object that a parameter points to. */
const GIVEN = /(?<![\w.$#])(?:\(\*p(?<pointer>\d+)\)(?<members>(?:\.\w+)+)|p(?<value>\d+)(?!\w))/g;

/** A call without a visible body: its text identifies the lookup, and the parameters and members it uses. */
function resultOf(value: Term): ObjectLookup | undefined {
  if (value.k !== 'result' || value.predicate === undefined) return undefined;
  const args: Term[] = [];
  for (const { groups } of value.predicate.matchAll(GIVEN)) {
    const { pointer, members = '', value: index } = groups ?? {};
    let given: Term = t.parameter(Number(pointer ?? index), '');
    if (pointer !== undefined) given = t.deref(given);
    for (const name of members.split('.').slice(1)) given = t.field(given, name, '');
    args.push(given);
  }
  return { what: value.predicate.replaceAll(GIVEN, '@'), args };
}
