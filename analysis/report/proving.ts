import type { Finding, StoryStep } from '../checks/types.js';
import { shortName } from '../graph/orders/side.js';
import type { LockKind, OtherApi } from '../models/types.js';
import { groupBy } from './formats/text.js';

/** What is known of the names in a finding; each is optional, and a name may be unknown. */
export interface Known {
  /** The kind of a lock, by its display name. */
  readonly kindOf?: (lock: string) => LockKind | undefined;
  /** The wait that a function or macro of this name is. */
  readonly waitOf?: (name: string) => Pick<OtherApi, 'awaits' | 'sleeps'> | undefined;
}

/** Locks that lockdep does not track. */
const UNTRACKED: ReadonlySet<LockKind> = new Set(['semaphore', 'bit_lock', 'completion', 'section']);
const NAMES: Partial<Record<LockKind, string>> = {
  semaphore: 'semaphores',
  bit_lock: 'bit spinlocks',
  completion: 'completions',
};
/** Locks that disable preemption. */
const SPINNING: ReadonlySet<LockKind | undefined> = new Set<LockKind>([
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'bit_lock',
]);
/** Waits that lockdep tracks like acquisitions: it knows what runs under the map of a work item, queue or timer. */
const TRACKED_WAITS: ReadonlySet<OtherApi['awaits']> = new Set(['work', 'queue', 'timer', 'srcu', 'kernfs']);

const LOCKDEP = 'Build with CONFIG_PROVE_LOCKING: ';
const PATHS = `${LOCKDEP}lockdep reports this once each path has run, even if they never meet.`;
const ATOMIC = 'Build with CONFIG_DEBUG_ATOMIC_SLEEP: ';
const HUNG = 'Build with CONFIG_DETECT_HUNG_TASK: a blocked task is reported after 120 s.';
const SPINS = 'Build with CONFIG_SOFTLOCKUP_DETECTOR: a CPU that spins is reported after 20 s.';

/** The steps to reproduce a finding on a running kernel. */
export function howToReproduce(finding: Finding, known: Known = {}): readonly string[] {
  const entries = sidesOf(finding).map((side) => `${side[0]?.function ?? ''}()`);
  const [first = `${finding.at.function}()`, ...others] = [...new Set(entries)];
  const alongPath = `Run ${first} along the path above.`;
  switch (finding.rule) {
    case 'lock-order-cycle':
      return [untracked(finding, known) ?? PATHS, together(finding, first, others)];
    case 'wait-deadlock':
      return waiting(finding, known, first, others);
    case 'irq-inversion':
      return interrupting(finding, known, first, others.join(', ') || 'its handler');
    case 'irq-state':
      return [...switching(finding), alongPath];
    case 'sleep-in-atomic':
      return [`${ATOMIC}the first call is reported.`, alongPath];
    case 'missing-unlock':
      return [
        untracked(finding, known) ??
          `${LOCKDEP}lockdep reports a lock that is still held on return to user space, or is taken again.`,
        `Make ${first} take the return path above. For an error path, use fault injection (CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB).`,
      ];
    case 'unbalanced-unlock':
      return [
        single(finding, known, 'the release of a lock that is not held'),
        `Make ${first} take the path above. For an error path, use fault injection (CONFIG_FAULT_INJECTION, CONFIG_FAILSLAB).`,
      ];
    case 'held-freed':
      return [single(finding, known, 'the free of memory that contains a held lock'), alongPath];
    case 'self-deadlock':
      return [untracked(finding, known) ?? single(finding, known, 'the second acquisition'), alongPath];
    case 'declared-order':
      return [ordering(finding, known), alongPath];
    case 'annotation-mismatch':
      return [`${LOCKDEP}the assertion warns the first time.`, alongPath];
  }
}

/** The steps of a story, side by side, without those that only say how the next one is entered. */
function sidesOf({ story }: Finding): readonly (readonly StoryStep[])[] {
  return groupBy(story, (step) => step.path).map((side) => {
    const own = side.filter(({ entry }) => entry === undefined);
    return own.length > 0 ? own : side;
  });
}

