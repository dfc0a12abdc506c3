import type { Context } from '../../summaries/state/context.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import { allowToWait } from '../../summaries/facts/allocation-flags.js';
import { ZERO } from '../../summaries/facts/fact.js';
import { someTerm, type Term } from '../../summaries/locks/terms.js';
import { eventOf } from '../../summaries/locks/names.js';
import { returnedWith } from '../../summaries/solver/given-constants.js';
import type { HeldLock, Site } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Program } from '../../link/types.js';
import type { Models, OtherApi } from '../../models/types.js';

/** Why code must not sleep. */
export type Atomicity =
  | { readonly k: 'lock'; readonly lock: HeldLock }
  /** It is disabled. */
  | { readonly k: 'irq' | 'bh' | 'preempt' };

/** Why code must not sleep with these locks held in this context; the most certain reason. */
export function atomicityOf(
  models: Models,
  held: readonly HeldLock[],
  context: Context,
): Atomicity | undefined {
  const locks = held.filter((lock) => models.lockApi(lock.api)?.atomic === true);
  const lock = locks.find((one) => one.certain && one.kind !== 'rcu') ?? locks.find((one) => one.certain);
  if (lock !== undefined) return { k: 'lock', lock };
  if (context.irq === 'off') return { k: 'irq' };
  if (context.bh > 0) return { k: 'bh' };
  if (context.preempt > 0) return { k: 'preempt' };
  const [doubtful] = locks;
  return doubtful === undefined ? undefined : { k: 'lock', lock: doubtful };
}

/**
 * {@link atomicityOf} where PREEMPT_RT is respected strictly: sleeping spinlocks, bottom halves and RCU readers do not
 * count, since code in them may also acquire such a lock.
 */
export function strictAtomicityOf(
  models: Models,
  held: readonly HeldLock[],
  context: Context,
): Atomicity | undefined {
  const strict = held.filter(({ api, kind }) => models.lockApi(api)?.preemptible !== true && kind !== 'rcu');
  return atomicityOf(models, strict, { ...context, bh: 0 });
}

/**
 * Whether the code has tested on this path what may interrupt it, or whether it may sleep; that test outranks our
 * analysis.
 */
export function asksContext(models: Models, facts: KnownFacts): boolean {
  return contextTests(models, facts).next().done !== true;
}

/** The tests of the context on whose results the facts of a path depend. */
export function* contextTests(models: Models, facts: KnownFacts): Generator<OtherApi> {
  for (const { term } of facts.known()) {
    const found: OtherApi[] = [];
    someTerm(term, (part) => {
      const api = part.k === 'result' ? models.api(part.origin) : undefined;
      if (api?.asksContext === true) found.push(api);
      return false;
    });
    yield* found;
  }
}

/** Whether an allocation with these flags may sleep; `undefined` if unknown. */
export function mayReclaim(
  models: Models,
  program: Program,
  flags: Term | undefined,
  file: string,
): boolean | undefined {
  return allowToWait(models, flags, (value) => {
    if (value === 0) return false;
    const bit = program.resolveConstant(models.reclaimBit, file);
    return bit === undefined ? undefined : (value & bit) !== 0;
  });
}

/** Tells the arguments with which paths make the last of some calls, in terms of the path's root. */
interface Paths {
  argumentsAt(calls: readonly Site[]): readonly (readonly Term[])[];
}

/**
 * Whether the call at the end of a path may sleep with the flags that it gets there, or that a helper computes from what the
 * path passes to it: `alloc_page(gfp_of(how))`.
 */
export function mayReclaimAt(
  around: Surroundings,
  steps: readonly Site[],
  flagsArg: number,
  { args }: { readonly args: readonly Term[] },
  paths: Paths,
): boolean {
  const { models, program } = around;
  const last = steps.at(-1);
  const may = mayReclaim(models, program, args[flagsArg], last?.fn.file ?? '');
  const summary = may === undefined && last ? around.summaryOf(last.fn) : undefined;
  const flags = summary?.apis.find(({ site }) => site.event === last?.event)?.args[flagsArg];
  if (summary === undefined || flags === undefined) return may === true;
  const parts = flags.k === 'operation' && flags.op === '|' ? flags.operands : [flags];
  return parts.some((part) => {
    const event = part.k === 'result' ? eventOf(part) : undefined;
    const call = summary.calls.find(({ site }) => site.event === event);
    const [helper, another] = call?.targets ?? [];
    if (call === undefined || helper === undefined || another !== undefined) return false;
    return paths.argumentsAt([...steps.slice(0, -1), call.site]).some((given) => {
      const values = returnedWith(around, helper, given) ?? [];
      return (
        values.length > 0 && values.every((one) => mayReclaim(models, program, one, helper.file) === true)
      );
    });
  });
}

/**
 * Whether a path requires that allocation flags which may sleep equal flags which may not: `gfp == GFP_ATOMIC` for a
 * caller that passes GFP_KERNEL.
 */
export function mixesFlags(models: Models, program: Program, facts: KnownFacts, file: string): boolean {
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'operation' || !(term.op === '==' || term.op === '!=')) continue;
    const isEqual = term.op === '==' ? (fact.signs & ZERO) === 0 : fact.signs === ZERO;
    const [left, right] = term.operands.map((flags) => mayReclaim(models, program, flags, file));
    if (isEqual && left !== undefined && right !== undefined && left !== right) return true;
  }
  return false;
}

/** The locks of `held` that stay held during a wait that drops the lock it is given. `all` is every lock that is held. */
export function heldWithout(
  held: readonly HeldLock[],
  given: Term | undefined,
  all: readonly HeldLock[],
): readonly HeldLock[] {
  return all.some((lock) => lock.term.key === given?.key)
    ? held.filter((lock) => lock.term.key !== given?.key)
    : [];
}
