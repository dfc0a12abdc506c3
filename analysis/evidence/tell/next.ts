import { enlargedBy } from '../../models/evidence.js';
import { endedBy } from '../../models/stacks.js';
import type { Evidence } from '../join/joined.js';
import { placeText } from './places.js';

/** What the reader of a verdict has at hand. */
export interface AtHand {
  /** Whether source was found and analysed. */
  readonly hasSource: boolean;
  /** How to get source analysed in this user interface; the command line's way if absent. */
  readonly sourceStep?: string;
  /** A finding in one line, and the command that explains it in this user interface. */
  readonly finding: (id: string) => { readonly text: string; readonly command: string } | undefined;
}

const MOST_FINDINGS = 3;

/** What to do next, most useful first: fix the findings, otherwise collect the missing data. */
export function nextSteps(
  evidence: Evidence,
  { hasSource, sourceStep = 'run this in the kernel tree, or add --root DIR', finding }: AtHand,
): readonly string[] {
  const { events, waits, cycles, cyclesExplainedBy, sources } = evidence;
  const steps: string[] = [];
  const ids = [...new Set([...cyclesExplainedBy, ...events.flatMap(({ explainedBy }) => explainedBy)])];
  for (const id of ids.slice(0, MOST_FINDINGS)) {
    const known = finding(id);
    steps.push(
      known
        ? `${known.text}
    Explanation, with the fix if one was verified: ${known.command}`
        : `lockorder explain ${id}`,
    );
  }
  const [circle] = cycles;
  const places = new Set(circle?.flatMap(({ where }) => (where ? placeText(where) : [])));
  if (ids.length === 0 && places.size > 0) {
    const each =
      circle?.length === 1
        ? 'the task waits there for a lock that it holds'
        : 'each waits there for a lock of the cycle, and holds another';
    steps.push(`Where to look: ${[...places].join(', ')}: ${each}`);
  }
  const isAboutLocks = events.some(({ kind }) => kind !== 'warn' && kind !== 'unknown') || waits.length > 0;
  if (!isAboutLocks) {
    if (sources.some(({ held }) => held.some(({ dump }) => dump !== undefined)))
      steps.push('Where the tasks are: on that machine, echo w > /proc/sysrq-trigger; dmesg');
    return steps;
  }
  if (!hasSource) steps.push(`Compare with the source: ${sourceStep}`);
  const hasLists = sources.some(({ held }) => held.length > 0);
  const hasStacks = waits.some(({ through, where }) => through !== undefined || where !== undefined);
  const isOpen = waits.some((wait) => wait.isLock === true && (wait.heldBy === '' || wait.isLikely === true));
  if (waits.length > 0 && cycles.length === 0 && isOpen && !hasLists) {
    // A stopped lockdep lists nothing.
    const isOff = evidence.validator.stoppedAt.size > 0 || evidence.validator.verdict === 'off';
    steps.push(
      isOff
        ? 'Who holds the lock: lockdep is off and lists no locks. On that machine, echo t > /proc/sysrq-trigger; dmesg shows where all tasks are, and the source what they hold there; kernels from 6.15 on name the owner with CONFIG_DETECT_HUNG_TASK_BLOCKER'
        : 'Who holds the lock: on that machine, echo d > /proc/sysrq-trigger; dmesg (needs CONFIG_PROVE_LOCKING)',
    );
  }
  const waiting = new Set(waits.map(({ task }) => task));
  const isUnseen = waits.some(({ heldBy, holder }) => heldBy !== '' && !holder && !waiting.has(heldBy));
  if (waits.length > 0 && cycles.length === 0 && ((isOpen && hasLists) || isUnseen)) {
    steps.push(
      'What the holders do: on that machine, echo t > /proc/sysrq-trigger; echo l > /proc/sysrq-trigger; dmesg',
    );
  }
  if (waits.length > 0 && !hasStacks) {
    steps.push('Where they wait: on that machine, echo w > /proc/sysrq-trigger; dmesg');
  }
  if (waits.some((wait) => wait.heldBy === '' && endedBy(wait.for, wait.through)?.stall === true)) {
    steps.push(
      'What holds up the grace period: on that machine, echo l > /proc/sysrq-trigger; dmesg shows what the CPUs do; the report of an RCU stall, after some 20 s, names the CPU or task',
    );
  }
  if (events.some(({ kind, stack }) => kind === 'lockup' && stack.length === 0)) {
    steps.push(
      'What the CPUs do: while it stalls, echo l > /proc/sysrq-trigger; dmesg. For the next time, sysctl kernel.hardlockup_all_cpu_backtrace=1 kernel.softlockup_all_cpu_backtrace=1',
    );
  }
  if (events.some(({ event: { isCut, locks } }) => isCut && locks.length > 0)) {
    steps.push('The rest of the report: supply all of it, from the ==== line to the end of the backtrace');
  }
  for (const { event } of events) {
    const table = enlargedBy(event.headline);
    if (table !== undefined)
      steps.push(`A larger table: build the kernel with a higher ${table} (5.13 and later)`);
  }
  // Some of them are stale stack contents.
  const isAddressed = events.some(
    ({ event: { stack } }) => 2 * stack.filter((frame) => frame.function === '').length > stack.length,
  );
  if (isAddressed) steps.push('Names for addresses: add --symbols System.map');
  return steps;
}
