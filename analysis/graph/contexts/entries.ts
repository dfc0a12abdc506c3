import { BOUNDS } from '../../base/bounds.js';
import type { Confidence } from '../../base/confidence.js';
import type { Location } from '../../base/span.js';
import type { ExecutionContext } from '../../models/types.js';
import type { FunctionRef } from '../../link/types.js';

/** Why a function runs in a context although no visible code calls it there. */
export interface OutsideEntry {
  readonly context: ExecutionContext;
  /** What it is, as shown to users: `a timer`, `an interrupt handler`. */
  readonly title: string;
  /** Where that is stated: the registration, the table, the definition. */
  readonly at: Location;
  /** The function that registers it, or its own name. */
  readonly by: string;
  readonly text: string;
  readonly confidence: Confidence;
  /** It runs in this context for certain; the confidence is about other callers, which may sleep. */
  readonly isSometimes?: true;
  /** Interrupts are off when it is called, or may be. */
  readonly isOff?: true;
  /** Interrupts and bottom halves are on at some of the calls, although it must not sleep. */
  readonly isOn?: true;
  /** It is the callback of one request: where that is registered, those of others may be pending. */
  readonly isOfRequest?: true;
  /** Lock classes held when it is called. */
  readonly holds?: readonly string[];
  /** The table member it is stored in, if any, and the name under which it is stored. */
  readonly member?: { readonly record: string; readonly field: string; readonly name: string };
  /** What else registers the function in this context, in other files. */
  readonly others?: readonly OutsideEntry[];
}

/** What a function of each context is, as shown to users. */
export const TITLES: Readonly<Record<ExecutionContext, string>> = {
  process: 'process context',
  hardirq: 'an interrupt handler',
  softirq: 'a softirq handler',
  'threaded-irq': 'a threaded interrupt handler',
  timer: 'a timer',
  tasklet: 'a tasklet',
  work: 'a work item',
  kthread: 'a kernel thread',
  nmi: 'an NMI handler',
  atomic: 'a function called in atomic context',
  rcu: 'an RCU callback',
};

/** Code in this context must not sleep. */
export function isAtomic(context: ExecutionContext): boolean {
  return (
    context === 'hardirq' ||
    context === 'softirq' ||
    context === 'timer' ||
    context === 'tasklet' ||
    context === 'nmi' ||
    context === 'atomic' ||
    context === 'rcu'
  );
}

/** Code in this context must not sleep even under PREEMPT_RT, not even for a spinlock. */
export function isStrictlyAtomic(context: ExecutionContext): boolean {
  return context === 'hardirq' || context === 'nmi';
}

/** Interrupts and bottom halves are definitely on at entry. */
export function isProcess(context: ExecutionContext): boolean {
  return context === 'process' || context === 'work' || context === 'kthread' || context === 'threaded-irq';
}

/** Runs as a softirq, which only hardware interrupts interrupt. */
export function isSoftirq(context: ExecutionContext): boolean {
  return context === 'softirq' || context === 'timer' || context === 'tasklet' || context === 'rcu';
}

/** What says that a function is entered from outside. */
export interface ToldEntry {
  readonly at: Location;
  /** The function, or the declaration, that says so. */
  readonly by: string;
  /** The function that is entered. */
  readonly name: string;
  /** What registers it; empty if its type or its section is enough. */
  readonly api: string;
}

/** A certain entry. By default, the title is that of the context. */
export function entryOf(
  context: ExecutionContext,
  { at, by, name, api }: ToldEntry,
  title?: string,
): OutsideEntry {
  const shown = title === undefined ? TITLES[context] : withArticle(title);
  const role =
    context === 'process' && title === undefined ? ', which runs in process context' : ` as ${shown}`;
  return {
    context,
    title: shown,
    at,
    by,
    text: api === '' ? `${name}() is ${shown}` : `${api}() registers ${name}()${role}`,
    confidence: 'high',
  };
}

function withArticle(title: string): string {
  return /^[aeiouN]/i.test(title) && !title.startsWith('u') ? `an ${title}` : `a ${title}`;
}

/** The entry of two in the same context that tells more of a function, with the other one. */
export function together(entry: OutsideEntry, known: OutsideEntry, fn: FunctionRef): OutsideEntry {
  const isBetter = replaces(entry, known, fn);
  const [kept, other] = isBetter ? [entry, known] : [known, entry];
  const others = known.others ?? [];
  const isNew = other.at.file !== kept.at.file && others.length < BOUNDS.otherRegistrations;
  return isNew ? { ...kept, others: [...others, other] } : kept;
}

/** Whether an entry tells more of a function than a known one in the same context. */
function replaces(entry: OutsideEntry, known: OutsideEntry, fn: FunctionRef): boolean {
  // What is called with interrupts off here and with interrupts on there may be interrupted.
  if (known.isOff !== entry.isOff) return known.isOff === true;
  if (known.confidence !== entry.confidence || known.holds !== undefined) return false;
  // The member of a table tells which locks its caller holds, the call that registers the table does not.
  if (known.member === undefined) return entry.member !== undefined;
  // Its own file shows best how the function is used.
  const isSame = known.member.record === entry.member?.record && known.member.field === entry.member.field;
  return isSame && entry.at.file === fn.file && known.at.file !== fn.file;
}
