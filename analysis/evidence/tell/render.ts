import type { Evidence, JoinedEvent, Wait } from '../join/joined.js';
import type { LockGraph } from '../../graph/events/types.js';
import type { Coverage } from '../join/merge.js';
import { contentionText, heldText, interruptsText } from './tables.js';
import { label } from '../join/waits/states.js';
import { UNKNOWN_WANT } from '../join/waits/want.js';
import { FIRST_REPORT } from '../join/validator.js';
import { nextSteps, type AtHand } from './next.js';
import { placedText, placeText } from './places.js';
import { blockedText, heldByText, verdictOf } from './verdict.js';
import {
  INPUT_KINDS,
  SKIP_REASONS,
  type InputKind,
  type LineSkip,
  type SourceEvidence,
} from '../read/types.js';

/** The output of `evidence --format text`: the verdict, next steps, the evidence, and what was not understood. */
export function renderEvidenceText(
  evidence: Evidence,
  atHand: AtHand,
  coverage?: Coverage & { readonly graph: LockGraph },
): string {
  const own = evidence.events.filter(({ kind }) => kind !== 'warn');
  const others = evidence.events.filter(({ kind }) => kind === 'warn');
  const [shown, more] = split(groups(own));
  const said = verdictOf(evidence);
  const parts = [
    `${said.join('\n')}\n`,
    nextText(nextSteps(evidence, atHand)),
    waitsText(evidence),
    runningText(evidence),
    heldText(evidence),
    ...shown.map((group) => eventText(group, atHand, said)),
    moreText(more),
    ...split(groups(others))[0].map((group) => eventText(group, atHand, said)),
    moreText(split(groups(others))[1]),
    contentionText(evidence),
    interruptsText(evidence),
    atHand.hasSource ? edgesText(evidence) : '',
    coverageText(coverage),
    summary(evidence, atHand.hasSource),
    evidence.sources
      .filter(({ lines, validator }) => lines > 0 || validator.length === 0)
      .map(sourceLine)
      .join(''),
    validatorText(evidence),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** Number of reports shown in full. */
const MOST_REPORTS = 40;
const split = <T>(all: readonly T[]): readonly [readonly T[], readonly T[]] => [
  all.slice(0, MOST_REPORTS),
  all.slice(MOST_REPORTS),
];

function moreText(groups: readonly (readonly JoinedEvent[])[]): string {
  const lines = groups.map(([first]) =>
    first ? `  ${first.source}:${first.event.line}: ${first.event.headline}` : '',
  );
  return lines.length === 0 ? '' : `${[`And ${lines.length} more:`, ...lines.slice(0, 200)].join('\n')}\n`;
}

function nextText(steps: readonly string[]): string {
  return steps.length === 0 ? '' : `${['Next:', ...steps.map((step) => `  ${step}`)].join('\n')}\n`;
}

function sourceLine(source: SourceEvidence): string {
  const kinds = [...source.inputs.keys()].map((kind: InputKind) => INPUT_KINDS[kind]);
  const what = kinds.length === 0 ? 'nothing about locks' : kinds.join(', ');
  const skipped = [...source.skipped]
    .map(([reason, count]: [LineSkip, number]) => `${count} ${SKIP_REASONS[reason]}`)
    .join(', ');
  const cut = source.events.filter((event) => event.isCut).length;
  const notes = [
    `${source.lines} line${source.lines === 1 ? '' : 's'}`,
    source.isTorn === true
      ? 'compressed data is truncated or damaged; only what precedes the damage was read'
      : '',
    skipped === '' ? '' : `skipped: ${skipped}`,
    cut === 0 ? '' : `${cut} report${cut === 1 ? '' : 's'} cut off`,
  ].filter((note) => note !== '');
  return `${source.file}: ${what} (${notes.join('; ')})\n`;
}

const VERDICTS = {
  proving: 'lockdep was enabled: it reports inversions.',
  unknown: 'Nothing here says whether lockdep was enabled: the absence of a report proves nothing.',
  off: 'lockdep was disabled: the absence of a report proves nothing.',
} as const;

/** Text about the validator, shown only if its silence matters, which it does not beside a report or deadlock. */
function validatorText({ validator, events, cycles, sources }: Evidence): string {
  const isLog = sources.some(
    ({ inputs }) => inputs.has('kernel-log') || inputs.has('config') || inputs.has('command-line'),
  );
  const speaks = cycles.length > 0 || events.some(({ kind }) => kind !== 'warn' && kind !== 'unknown');
  const isPlain = validator.verdict === 'unknown' && validator.reasons.length === 0;
  if (isPlain && (speaks || !isLog)) return '';
  const stops = [...validator.stoppedAt].map(([file, line]) => `${file}:${line}`);
  const lines: string[] = [
    stops.length > 0
      ? `lockdep stopped at ${stops.join(', ')}: nothing after that was checked.`
      : VERDICTS[validator.verdict],
  ];
  if (validator.verdict === 'proving' && !validator.isWatched) {
    lines.push('These files do not say whether it stopped early; the log or /proc/lockdep_stats does.');
  }
  const reasons = validator.reasons.filter(
    (reason) =>
      !reason.endsWith(FIRST_REPORT) &&
      (stops.length === 0 || stops.some((place) => reason.startsWith(`${place} `))),
  );
  return `${lines.join('\n')}\n${reasons.map((reason) => `  ${reason}\n`).join('')}`;
}

const MOST_FRAMES = 8;

/** Groups repeated reports: those of one task every few seconds, and those of many tasks that hang at one place. */
function groups(events: readonly JoinedEvent[]): JoinedEvent[][] {
  const found = new Map<string, JoinedEvent[]>();
  for (const joined of events) {
    const { event, source, kind, stack, locks } = joined;
    const words = event.headline.replace(/\d+/g, '0');
    const where = stack.map((place) => place.function).join(' ');
    const names = locks.map((lock) => lock.name).join(' ');
    const cpus =
      kind === 'lockup'
        ? (/cpus=\S+/.exec(event.headline)?.[0] ?? [event.cpu, ...(event.stalled?.cpus ?? [])].join())
        : '';
    const isCrowd = kind === 'hung-task' && where !== '';
    const who = isCrowd ? [joined.wait?.heldBy] : [words, event.task?.name, event.task?.pid];
    const key = [source, kind, cpus, where, names, ...who].join('\n');
    const list = found.get(key);
    if (list) list.push(joined);
    else found.set(key, [joined]);
  }
  return [...found.values()];
}

const MOST_AGAIN = 10;

/** One report with its repetitions; its meaning only if the verdict has not stated it. */
function eventText(
  group: readonly JoinedEvent[],
  { finding, hasSource }: AtHand,
  said: readonly string[],
): string {
  const [joined, ...again] = group;
  if (!joined) return '';
  const { event, source } = joined;
  const lines = [`${source}:${event.line}: ${joined.kind}: ${event.headline}`];
  const waiter = joined.wait && `${joined.wait.task} waits for `;
  const isTold = said.some(
    (sentence) => sentence.includes(joined.cause) || (waiter !== undefined && sentence.startsWith(waiter)),
  );
  if (!isTold) lines.push(`  ${joined.cause}`);
  for (const lock of joined.locks) {
    const name = lock.class === lock.name ? lock.class : `${lock.class} (${lock.name})`;
    const role = lock.role === 'acquiring' && joined.kind === 'imbalance' ? 'releasing' : lock.role;
    lines.push(`  ${role.padEnd(9)} ${name}${lock.where ? ` in ${placeText(lock.where)}` : ''}`);
  }
  if (joined.stack.length > 0) {
    const shown = joined.stack.slice(0, MOST_FRAMES).map(placeText);
    const more = joined.stack.length > MOST_FRAMES ? ` < ${joined.stack.length - MOST_FRAMES} more` : '';
    lines.push(`  stack: ${shown.join(' < ')}${more}`);
  }
  for (const fact of event.facts) lines.push(`  log: ${fact}`);
  if (event.isCut) lines.push('  the report is cut off here');
  if (again.length > 0) {
    const shown = again.slice(0, MOST_AGAIN).map((each) => each.event.line);
    const rest = again.length > MOST_AGAIN ? ` and ${again.length - MOST_AGAIN} more` : '';
    const tasks = new Set(again.flatMap(({ event: { task } }) => (task ? label(task) : [])));
    if (event.task) tasks.delete(label(event.task));
    if (tasks.size > 0) {
      const names = [...tasks].slice(0, MOST_AGAIN).join(', ');
      const more = tasks.size > MOST_AGAIN ? ` and ${tasks.size - MOST_AGAIN} more` : '';
      lines.push(`  the same in ${tasks.size} other task${tasks.size === 1 ? '' : 's'}: ${names}${more}`);
    }
    lines.push(`  again at line ${shown.join(', ')}${rest}`);
  }
  for (const id of joined.explainedBy) {
    const known = finding(id);
    lines.push(`  explained by ${known?.text ?? id}`, `    ${known?.command ?? `lockorder explain ${id}`}`);
  }
  if (joined.gap !== undefined && hasSource) lines.push(`  not explained: ${joined.gap}`);
  return `${lines.join('\n')}\n`;
}

/** Frames shown of what another CPU ran. */
const RUNNING_FRAMES = 3;

/** What the other CPUs ran at a lockup: one of them may hold the lock. */
function runningText({ running }: Evidence): string {
  const lines = running.map(({ cpu, task, stack }) => {
    const more = stack.length > RUNNING_FRAMES ? ` < ${stack.length - RUNNING_FRAMES} more` : '';
    return `  CPU ${cpu} (${task}): ${stack.slice(0, RUNNING_FRAMES).map(placeText).join(' < ')}${more}`;
  });
  return lines.length === 0 ? '' : `${['What the other CPUs ran:', ...lines].join('\n')}\n`;
}

function waitText(wait: Wait): string {
  const work = wait.work === undefined ? '' : `, running ${wait.work}`;
  if (wait.for === UNKNOWN_WANT)
    return `${wait.task} is in uninterruptible sleep${wait.where ? ` in ${placeText(wait.where)}` : ''}${work}`;
  const text = `${wait.task} waits for ${placedText(wait)}${work}`;
  if (wait.heldBy === wait.task) return `${text}; it holds that itself`;
  if (wait.heldBy !== '') return `${text}; ${heldByText(wait)}`;
  if (wait.perhaps) return `${text}; held by one of ${wait.perhaps.slice(0, 8).join(', ')}`;
  return wait.isLock === true ? `${text}; its holder is not known` : text;
}

/** Number of tasks shown one by one; others are only counted per awaited object. */
const MOST_TOLD = 3;
const MOST_GROUPS = 40;

function waitsText({ waits, cycles, blocked }: Evidence): string {
  if (waits.length === 0) return '';
  const lines = ['Who waits for whom:'];
  for (const group of blocked.slice(0, MOST_GROUPS)) {
    const tasks = new Set(group.tasks.slice(0, MOST_TOLD));
    const own = waits.filter(
      (wait) =>
        tasks.has(wait.task) && (wait.instance ?? wait.for) === (group.wait.instance ?? group.wait.for),
    );
    if (group.tasks.length > MOST_TOLD) {
      const names = group.tasks.slice(0, 8).join(', ');
      const more = group.tasks.length > 8 ? ` and ${group.tasks.length - 8} more` : '';
      lines.push(`  ${blockedText(group)}`, `    ${names}${more}`);
    } else lines.push(...own.map((wait) => `  ${waitText(wait)}`));
  }
  if (blocked.length > MOST_GROUPS) lines.push(`  and ${blocked.length - MOST_GROUPS} more locks and events`);
  for (const cycle of cycles) {
    const tasks = cycle.map((wait) => `${wait.task} -(${wait.for})->`);
    lines.push(`  deadlock: ${tasks.join(' ')} ${cycle[0]?.task ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

function edgesText({ edges, foreignEdges }: Evidence): string {
  if (edges.length === 0 && foreignEdges === 0) return '';
  const explained = edges.filter((edge) => edge.verdict === 'explained').length;
  const lines = [
    `Dependencies that ran: ${edges.length} between classes of this source, ${explained} explained by it` +
      (foreignEdges === 0 ? '' : `; ${foreignEdges} between other classes`),
    ...edges
      .filter((edge) => edge.verdict === 'unexplained')
      .map((edge) => `  unexplained: ${edge.from} -> ${edge.to}`),
  ];
  return `${lines.join('\n')}\n`;
}

const MOST_IDLE = 30;

/** Dependencies that no run has exercised: where a test would find something new. */
function coverageText(coverage: (Coverage & { readonly graph: LockGraph }) | undefined): string {
  if (!coverage || coverage.edges === 0) return '';
  const { edges, idle, graph } = coverage;
  const id = (key: string): string => graph.classes.get(key)?.id ?? key;
  const lines = idle.slice(0, MOST_IDLE).map(({ from, to, witnesses }) => {
    const step = witnesses[0]?.chain[0] ?? witnesses[0]?.holds[0];
    const where = step ? ` in ${step.function} (${step.at.file}:${step.at.line})` : '';
    return `  not exercised: ${id(from)} -> ${id(to)}${where}`;
  });
  if (idle.length > MOST_IDLE) lines.push(`  and ${idle.length - MOST_IDLE} more`);
  return `${[`Dependencies in the source: ${edges - idle.length} of ${edges} ran`, ...lines].join('\n')}\n`;
}

function summary({ events, gaps, waits }: Evidence, hasSource: boolean): string {
  // Waiting tasks are evidence enough.
  if (events.length === 0 && waits.length > 0) return '';
  const explained = events.filter((event) => event.explainedBy.length > 0).length;
  const reasons = [...gaps].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const reports = events.length === 1 ? '1 report' : `${events.length === 0 ? 'no' : events.length} reports`;
  if (events.length === 0 || !hasSource) return `${reports}\n`;
  return `${reports}, ${explained} explained${reasons === '' ? '' : ` (not explained: ${reasons})`}\n`;
}
