import type { JoinedLock, SourcePlace, Wait } from './joined.js';
import type { EventKind, LogEvent } from '../read/types.js';

export interface Told {
  readonly event: LogEvent;
  readonly locks: readonly JoinedLock[];
  readonly subject: SourcePlace | undefined;
  readonly wait: Wait | undefined;
}

/** The meaning of a report, for a first-time reader. */
export function causeOf(kind: EventKind, told: Told): string {
  const { event, locks } = told;
  const task = event.task ? `${event.task.name}/${event.task.pid}` : 'a task';
  const wanted = locks.find((lock) => lock.role === 'acquiring')?.class ?? 'a lock';
  const held = [...new Set(locks.filter((lock) => lock.role === 'held').map((lock) => lock.class))];
  const holding = held.length === 0 ? '' : ` (holding ${held.join(', ')})`;
  const where = told.subject ? ` in ${told.subject.function}()` : '';
  switch (kind) {
    case 'circular': {
      if (event.headline.includes('rtmutex'))
        return `${task} would wait for a lock that waits for ${task} itself${where}.`;
      const first = held[0] ?? 'another lock';
      const around = chainText(locks);
      const work = workText(wanted, held, locks);
      if (work !== '') return `${task} waits${where} for ${work}: each waits for the other for ever.`;
      return (
        `${task} wants ${wanted}${where} while it holds ${first}; elsewhere the order is the other way round` +
        `${around === '' ? '' : ` (${around})`}: two tasks, each holding one and wanting the next, wait for ever.`
      );
    }
    case 'recursive':
      return `${task} takes ${wanted}${where} while it holds a lock of the same class: the same lock twice waits for itself, two of them need an order.`;
    case 'inconsistent-state':
      return `${wanted} is taken both in an interrupt and with that interrupt enabled (reported${where}): an interrupt on the processor that holds it waits for ever.`;
    case 'irq-inversion':
    case 'safe-unsafe':
      return interruptText(kind, task, `${wanted}${where}`, held, locks);
    case 'wait-context':
      return `${task} takes ${wanted}${where}, which may sleep, where nothing may sleep${holding}.`;
    case 'imbalance':
      return `${task} releases ${wanted}${where}, which it does not hold, or which is not its own.`;
    case 'held-at-exit':
      return `${task} goes back with locks still held${held.length === 0 ? '' : `: ${held.join(', ')}`}${where === '' ? '' : `, taken${where}`}.`;
    case 'held-freed':
      return `${task} frees memory in which a held lock lies${held.length === 0 ? '' : `: ${held.join(', ')}`}${where === '' ? '' : `, taken${where}`}.`;
    case 'sleep':
      return `${task} may sleep${where}, where it must not${holding}: with a spinlock held, in an RCU read section, or with preemption or interrupts off.`;
    case 'rcu':
      return `${task} uses RCU against its rules${where}${holding}.`;
    case 'assert':
      return `${task} runs code that asserts a lock or a context which it does not have${where}.`;
    case 'preempt-leak':
      return 'A function came back with another preemption count than it was called with: a spinlock is still held, or released once too often.';
    case 'uninitialized':
      return `${task} uses a lock that was never initialised, or whose memory was freed or overwritten since${where}.`;
    case 'nested-lock':
      return `${task} takes ${wanted === 'a lock' ? 'one of many locks' : wanted}${where} as nested in another lock, which it does not hold.`;
    case 'validator':
      return validatorText(event.headline, where);
    case 'hung-task':
      return hungText(task, told, holding);
    case 'lockup':
      return lockupText(task, told);
    case 'warn':
      return `A check inside the kernel failed${where}.`;
    case 'unknown':
      return 'Not understood.';
  }
}

/** What stopped lockdep itself. */
function validatorText(headline: string, where: string): string {
  const at = where === '' ? '' : ` (noticed${where})`;
  if (headline.includes('MAX_LOCK_DEPTH'))
    return `One task holds more locks than the validator can follow${at}: it is taking them in a loop, or never releases them.`;
  if (headline.includes('too low'))
    return `A table of the validator is full${at}: it has switched itself off, and nothing is proven from here on.`;
  if (headline.includes('subclass'))
    return `A lock is taken with a subclass of 8 or more, which the validator cannot have${at}.`;
  return `A check inside the validator failed${at}: most often a lock, or its key, was freed or overwritten while it was held. The validator has switched itself off.`;
}

function hungText(task: string, { event, wait, subject }: Told, holding: string): string {
  const seconds = /(\d+) seconds/.exec(event.headline)?.[1];
  const time = seconds === undefined ? 'for far too long' : `for more than ${seconds} s`;
  if (!wait) {
    const place = subject ? ` in ${subject.function}()` : '';
    return `${task} has been blocked ${time}${place}${holding}.`;
  }
  return `${task} has been blocked ${time}: it waits for ${wait.for}${holderText(task, wait)}${holding}.`;
}

