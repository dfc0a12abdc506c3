import type { LockUse } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { GUARDS, NEEDED, PROMISES } from '../../models/asserted.js';
import { plainCall } from '../../models/plain-calls.js';
import { irqForm } from '../../models/variants.js';
import type { CheckContext } from './check.js';
import type { TakePlan } from './plans.js';
import { locationOf } from '../story/story.js';

/** A lock that is needed at a use, by its class. */
export interface NeededLock {
  readonly use: LockUse;
  readonly key: string;
}

/** Where a needed lock is missing. */
export interface MissingPlace {
  /** The function that has to take the lock. */
  readonly caller: FunctionRef;
  readonly at: TakePlan['at'];
  /** The function that it calls there, unless it needs the lock itself. */
  readonly callee?: FunctionRef;
  /** A function that holds the lock when it does the same. */
  readonly holder?: FunctionRef;
}

/**
 * How to hold the lock of `use` at `at`; `undefined` if code acquires it in more than one plain form, or if the call is
 * supposed to release it.
 */
export function planTaking(
  context: CheckContext,
  { use, key }: NeededLock,
  { caller, at, callee, holder }: MissingPlace,
): TakePlan | undefined {
  const { around, collected } = context;
  const { models, program } = around;
  if (PROMISES.get(use.api) === 'releases') return undefined;
  const names = new Set<string>();
  let { kind } = use.lock;
  let takesItself = false;
  for (const { fn, acquire } of collected.acquisitions(key)) {
    if (acquire.site.via !== undefined) return undefined;
    if (fn === caller) takesItself = true;
    names.add(acquire.api);
    ({ kind } = acquire.lock);
  }
  const [take] = names;
  const taken = take === undefined ? undefined : models.lockApi(take);
  const release = plainCall(kind, 'write', 'release');
  if (take === undefined || taken?.op !== 'acquire' || names.size > 1 || release === undefined)
    return undefined;
  const give = models.irqVariant(release, irqForm(taken));
  if (taken.flagsArg !== undefined || taken.path !== undefined || taken.arg !== 0 || give === undefined)
    return undefined;
  const plan = { at, holder, take, give: give.name, onlyByHolder: takesItself };
  if (GUARDS.has(use.api)) {
    const guards = program.outline(caller.file)?.guards ?? [];
    const written = guards.filter(({ by }) => by === use.api).map(({ lock }) => lock);
    const [argument] = written;
    if (argument === undefined || new Set(written).size > 1) return undefined;
    return { ...plan, callee: '', argument, parameters: [] };
  }
  if (use.api === NEEDED) {
    const call = context.around.summaryOf(caller)?.calls.find(({ site }) => site.event === use.site.event);
    const target = call?.targets[0];
    const prototype = target && program.resolvePrototype(target.name, caller.file);
    const [said, ...more] = (prototype?.annotations ?? []).filter(({ name }) => PROMISES.has(name));
    if (prototype === undefined || said === undefined || more.length > 0) return undefined;
    if (PROMISES.get(said.name) !== 'holds') return undefined;
    const parameters = prototype.parameters.map(({ name }) => name);
    return { ...plan, callee: prototype.name, argument: said.argument, parameters };
  }
  if (callee === undefined) return undefined;
  const parameters = callee.item?.parameters.map(({ name }) => name) ?? [];
  const annotated = callee.item?.annotations.find(({ name }) => name === use.api);
  const argument = PROMISES.has(use.api) ? annotated?.argument : locationOf(use.site);
  return argument === undefined ? undefined : { ...plan, callee: callee.name, argument, parameters };
}
