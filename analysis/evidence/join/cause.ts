import { atomicBecause, interruptOf } from './context.js';
import type { JoinedLock, Wait } from './joined.js';
import { lockupText } from './stall-text.js';
import { UNKNOWN_WANT } from './waits/want.js';
import type { Told } from './told.js';
import type { EventKind, LogEvent } from '../read/types.js';

/** The function that left the preemption count changed: of an initcall the headline names it, of a work item the next line. */
function returnedFrom({ event, subject }: Told): string {
  const named = /initcall ([A-Za-z_]\w*)/.exec(event.headline)?.[1];
  const own = event.headline.includes('workqueue leaked') ? subject?.function : named;
  return own === undefined ? 'A function' : `${own}()`;
}

/** What a report means, for somebody who reads one for the first time. */
export function causeOf(kind: EventKind, told: Told): string {
  const { event, locks } = told;
  const task = event.task ? `${event.task.name}/${event.task.pid}` : 'a task';
  const wanted = locks.find((lock) => lock.role === 'acquiring')?.class ?? 'a lock';
  const held = [...new Set(locks.filter((lock) => lock.role === 'held').map((lock) => lock.class))];
  // A worker's entries for its own work item are not locks.
  const real = held.filter((name) => !/^\((?:wq|work)_completion\)/.test(name));
  const holding = real.length === 0 ? '' : ` (holding ${real.join(', ')})`;
  const where = told.subject ? ` in ${told.subject.function}()` : '';
  switch (kind) {
    case 'circular': {
      if (event.headline.includes('rtmutex'))
        return `${task} would wait for a lock that waits for ${task} itself${where}.`;
      if (event.headline.includes('bpf_res_spin_lock'))
        return `A BPF program of ${task} asks for a lock${where} whose holder waits for one that the program holds: the kernel refused it instead of waiting forever.`;
      const first = held[0] ?? 'another lock';
      const around = chainText(locks);
      const work = workText(wanted, held, locks);
      if (work !== '') return `${task} waits ${work}: each waits for the other forever.`;
      return (
        `${task} wants ${wanted}${where} while it holds ${first}; elsewhere the order is reversed` +
        `${around === '' ? '' : ` (${around})`}: two tasks, each holding one and wanting the next, wait forever.`
      );
    }
    case 'recursive':
      return recursiveText(task, event, `${wanted}${where}`);
    case 'inconsistent-state':
      return stateText(event, wanted, where, locks);
    case 'irq-inversion':
    case 'safe-unsafe':
      return interruptText(kind, told, task, [wanted, `${wanted}${where}`], held);
    case 'wait-context':
      return `${task} takes ${wanted}${where}, which may sleep (at least on PREEMPT_RT), where it must not sleep${holding}.`;
    case 'imbalance':
      return event.headline.includes('bad contention')
        ? `${task} waits for ${wanted}${where}, which it has not asked for.`
        : `${task} releases ${wanted}${where}, which it does not hold.`;
    case 'held-at-exit':
      return leavingText(task, event, held, where);
    case 'held-freed': {
      const inside = freedLock(told) ?? held[0];
      return `${task} frees memory that contains a held lock${inside === undefined ? '' : `: ${inside}`}${where === '' ? '' : `, taken${where}`}.`;
    }
    case 'sleep':
      return sleepText(task, event, where, holding);
    case 'rcu':
      return rcuText(task, event, where, holding);
    case 'assert':
      return `${task} runs code that asserts a lock or a context which it does not have${where}.`;
    case 'preempt-leak':
      return `${returnedFrom(told)} returned with a changed preempt_count: a spinlock is still held, or was released twice.`;
    case 'uninitialized':
      return `${task} uses a lock${where} that was never initialised, or whose memory was freed or overwritten.`;
    case 'nested-lock':
      return `${task} takes ${wanted === 'a lock' ? 'one of many locks' : wanted}${where} nested under ${outerLock(event)}, which it does not hold.`;
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

/** `a is taken in a softirq in f(), and elsewhere with softirqs enabled, in g(): …`. */
function stateText(event: LogEvent, wanted: string, where: string, locks: readonly JoinedLock[]): string {
  const states = /inconsistent \{(\S+)\} -> \{(\S+)\} usage/.exec(event.facts.join('\n'));
  const before = states?.[1] ?? '';
  const interrupt = interruptOf(before) ?? { one: 'an interrupt', all: 'that interrupt' };
  const earlier = locks.find((lock) => lock.role === 'chain')?.where;
  const there = earlier ? `, in ${earlier.function}()` : '';
  const isNow = !before.startsWith('IN-');
  const inside = `${wanted} is taken in ${interrupt.one}${isNow ? where : there.replace(',', '')}`;
  const outside = `and elsewhere with ${interrupt.all} enabled${isNow ? there : where === '' ? '' : `,${where}`}`;
  if (interrupt.all === 'reclaim')
    return `${wanted} is taken inside memory reclaim${isNow ? where : there.replace(',', '')}, and elsewhere around an allocation that may reclaim${isNow ? there : where === '' ? '' : `,${where}`}: reclaim there waits for it forever.`;
  return `${inside}, ${outside}: ${interrupt.one} on the CPU that holds it waits for it forever.`;
}

/** Whether it is the same lock, or two of one class, as far as the addresses tell. */
function recursiveText(task: string, { locks, headline }: LogEvent, wanted: string): string {
  const asked = locks.find(({ role }) => role === 'acquiring');
  const first = locks.find(({ role, name }) => role === 'held' && name === asked?.name);
  if (headline.includes('bpf_res_spin_lock'))
    return `A BPF program of ${task} takes ${wanted}, which it holds already: the kernel refused it instead of waiting forever.`;
  if (!asked || !first || asked.instance === '' || first.instance === '')
    return `${task} takes ${wanted} while it holds a lock of the same class: if it is the same lock, it waits for itself forever; if there are two, they need a fixed order.`;
  return asked.instance === first.instance
    ? `${task} takes ${wanted}, which it holds already: it waits for itself forever.`
    : `${task} takes ${wanted} while it holds another lock of the same class: two tasks that take such a pair in opposite orders wait forever; the pair needs a fixed order, and a lockdep subclass.`;
}

/** The lock that a nested one belongs to. */
function outerLock({ facts }: LogEvent): string {
  const name = facts.map((fact) => /^not held: (.+)$/.exec(fact)?.[1]).find((found) => found !== undefined);
  return name ?? 'another lock';
}

/** A work item entered an RCU read-side critical section, and took no lock: `lock=0->0 RCU=0->1`. */
const IN_SECTION = /\block=(\d+)->\1 RCU=(\d+)->(?!\2\b)/;

function leavingText(
  task: string,
  { headline, facts }: LogEvent,
  held: readonly string[],
  where: string,
): string {
  if (facts.some((fact) => IN_SECTION.test(fact)))
    return `${task} ends a work item inside an RCU read-side critical section, entered${where}.`;
  const what = held.length === 0 ? 'a lock' : held.join(', ');
  const taken = where === '' ? '' : `, taken${where}`;
  if (headline.includes('user')) return `${task} returns to user space and still holds ${what}${taken}.`;
  if (headline.includes('workqueue')) return `${task} ends a work item and still holds ${what}${taken}.`;
  return `${task} exits or freezes and still holds ${what}${taken}.`;
}

/** The held lock whose address lies in the freed memory. */
function freedLock({ event, locks }: Told): string | undefined {
  const range = /freeing memory (?:0x)?([0-9a-f]+)-(?:0x)?([0-9a-f]+)/.exec(event.facts.join('\n'));
  if (!range) return undefined;
  const [from, to] = [range[1], range[2]].map(addressOf);
  const freed = event.locks.find(({ role, instance }) => {
    const at = addressOf(instance);
    return (
      role === 'held' && at !== undefined && from !== undefined && to !== undefined && at >= from && at <= to
    );
  });
  return locks.find(({ role, name }) => role === 'held' && name === freed?.name)?.class;
}

const addressOf = (digits: string | undefined): bigint | undefined =>
  digits === undefined || !/^[0-9a-f]+$/.test(digits) ? undefined : BigInt(`0x${digits}`);

function sleepText(task: string, event: LogEvent, where: string, holding: string): string {
  const because = atomicBecause(event, holding !== '');
  const isRcu = /rcu/i.test(event.headline);
  const why =
    because !== ''
      ? because
      : isRcu
        ? 'in an RCU read-side critical section'
        : 'with preemption or interrupts disabled';
  const does = /scheduling|context.switch/.test(event.headline) ? 'sleeps' : 'may sleep';
  return `${task} ${does}${where} ${why}${holding}: no code may sleep there.`;
}

function rcuText(task: string, { place, facts }: LogEvent, where: string, holding: string): string {
  const at = where === '' && place ? ` at ${place.file}:${place.line}` : where;
  const said = /suspicious (\w+)\(\) usage|(RCU-list traversed in non-reader section)/.exec(facts.join('\n'));
  const what = said?.[1] === undefined ? 'reads RCU-protected data' : `calls ${said[1]}()`;
  const list = said?.[2] === undefined ? what : 'walks an RCU-protected list';
  return `${task} ${list}${at} without rcu_read_lock() or the lock that protects the data${holding}.`;
}

/** Why lockdep disabled itself. */
function validatorText(headline: string, where: string): string {
  const at = where === '' ? '' : ` (noticed${where})`;
  if (headline.includes('MAX_LOCK_DEPTH'))
    return `One task holds more locks than lockdep can track${at}: it is taking them in a loop, or never releases them.`;
  if (headline.includes('too low'))
    return `A table of lockdep is full${at}: lockdep has turned itself off, and nothing after this is checked.`;
  if (headline.includes('subclass'))
    return `A lock is taken with a subclass of 8 or more, which lockdep does not support${at}.`;
  return `A check inside lockdep failed${at}: most often a lock, or its key, was freed or overwritten while it was held. lockdep has turned itself off.`;
}

function hungText(task: string, { event, wait, subject }: Told, holding: string): string {
  const seconds = /(\d+) seconds/.exec(event.headline)?.[1];
  const time = seconds === undefined ? 'for far too long' : `for more than ${seconds} s`;
  if (!wait) {
    const place = subject ? ` in ${subject.function}()` : '';
    return `${task} has been blocked ${time}${place}${holding}.`;
  }
  if (wait.for === UNKNOWN_WANT) return `${task} has been blocked ${time}${holding}.`;
  return `${task} has been blocked ${time}: it waits for ${wait.for}${holderText(task, wait)}${holding}.`;
}

/** `holds`; `holds up` an event; `runs` a work item; `held last` of a semaphore, which another task may release. */
export function holdsText({ isWork, isLast, isHeldUp }: Wait): string {
  if (isHeldUp === true) return 'holds up';
  return isWork === true ? 'runs' : isLast === true ? 'held last' : 'holds';
}

/** `, which x/12 holds`, with its certainty. */
export function holderText(task: string, wait: Wait): string {
  const { heldBy, isLikely, isSaid, perhaps } = wait;
  const has = holdsText(wait);
  if (heldBy === task) return ', which it holds itself';
  if (heldBy !== '')
    return `, which ${heldBy} ${isLikely === true ? `most likely ${has}` : has}${isSaid === true ? ' (the kernel says so)' : ''}`;
  return perhaps === undefined ? '' : `, which one of ${perhaps.slice(0, 4).join(', ')} holds`;
}

/** `timer_fn() takes a in softirq; …`: the safe and the unsafe lock, and the functions that made them so. */
function interruptText(
  kind: EventKind,
  { event, locks }: Told,
  task: string,
  [bare, wanted]: readonly [string, string],
  held: readonly string[],
): string {
  const [safe, unsafe] = locks.filter((lock) => lock.role === 'chain');
  const by = (lock: JoinedLock | undefined): string =>
    lock?.where ? `${lock.where.function}()` : 'something';
  if (kind === 'safe-unsafe' && safe && unsafe) {
    return (
      `${task} takes ${wanted} while it holds ${held[0] ?? 'another lock'}. ${by(safe)} takes ${safe.class} in an interrupt, ` +
      `and ${by(unsafe)} takes ${unsafe.class} with interrupts enabled: an interrupt there closes the cycle.`
    );
  }
  if (kind === 'irq-inversion' && safe) {
    const took = event.facts.some((fact) => fact.startsWith('but this lock took another'));
    const interrupt = interruptOf(event.facts.join(' ')) ?? { one: 'an interrupt', all: 'interrupts' };
    const at = safe.where ? ` in ${by(safe)}` : '';
    return took
      ? `${bare} is taken in ${interrupt.one}${wanted.slice(bare.length)}, and ${safe.class} is taken under it${at}, which others take with ${interrupt.all} enabled: ${interrupt.one} on the CPU that holds ${safe.class} waits for ${bare}, whose holder waits for ${safe.class}.`
      : `${bare} is taken with ${interrupt.all} enabled${wanted.slice(bare.length)}, and under ${safe.class}, which ${interrupt.one} takes${at}: ${interrupt.one} on the CPU that holds ${bare} waits for ${safe.class}, whose holder waits for ${bare}.`;
  }
  if (kind === 'safe-unsafe' && safe && held.length > 0)
    return `${task} takes ${wanted} while it holds ${held[0] ?? ''}, and ${by(safe)} takes ${safe.class} in an interrupt: if ${bare} is also taken with interrupts enabled, an interrupt there closes the cycle.`;
  const other = safe ? `${safe.class}${safe.where ? ` (taken in ${by(safe)})` : ''}` : 'another lock';
  return `${task} takes ${wanted}, which is also connected with ${other}: one is taken in interrupts, the other with interrupts enabled, and an interrupt in between closes the cycle.`;
}

/**
 * `in f() for the work item a …`, for a two-step cycle in which the task waits for work that takes the lock held
 * meanwhile; empty for other reports.
 */
function workText(wanted: string, held: readonly string[], locks: readonly JoinedLock[]): string {
  const item = /^\((work|wq)_completion\)(.+)$/.exec(wanted);
  const chain = locks.filter((lock) => lock.role === 'chain');
  const taken = chain[0];
  if (!item || !taken || chain.length !== 2 || !held.includes(taken.class)) return '';
  const what = item[1] === 'work' ? 'the work item' : 'all work items of the workqueue';
  const taker = taken.where ? ` in ${taken.where.function}()` : '';
  // The lock's own place is inside the function that waits; the backtrace of its entry names the caller.
  const waiter = chain[1]?.where ? `in ${chain[1].where.function}() ` : '';
  const name = (item[2] ?? '').replace(/^\((.*)\)$/, '$1');
  return `${waiter}for ${what} ${name} while it holds ${taken.class}, which that work takes${taker}`;
}

/** `a before b`, from the recorded chain: its last entry is the lock wanted now. */
function chainText(locks: readonly JoinedLock[]): string {
  const chain = locks.filter((lock) => lock.role === 'chain').reverse();
  const [first, ...rest] = chain;
  if (!first || rest.length === 0) return '';
  const steps = rest.map((lock) => `${lock.class}${lock.where ? ` in ${lock.where.function}` : ''}`);
  return `${first.class}, then ${steps.join(', then ')}`;
}
