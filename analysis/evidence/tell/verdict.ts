import { holderText, holdsText } from '../join/cause.js';
import type { Blocked, Evidence, JoinedEvent, Wait } from '../join/joined.js';
import { label } from '../join/waits/states.js';
import { UNKNOWN_WANT } from '../join/waits/want.js';
import { plainFunction } from '../../models/stacks.js';
import { INPUT_KINDS } from '../read/types.js';
import { placedText, placeText } from './places.js';
import { contendedText, interruptText, listedLocks, waitedText } from './tables.js';

/** Largest number of sentences: the first one says what to look at. */
const MOST_SENTENCES = 3;

/** Kinds of reports by severity, from what happened to what could have happened. */
const WEIGHT: readonly (readonly string[])[] = [
  ['lockup'],
  ['recursive', 'circular'],
  ['inconsistent-state', 'safe-unsafe', 'irq-inversion'],
  ['sleep', 'wait-context', 'rcu'],
  ['imbalance', 'held-at-exit', 'held-freed', 'preempt-leak', 'assert', 'uninitialized', 'nested-lock'],
  ['hung-task'],
  ['validator'],
];

/**
 * The verdict: which tasks wait for which, in a circle or not, since when, and in which code; otherwise the worst
 * report.
 */
export function verdictOf(evidence: Evidence): readonly string[] {
  const { cycles, blocked, events } = evidence;
  const sentences = cycles.slice(0, MOST_SENTENCES).map((cycle) => circleText(cycle, blocked));
  const inSelf = new Set(
    cycles.flatMap((cycle) => (cycle.length === 1 ? cycle.map(({ task }) => task) : [])),
  );
  const inCircles = new Set(cycles.flatMap((cycle) => cycle.map((wait) => wait.for)));
  for (const group of blocked) {
    if (sentences.length >= MOST_SENTENCES) break;
    const isTold = inCircles.has(group.wait.for) || isOnTheWay(group, blocked);
    if (!isTold && (group.wait.isLock || group.tasks.length > 0)) sentences.push(blockedText(group));
  }
  for (const joined of ranked(events)) {
    if (sentences.length >= MOST_SENTENCES) break;
    // The verdict already covers a report whose deadlock has happened.
    const wanted = joined.locks.find(({ role }) => role === 'acquiring');
    if (joined.kind === 'circular' && wanted && inCircles.has(wanted.class)) continue;
    if (joined.kind === 'recursive' && joined.event.task && inSelf.has(label(joined.event.task))) continue;
    // The verdict already covers a hung task as a waiting one.
    if (joined.kind === 'hung-task' && (joined.wait || sentences.length > 0)) continue;
    sentences.push(`${labelOf(joined)}: ${joined.cause}`);
  }
  if (sentences.length > 0) return sentences;
  const [most, ...rest] = listedLocks(evidence);
  if (most) {
    const shared = most.tasks.length > 1 ? `; ${most.name} is listed by ${most.tasks.length} of them` : '';
    const locks = counted(rest.length + 1, 'lock');
    return [
      `No task is known to hang: the lists name ${locks} that tasks hold or wait for${shared}.${otherText(evidence)}`,
    ];
  }
  // An interrupt line is evidence only if it storms now, or a finding is about the locks of its handlers.
  const line = evidence.interrupts.find(
    ({ trouble, isRecent, handlers }) =>
      (trouble === 'storm' && isRecent) || handlers.some(({ findings }) => findings.length > 0),
  );
  if (line) return [`No task is known to hang. Interrupt line ${interruptText(line)}.`];
  const [first] = evidence.contention;
  const worst = first?.row;
  if (first && worst && worst.contentions > 0) {
    const name = contendedText(first);
    const most =
      worst.by === 'owner'
        ? `Others waited longest for ${name}`
        : worst.by === 'task'
          ? `${name} waited longest`
          : worst.by === 'cgroup'
            ? `The tasks of group ${name} waited longest`
            : `The longest waits are for ${name}`;
    return [`No task is known to hang. ${most}: ${waitedText(worst)}.`];
  }
  return [nothingText(evidence)];
}

const labelOf = ({ kind, event }: JoinedEvent): string =>
  kind === 'circular' || kind === 'recursive'
    ? 'Possible deadlock'
    : kind === 'inconsistent-state' && isReclaim(event.facts)
      ? 'Possible deadlock in memory reclaim'
      : kind === 'inconsistent-state' || kind === 'safe-unsafe' || kind === 'irq-inversion'
        ? 'Possible deadlock with an interrupt'
        : kind === 'lockup'
          ? 'Stall'
          : kind === 'hung-task'
            ? 'Hung task'
            : kind === 'validator'
              ? 'lockdep'
              : 'Misuse';

const isReclaim = (facts: readonly string[]): boolean => facts.some((fact) => fact.includes('IN-RECLAIM_FS'));

function ranked(events: readonly JoinedEvent[]): readonly JoinedEvent[] {
  return WEIGHT.flatMap((kinds) => events.filter(({ kind }) => kinds.includes(kind)).slice(0, 1));
}

/** Whether a group waits only because of another group's root and belongs to that group; the first group reports a circle. */
function isOnTheWay(group: Blocked, blocked: readonly Blocked[]): boolean {
  if (group.tasks.length !== 1) return false;
  const index = blocked.indexOf(group);
  return blocked.some(
    (other, at) => other !== group && leadsTo(other, group) && (at < index || !leadsTo(group, other)),
  );
}

const leadsTo = (one: Blocked, other: Blocked): boolean =>
  one.way.some((wait) => wait.for === other.wait.for && other.tasks.includes(wait.task));

