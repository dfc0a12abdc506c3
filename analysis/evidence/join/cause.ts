import type { JoinedLock } from './joined.js';
import type { EventKind, LogEvent } from '../read/types.js';

/** What a report means, for whoever reads such a report the first time. */
export function causeOf(kind: EventKind, event: LogEvent, locks: readonly JoinedLock[]): string {
  const task = event.task ? `${event.task.name}/${event.task.pid}` : 'a task';
  const wanted = locks.find((lock) => lock.role === 'acquiring')?.class ?? 'a lock';
  const held = [...new Set(locks.filter((lock) => lock.role === 'held').map((lock) => lock.class))];
  const holding = held.length === 0 ? 'nothing' : held.join(', ');
  switch (kind) {
    case 'circular': {
      const first = held[0] ?? 'another lock';
      const around = chainText(locks);
      return (
        `${task} wants ${wanted} while it holds ${first}; elsewhere the order is the other way round` +
        `${around === '' ? '' : ` (${around})`}: two tasks, each holding one and wanting the next, wait for ever.`
      );
    }
    case 'recursive':
      return `${task} takes ${wanted} while it holds a lock of the same class: the same lock twice waits for itself, two of them need an order.`;
    case 'inconsistent-state':
      return `${wanted} is taken both in an interrupt and with that interrupt enabled: an interrupt on the processor that holds it waits for ever.`;
    case 'irq-inversion':
    case 'safe-unsafe':
      return `${task} connects a lock that interrupts take with one that is held while interrupts are enabled (${wanted}, holding ${holding}): an interrupt in between closes the circle.`;
    case 'wait-context':
      return `${task} takes ${wanted}, which may sleep, where nothing may sleep (holding ${holding}).`;
    case 'imbalance':
      return `${task} releases ${wanted}, which it does not hold, or which is not its own.`;
    case 'held-at-exit':
      return `${task} goes back with locks still held: ${holding}.`;
    case 'held-freed':
      return `${task} frees memory in which a held lock lies: ${holding}.`;
    case 'sleep':
      return `${task} may sleep where it must not (holding ${holding}): with a spinlock held, in an RCU read section, or with preemption or interrupts off.`;
    case 'rcu':
      return `${task} uses RCU against its rules (holding ${holding}).`;
    case 'assert':
      return `${task} runs code that asserts a lock or a context which it does not have.`;
    case 'preempt-leak':
      return 'A function came back with another preemption count than it was called with: a spinlock is still held, or released once too often.';
    case 'hung-task':
      return `${task} has been waiting for far too long${held.length === 0 ? '' : ` (holding ${holding})`}.`;
    case 'lockup':
      return 'A processor made no progress: it spins for a lock, or never lets others run.';
    case 'warn':
      return 'A check inside the kernel failed.';
    case 'unknown':
      return 'Not understood.';
  }
}

/** `a before b`, from the recorded chain: its last entry is the one that is wanted now. */
function chainText(locks: readonly JoinedLock[]): string {
  const chain = locks.filter((lock) => lock.role === 'chain').reverse();
  const [first, ...rest] = chain;
  if (!first || rest.length === 0) return '';
  const steps = rest.map((lock) => `${lock.class}${lock.where ? ` in ${lock.where.function}` : ''}`);
  return `${first.class}, then ${steps.join(', then ')}`;
}
