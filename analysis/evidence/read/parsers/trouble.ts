import { parsePlace } from '../atoms.js';
import type { EventKind } from '../types.js';
import type { Sink } from '../sink.js';
import { ReportBlock } from './report.js';

interface Shape {
  readonly pattern: RegExp;
  readonly kind: EventKind | ((match: RegExpExecArray) => EventKind);
  /** Groups of the pattern that name the task and its number. */
  readonly task?: readonly [number, number];
  /** Groups that name file and line. */
  readonly place?: readonly [number, number];
  /** A message printed just before the warning that has the backtrace. */
  readonly announces?: true;
}

/** Words of a spinlock bug, and what they mean. */
const SPIN: readonly (readonly [RegExp, EventKind])[] = [
  [/recursion/, 'recursive'],
  [/lockup/, 'lockup'],
  [/already unlocked|wrong owner|wrong CPU/, 'imbalance'],
];

const SHAPES: readonly Shape[] = [
  {
    pattern: /BUG: sleeping function called from invalid context at (\S+?):(\d+)/,
    kind: 'sleep',
    place: [1, 2],
  },
  { pattern: /BUG: scheduling while atomic: (.+)\/(\d+)\/0x/, kind: 'sleep', task: [1, 2] },
  { pattern: /BUG: scheduling in a non-blocking section: (.+)\/(\d+)\/-?\d+/, kind: 'sleep', task: [1, 2] },
  {
    pattern: /Voluntary context switch within RCU read-side critical section!/,
    kind: 'sleep',
    announces: true,
  },
  { pattern: /Illegal context switch in RCU\S* read-side critical section/, kind: 'sleep' },
  {
    pattern: /BUG: assuming (?:atomic|non migratable) context at (\S+?):(\d+)/,
    kind: 'assert',
    place: [1, 2],
  },
  {
    pattern: /initcall \S+ (?:\[\w+\] )?returned with (?:preemption imbalance|disabled interrupts)/,
    kind: 'preempt-leak',
    announces: true,
  },
  { pattern: /huh, entered softirq .* with preempt_count/, kind: 'preempt-leak', announces: true },
  { pattern: /timer: \S+ preempt leak: /, kind: 'preempt-leak', announces: true },
  {
    pattern: /BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU): (.+)\/0x([0-9a-f]+)\/(\d+)/,
    kind: (match) => (/^0*$/.test(match[2] ?? '') ? 'held-at-exit' : 'preempt-leak'),
    task: [1, 3],
  },
  {
    pattern: /BUG: (?:spinlock|rwlock) (.+) on CPU#\d+, (.+)\/(\d+)/,
    kind: (match) => SPIN.find(([words]) => words.test(match[1] ?? ''))?.[1] ?? 'warn',
    task: [2, 3],
  },
  { pattern: /BUG: soft lockup - CPU#\d+ stuck for \d+s! \[(.+):(\d+)\]/, kind: 'lockup', task: [1, 2] },
  { pattern: /Watchdog detected hard LOCKUP on cpu/, kind: 'lockup' },
  { pattern: /INFO: rcu\w* (?:self-)?detected (?:expedited )?stalls? on/, kind: 'lockup' },
  { pattern: /BUG: workqueue lockup - pool/, kind: 'lockup' },
  { pattern: /Maximum lock depth \d+ reached task: (.+) \((\d+)\)/, kind: 'warn', task: [1, 2] },
  {
    pattern: /DEBUG_LOCKS_WARN_ON\((.*)\)/,
    kind: (match) => (/owner|locked|!depth|depth <= 0/.test(match[1] ?? '') ? 'imbalance' : 'warn'),
    announces: true,
  },
  {
    pattern: /DEBUG_RWSEMS_WARN_ON\(([^)]*\)?.*?)\)/,
    kind: (match) => (/owner|count|!\(/.test(match[1] ?? '') ? 'imbalance' : 'warn'),
    announces: true,
  },
  { pattern: /workqueue: WQ_MEM_RECLAIM \S+ is flushing !WQ_MEM_RECLAIM/, kind: 'warn', announces: true },
  { pattern: /WARNING: CPU: \d+ PID: (\d+) at (\S+?):(\d+) /, kind: 'warn', place: [2, 3] },
  {
    pattern: /WARNING: (\S+\.[chS]):(\d+) at \S+, CPU#\d+: (.+)\/(\d+)/,
    kind: 'warn',
    place: [1, 2],
    task: [3, 4],
  },
];
/** What one of the headlines contains: looked for before any of them is tried. */
const HINT =
  /BUG: |WARNING: |INFO: |critical section|returned with|softirq|preempt leak|hard LOCKUP|Maximum lock depth|WARN_ON\(|is flushing !/;

/** The report that a line opens: sleeping where it is forbidden, misuse that debugging found, lockups, warnings. */
export function openTrouble(text: string, line: number, sink: Sink): ReportBlock | undefined {
  if (!HINT.test(text)) return undefined;
  for (const shape of SHAPES) {
    const match = shape.pattern.exec(text);
    if (match) return new TroubleBlock(sink, shape, match, text, line);
  }
  return undefined;
}

const FACT =
  /^(?:in_atomic\(\): |preempt_count: |RCU nest depth: |\s*lock: \S+, \.magic: |\s*last function: |rcu: |Preemption disabled at:)/;
const NAMED = /pid: (\d+), name: (.+)$/;
const STALLED = /^\s*(?:rcu:\s*)?(?:\d+-|\t|\(detected by|.*jiffies)/;
const WARNED_AT = /PID: \d+ at \S+ (\S+)(?: \[(\w+)(?: [0-9a-f]+)?\])?/;

class TroubleBlock extends ReportBlock {
  /** The next line tells where preemption was switched off. */
  private awaitsPlace = false;

  private readonly announces: boolean;

  constructor(sink: Sink, shape: Shape, match: RegExpExecArray, text: string, line: number) {
    const kind = typeof shape.kind === 'string' ? shape.kind : shape.kind(match);
    super(sink, kind, text.slice(match.index).trim(), line);
    this.announces = shape.announces === true;
    if (shape.place) {
      this.place = { file: match[shape.place[0]] ?? '', line: Number(match[shape.place[1]]) };
    }
    if (shape.task) this.task = { name: match[shape.task[0]] ?? '', pid: Number(match[shape.task[1]]) };
    const at = WARNED_AT.exec(this.headline);
    const frame = at && parsePlace(`${at[1] ?? ''}${at[2] === undefined ? '' : ` [${at[2]}]`}`);
    if (frame) this.stack.push(frame);
  }

  protected own(text: string): boolean {
    if (this.awaitsPlace) {
      this.awaitsPlace = false;
      const place = parsePlace(text);
      if (place) return this.fact(`preemption disabled at: ${place.function}`);
    }
    if (!FACT.test(text)) return this.kind === 'lockup' && STALLED.test(text);
    const named = NAMED.exec(text);
    if (named) this.task ??= { name: named[2] ?? '', pid: Number(named[1]) };
    if (text.startsWith('Preemption disabled at:')) this.awaitsPlace = true;
    else this.fact(text);
    return true;
  }

  protected override conclude(): void {
    for (const [index, from] of this.ownList.entries()) {
      for (const to of this.ownList.slice(index + 1)) this.depends(from.name, to.name);
    }
  }

  protected override isOpen(): boolean {
    return super.isOpen() && this.kind !== 'warn' && !this.announces;
  }
}