function circleText(cycle: readonly Wait[], blocked: readonly Blocked[]): string {
  const [first] = cycle;
  if (!first) return '';
  // The circle has existed since the last of its tasks began to wait.
  const seconds = Math.min(...cycle.map((wait) => wait.seconds ?? 0));
  const time = seconds > 0 ? ` (for more than ${seconds} s)` : '';
  if (cycle.length === 1) {
    return `Self-deadlock${time}: ${first.task} waits for ${placedText(first)}, which it holds itself.`;
  }
  const steps = cycle.map(
    (wait) => `${wait.task} waits for ${placedText(wait)}, which ${wait.heldBy} ${holdsText(wait)}`,
  );
  const members = new Set(cycle.map(({ task }) => task));
  const behind = blocked.filter(
    ({ way, tasks }) => way.some(({ task }) => members.has(task)) || tasks.some((task) => members.has(task)),
  );
  const others = new Set(behind.flatMap(({ tasks }) => tasks)).size - members.size;
  return `Deadlock${time}: ${steps.join('; ')}.${others > 0 ? ` ${counted(others, 'other task')} ${others === 1 ? 'waits' : 'wait'} behind them.` : ''}`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `200 tasks wait for rtnl_mutex, held by x/12, which waits for an RCU grace period in foo().` */
export function blockedText(group: Blocked): string {
  const { wait, tasks, way, seconds } = group;
  const who = tasks.length === 1 ? `${tasks[0] ?? ''} waits` : `${tasks.length} tasks wait`;
  const time = seconds === undefined ? '' : ` (for more than ${seconds} s)`;
  if (wait.for === UNKNOWN_WANT) {
    const sleeps = tasks.length === 1 ? `${tasks[0] ?? ''} is` : `${tasks.length} tasks are`;
    return `${sleeps} in uninterruptible sleep${wait.where ? ` in ${placeText(wait.where)}` : ''}${time}; what ${tasks.length === 1 ? 'it waits' : 'they wait'} for is not known.`;
  }
  let text = `${who} for ${tasks.length === 1 ? placedText(wait) : wait.for}${time}`;
  if (wait.heldBy === '') {
    if (wait.perhaps) return `${text}${holderText(wait.task, wait)}; which one is not known.`;
    return wait.isLock === true ? `${text}; its holder is not known.` : `${text}.`;
  }
  const holder = group.holders.length > 1 ? group.holders.slice(0, 4).join(' and ') : wait.heldBy;
  text += `, ${heldByText({ ...wait, heldBy: holder })}`;
  const seen = new Set([wait.task]);
  let last = wait;
  for (const step of way) {
    last = step;
    if (seen.has(step.task)) {
      const isSure = [wait, ...way].every((each) => each.isLikely !== true);
      return `${text}: ${isSure ? 'a circular wait' : 'likely a circular wait'}.`;
    }
    seen.add(step.task);
    const held = step.heldBy === '' ? '' : `, ${heldByText(step)}`;
    text += `, which waits for ${placedText(step)}${held}`;
  }
  return last.heldBy === '' || last.heldBy === last.task ? `${text}.` : `${text}${holderDoes(last)}.`;
}

/** `most likely held by x/12`; `run by kworker/0:1/7` of a work item; `last held by x/12` of a semaphore. */
export function heldByText({ heldBy, isLikely, isWork, isLast, isHeldUp }: Wait): string {
  const held = isLast === true ? 'last held' : isHeldUp === true ? 'held up' : 'held';
  return `${isLikely === true ? 'most likely ' : ''}${isWork === true ? 'run' : held} by ${heldBy}`;
}

/** What a holder that does not wait is doing: where it runs or sleeps, or that no backtrace shows it. */
function holderDoes({ heldBy, holder }: Wait): string {
  if (!holder) return `; nothing here shows what ${heldBy} is doing`;
  return `, which ${holder.runs ? 'is running' : 'sleeps'} in ${placeText(holder.where)}`;
}

function nothingText({ sources, events, validator }: Evidence): string {
  const kinds = new Set(sources.flatMap(({ inputs }) => [...inputs.keys()]));
  if (kinds.size === 0) return 'Nothing here concerns locks.';
  // People paste a stack from /proc because its task is stuck.
  const stuck = sources
    .filter(({ inputs }) => inputs.has('task-stack'))
    .flatMap(({ tasks }) => tasks.filter(({ stack }) => stack.length > 0));
  if (stuck.length > 0 && stuck.length <= MOST_SENTENCES && events.length === 0) {
    const where = stuck.map(
      ({ task, stack }) => `${label(task)} is in ${plainFunction(stack[0]?.function ?? '')}`,
    );
    return `${where.join('; ')}: neither a lock function nor a known wait.`;
  }
  const warned =
    events.length > 0
      ? `${counted(events.length, 'warning')} that ${events.length === 1 ? 'says' : 'say'} nothing about locks, no`
      : 'No';
  const other = otherText({ sources });
  const isUnwatched =
    validator.verdict === 'off' ? 'lockdep was disabled' : 'nothing says that lockdep was enabled';
  const silent =
    other !== '' || validator.verdict === 'proving' ? other : ` That proves little: ${isUnwatched}.`;
  const read = [...kinds].map((kind) => INPUT_KINDS[kind]).join(', ');
  return `${warned} report about locks and no waiting task in ${read}.${kinds.has('kernel-log') ? silent : ''}`;
}

/** ` The kernel reports something else: BUG: KASAN: … (dmesg.txt:12).` */
function otherText({ sources }: Pick<Evidence, 'sources'>): string {
  const all = sources.flatMap(({ file, others }) =>
    others.map(({ headline, line }) => ({ headline, at: `${file}:${line}` })),
  );
  const [first] = all;
  return first ? ` The kernel reports something else: ${first.headline} (${first.at}).` : '';
}