/** `, which x/12 holds`, with its certainty. */
export function holderText(task: string, { heldBy, isLikely, isSaid, isWork, perhaps }: Wait): string {
  const has = isWork === true ? 'runs' : 'holds';
  if (heldBy === task) return ', which it holds itself';
  if (heldBy !== '')
    return `, which ${heldBy} ${isLikely === true ? `most likely ${has}` : has}${isSaid === true ? ' (the kernel says so)' : ''}`;
  return perhaps === undefined ? '' : `, which one of ${perhaps.slice(0, 4).join(', ')} holds`;
}

function lockupText(task: string, { event, subject }: Told): string {
  const { headline, cpu, stalled } = event;
  const cpus = stalled && stalled.cpus.length > 0 ? stalled.cpus : cpu === undefined ? [] : [cpu];
  const on = cpus.length === 0 ? '' : `CPU ${cpus.join(', ')}`;
  const where = subject ? ` in ${subject.function}()` : '';
  const seconds = /stuck for (\d+)s/.exec(headline)?.[1];
  const time = seconds === undefined ? '' : ` for ${seconds} s`;
  const who = event.task ? ` (${task})` : '';
  if (headline.includes('rcu')) {
    const pids = stalled?.pids ?? [];
    const tasks = `task${pids.length > 1 ? 's' : ''} ${pids.join(', ')}`;
    if (on !== '' && pids.length > 0)
      return `An RCU grace period cannot end: ${on}${who} and ${tasks} do not leave their RCU read sections or stay in the kernel${where}.`;
    const named = on === '' && pids.length > 0 ? tasks : on;
    const what = named === '' ? (event.task ? task : 'something') : `${named}${who}`;
    return `An RCU grace period cannot end: ${what} does not leave its RCU read section or stays in the kernel${where}.`;
  }
  if (headline.includes('workqueue lockup'))
    return `A workqueue made no progress${time}: its worker does not return from${where === '' ? ' a work item' : where.replace(' in', '')}.`;
  if (headline.includes('csd'))
    return `${on === '' ? 'A CPU' : on}${who} does not answer an inter-processor interrupt: it has interrupts off${where}.`;
  if (headline.includes('sched_ext'))
    return 'A task that could run was not run: the BPF scheduler was at fault and was switched off.';
  return `${on === '' ? 'A CPU' : on}${who} made no progress${time}${where}: it spins for a lock, or never lets others run.`;
}

/** `timer_fn() takes a in softirq; …`: the safe and the unsafe lock, and the functions that made them so. */
function interruptText(
  kind: EventKind,
  task: string,
  wanted: string,
  held: readonly string[],
  locks: readonly JoinedLock[],
): string {
  const [safe, unsafe] = locks.filter((lock) => lock.role === 'chain');
  const by = (lock: JoinedLock | undefined): string =>
    lock?.where ? `${lock.where.function}()` : 'something';
  if (kind === 'safe-unsafe' && safe && unsafe) {
    return (
      `${task} takes ${wanted} while it holds ${held[0] ?? 'another lock'}. ${by(safe)} takes ${safe.class} in an interrupt, ` +
      `and ${by(unsafe)} takes ${unsafe.class} with interrupts enabled: an interrupt there closes the circle.`
    );
  }
  const other = safe ? `${safe.class}${safe.where ? ` (taken in ${by(safe)})` : ''}` : 'another lock';
  return `${task} takes ${wanted}, which is also connected with ${other}: one is taken in interrupts, the other with interrupts enabled, and an interrupt in between closes the circle.`;
}

/**
 * Text for a two-step cycle in which the task waits for work that takes the lock held meanwhile; empty for other
 * reports.
 */
function workText(wanted: string, held: readonly string[], locks: readonly JoinedLock[]): string {
  const item = /^\((work|wq)_completion\)(.+)$/.exec(wanted);
  const chain = locks.filter((lock) => lock.role === 'chain');
  const taken = chain[0];
  if (!item || !taken || chain.length !== 2 || taken.class !== held.at(-1)) return '';
  const what = item[1] === 'work' ? 'the work item' : 'all work items of the workqueue';
  const taker = taken.where ? ` in ${taken.where.function}()` : '';
  return `${what} ${item[2] ?? ''} while it holds ${taken.class}, which that work takes${taker}`;
}

/** `a before b`, from the recorded chain: its last entry is the lock wanted now. */
function chainText(locks: readonly JoinedLock[]): string {
  const chain = locks.filter((lock) => lock.role === 'chain').reverse();
  const [first, ...rest] = chain;
  if (!first || rest.length === 0) return '';
  const steps = rest.map((lock) => `${lock.class}${lock.where ? ` in ${lock.where.function}` : ''}`);
  return `${first.class}, then ${steps.join(', then ')}`;
}
