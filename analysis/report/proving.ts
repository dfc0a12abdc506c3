import type { Finding } from '../checks/types.js';
import type { LockKind } from '../models/types.js';
import { groupBy } from './formats/text.js';

/** The kind of a lock by its display name, if known. */
export type KindOf = (lock: string) => LockKind | undefined;

/** Locks that lockdep does not track. */
const UNTRACKED: ReadonlySet<LockKind> = new Set(['semaphore', 'bit_lock', 'completion', 'section']);
const NAMES: Partial<Record<LockKind, string>> = {
  semaphore: 'semaphores',
  bit_lock: 'bit spinlocks',
  completion: 'completions',
};

const LOCKDEP =
  'Build with CONFIG_PROVE_LOCKING: lockdep reports this once each path has run, even if they never meet.';
const ATOMIC = 'Build with CONFIG_DEBUG_ATOMIC_SLEEP: the first call under the lock is reported.';

/** The steps to reproduce a finding on a running kernel. */
export function howToReproduce(finding: Finding, kindOf: KindOf = () => undefined): readonly string[] {
  const entries = groupBy(finding.story, (step) => step.path).map((side) => `${side[0]?.function ?? ''}()`);
  const [first = `${finding.at.function}()`, ...others] = [...new Set(entries)];
  switch (finding.rule) {
    case 'lock-order-cycle':
    case 'wait-deadlock':
      return [...watching(finding, kindOf), together(finding, first, others)];
    case 'irq-inversion':
      return [
        LOCKDEP,
        `Run ${first} once, and let the interrupt fire once, at any time: ${others.join(', ') || 'its handler'}.`,
      ];
    case 'sleep-in-atomic':
      return [ATOMIC, `Run ${first} along the path above.`];
    case 'missing-unlock':
    case 'unbalanced-unlock':
    case 'held-freed':
      return [
        ...watching(finding, kindOf),
        `Make ${first} take the return path above. For an error path, use fault injection (CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB).`,
      ];
    default:
      return [...watching(finding, kindOf), `Run ${first} along the path above.`];
  }
}

/** How the bug shows: by lockdep for the locks it tracks, by a hang for others. */
function watching({ rule, locks }: Finding, kindOf: KindOf): readonly string[] {
  const kinds = [...new Set(locks.map(kindOf))];
  const untracked = kinds.filter((kind) => kind !== undefined && UNTRACKED.has(kind)) as LockKind[];
  const names = untracked.map((kind) => NAMES[kind] ?? kind).join(' and ');
  const waits = rule === 'wait-deadlock' && untracked.length === 0;
  if (untracked.length === 0 && !waits) return [LOCKDEP];
  const hang = untracked.includes('bit_lock')
    ? 'Build with CONFIG_SOFTLOCKUP_DETECTOR: a CPU that spins is reported after 20 s.'
    : 'Build with CONFIG_DETECT_HUNG_TASK: a blocked task is reported after 120 s.';
  if (waits) return [LOCKDEP, `Waits that lockdep does not track show as a hang. ${hang}`];
  return [`lockdep does not track ${names}: the deadlock shows only as a hang. ${hang}`];
}

/** What has to run at the same time, and on which objects. */
function together({ locks }: Finding, first: string, others: readonly string[]): string {
  const isShared = locks.every(isVariable);
  if (others.length > 0) {
    const objects = isShared ? '' : ' on the same objects';
    return `Run ${[first, ...others].join(' and ')} at the same time on different CPUs${objects}, in a loop.`;
  }
  return isShared
    ? `Run ${first} on two CPUs at the same time, in a loop.`
    : `Run ${first} on two CPUs at the same time, on two objects in opposite order.`;
}

/** Whether a class is one variable, so that there is only one object. */
function isVariable(lock: string): boolean {
  return !lock.replace(/^.*:/, '').includes('.');
}

/** How to validate a fix: from source, and from logs of runs before and after it. */
export function howToValidate(finding: Finding): readonly string[] {
  return [
    `lockorder scan ${finding.at.file}: the finding is gone, and there is no new one.`,
    `lockorder plan ${finding.id}: what a run must execute before its silence means anything.`,
    `lockorder validate ${finding.id} --before dmesg-before.txt --after dmesg-after.txt: the paths ran, and nothing is reported.`,
  ];
}