/** The kinds of the finding's locks that lockdep does not track, each once. */
function untrackedKinds({ locks }: Finding, { kindOf }: Known): readonly LockKind[] {
  const kinds = new Set(locks.map((lock) => kindOf?.(lock)));
  return [...kinds].flatMap((kind) => (kind !== undefined && UNTRACKED.has(kind) ? [kind] : []));
}

/** How a deadlock between locks shows if lockdep does not track one of them. */
function untracked(finding: Finding, known: Known): string | undefined {
  const unseen = untrackedKinds(finding, known);
  if (unseen.length === 0) return undefined;
  const names = unseen.map((kind) => NAMES[kind] ?? kind).join(' and ');
  return `lockdep does not track ${names}: the deadlock shows only as a hang. ${unseen.includes('bit_lock') ? SPINS : HUNG}`;
}

/** How a mistake of one path shows, which lockdep reports when it happens. */
function single(finding: Finding, known: Known, what: string): string {
  const [kind] = untrackedKinds(finding, known);
  if (kind === undefined) return `${LOCKDEP}lockdep reports ${what} the first time.`;
  return `lockdep does not track ${NAMES[kind] ?? kind}: it does not report ${what}.`;
}

/** How the wrong side of a declared order shows. */
function ordering(finding: Finding, known: Known): string {
  const [kind] = untrackedKinds(finding, known);
  if (kind !== undefined)
    return `lockdep does not track ${NAMES[kind] ?? kind}: it does not check this order.`;
  return `${LOCKDEP}lockdep reports this once the locks have also been taken in the declared order.`;
}

/** How a lock that an interrupt takes shows: lockdep compares contexts, else the interrupt has to hit the section. */
function interrupting(finding: Finding, known: Known, first: string, handler: string): readonly string[] {
  const unseen = untracked(finding, known);
  if (unseen !== undefined) return [unseen, `Run ${first} in a loop while the interrupt fires: ${handler}.`];
  return [PATHS, `Run ${first} once, and let the interrupt fire once, at any time: ${handler}.`];
}

/** How a wait under a lock shows: by lockdep, by a sleep in atomic context, or by a hang. */
function waiting(
  finding: Finding,
  known: Known,
  first: string,
  others: readonly string[],
): readonly string[] {
  const waits = finding.story.flatMap(({ waitsWith }) =>
    waitsWith === undefined ? [] : (known.waitOf?.(waitsWith) ?? []),
  );
  const isTracked = waits.length === 0 || waits.some(({ awaits }) => TRACKED_WAITS.has(awaits));
  const spins = finding.locks.some((lock) => SPINNING.has(known.kindOf?.(lock)));
  const isAtomic = spins && waits.some(({ sleeps }) => sleeps === true);
  const hang = spins ? SPINS : HUNG;
  const run =
    others.length > 0
      ? `Run ${first} while ${others.join(' and ')} ${others.length > 1 ? 'run' : 'runs'} on another CPU, in a loop.`
      : `Run ${first} along the path above.`;
  return [
    ...(isAtomic ? [`${ATOMIC}the wait under the spinlock is reported the first time.`] : []),
    untracked(finding, known) ??
      (isTracked ? PATHS : `lockdep does not track this wait: the deadlock shows as a hang. ${hang}`),
    run,
  ];
}

/** How a wrong interrupt state shows: under a lock of an interrupt, or where a saved state is restored. */
function switching({ story, locks }: Finding): readonly string[] {
  const lock = locks.at(-1);
  if (lock !== undefined)
    return [`${LOCKDEP}lockdep reports this once ${shortName(lock)} has also been taken in an interrupt.`];
  if (!story.some(({ isInSaved }) => isInSaved === true)) return [];
  return ['Build with CONFIG_DEBUG_IRQFLAGS: the caller that restores its saved state is reported.'];
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
