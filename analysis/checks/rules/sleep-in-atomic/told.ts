import { keyOf } from '../../../graph/events/collect.js';
import type { ClassTable } from '../../../summaries/locks/locks.js';
import { shown } from '../../story/story.js';
import type { SleepMistake } from './confidence.js';

/** The atomic context in which a path sleeps, as text. */
export function tellWhere(classes: ClassTable, why: SleepMistake['why']): string {
  switch (why.k) {
    case 'lock': {
      const key = keyOf(why.lock);
      const name = key === undefined ? why.lock.api : shown(classes, key);
      return why.lock.kind === 'rcu' ? `in an RCU read-side critical section` : `while holding ${name}`;
    }
    case 'irq':
      return 'with interrupts disabled';
    case 'bh':
      return 'with bottom halves disabled';
    case 'preempt':
      return 'with preemption disabled';
    case 'handler':
      return `in ${why.entry.title}`;
  }
}
