import type { Finding } from '../checks/types.js';
import { groupBy } from './text.js';

/** What to do, step by step, to see a finding happen on a running kernel. */
export function howToReproduce(finding: Finding): readonly string[] {
  const entries = groupBy(finding.story, (step) => step.path).map((side) => `${side[0]?.function ?? ''}()`);
  const [first = `${finding.at.function}()`, ...others] = [...new Set(entries)];
  const lockdep =
    'Build with CONFIG_PROVE_LOCKING and CONFIG_DEBUG_ATOMIC_SLEEP: lockdep then reports the order, the context or the sleep the first time each path has run, whether or not they meet.';
  switch (finding.rule) {
    case 'lock-order-cycle':
    case 'wait-deadlock':
      return [
        lockdep,
        others.length > 0
          ? `Make ${[first, ...others].join(' and ')} run on the same objects, on different CPUs at the same time; each path once is enough for lockdep.`
          : `Make two threads run ${first} on two objects at the same time, in opposite order.`,
        'Locks that lockdep does not follow (semaphores, bit spinlocks, completions) show only as a hang: build with CONFIG_DETECT_HUNG_TASK and repeat the paths under load.',
      ];
    case 'irq-inversion':
      return [
        lockdep,
        `Make ${first} run once, and let the interrupt come once, at any time: ${others.join(', ') || 'its handler'}.`,
      ];
    case 'missing-unlock':
    case 'unbalanced-unlock':
    case 'held-freed':
      return [
        lockdep,
        `Make ${first} take the way out that the story tells, for an error path with fault injection (CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB).`,
      ];
    default:
      return [lockdep, `Make ${first} run the way that the story tells.`];
  }
}

/** How to know that a repair has worked: from source, and from logs of a run before and after it. */
export function howToValidate(finding: Finding): readonly string[] {
  return [
    `lockorder scan ${finding.at.file}: the finding is gone and no other has come.`,
    `lockorder plan ${finding.id}: what a run has to pass through so that its silence means something.`,
    `lockorder validate ${finding.id} --before dmesg-before.txt --after dmesg-after.txt: the paths have run, and nothing is reported any more.`,
  ];
}
