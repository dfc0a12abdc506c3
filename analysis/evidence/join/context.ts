import type { LogEvent } from '../read/types.js';

/** Fields of the preemption count, as include/linux/preempt.h defines them. */
const PREEMPT = 0xff;
const SOFTIRQ = 0xff00;
const SERVING_SOFTIRQ = 0x100;
const HARDIRQ = 0xf0000;
const NMI = 0xf00000;

/**
 * Why a task must not sleep, in the words of the report: `with interrupts disabled`, `in a softirq`; empty if it gives no
 * reason. `isHolding`: the report lists the held locks separately.
 */
export function atomicBecause({ headline, facts }: LogEvent, isHolding: boolean): string {
  const reasons: string[] = [];
  const about = facts.find((fact) => fact.startsWith('in_atomic(): ')) ?? '';
  const shown = facts.find((fact) => fact.startsWith('preempt_count: ')) ?? '';
  // The scheduler itself disables preemption once.
  const scheduling = /scheduling while atomic: .+\/0x([0-9a-f]{8})/.exec(headline)?.[1];
  const given = scheduling ?? /^preempt_count: ([0-9a-f]+)/.exec(shown)?.[1];
  const own = scheduling === undefined ? 0 : 1;
  const count = given === undefined ? 0 : Number.parseInt(given, 16);
  if ((count & NMI) !== 0) reasons.push('in an NMI');
  else if ((count & HARDIRQ) !== 0) reasons.push('in a hard interrupt');
  else if ((count & SERVING_SOFTIRQ) !== 0) reasons.push('in a softirq');
  else if ((count & SOFTIRQ) !== 0) reasons.push('with softirqs disabled');
  const nested = /RCU nest depth: ([1-9]\d*)/.exec(facts.join('\n'));
  if (nested) reasons.push('in an RCU read-side critical section');
  if (about.includes('irqs_disabled(): 1')) reasons.push('with interrupts disabled');
  if (/non_block: [1-9]/.test(about)) reasons.push('in a section that must not block');
  const isCounted = (count & PREEMPT) > own || (given === undefined && about.startsWith('in_atomic(): 1'));
  if (isCounted && reasons.length === 0)
    reasons.push(`with preemption disabled${isHolding ? '' : ', by a spinlock or preempt_disable()'}`);
  const at = facts
    .find((fact) => fact.startsWith('preemption disabled at: '))
    ?.slice('preemption disabled at: '.length);
  const by = at === undefined || reasons.length === 0 ? '' : `, since ${at}()`;
  return `${reasons.join(' and ')}${by}`;
}

/** The interrupt of a usage state, in words: `a softirq`, `a hard interrupt`; `undefined` for others. */
export function interruptOf(state: string): { readonly one: string; readonly all: string } | undefined {
  if (state.includes('HARDIRQ')) return { one: 'a hard interrupt', all: 'interrupts' };
  if (state.includes('SOFTIRQ')) return { one: 'a softirq', all: 'softirqs' };
  if (state.includes('RECLAIM')) return { one: 'memory reclaim', all: 'reclaim' };
  return undefined;
}
