import { isWatcher } from '../../../models/stacks.js';
import { parseFrame, parsePlace } from '../atoms.js';
import type { EventKind, Frame, Stalled, TaskName } from '../types.js';
import type { Sink } from '../sink.js';
import type { LineOwner } from '../block.js';
import { asksAgain, BPF_LOCK, programOf } from './bpf.js';
import { Pools } from './pools.js';
import { cpuLine, ReportBlock } from './report.js';

interface Shape {
  readonly pattern: RegExp;
  readonly kind: EventKind | ((match: RegExpExecArray) => EventKind);
  /** Pattern groups with the task's name and pid. */
  readonly task?: readonly [number, number];
  /** Pattern groups with file and line. */
  readonly place?: readonly [number, number];
  /** Set for a message just before the warning with the backtrace. */
  readonly announces?: true;
  /** Pattern group that lists the CPUs at fault, which print their own backtraces. */
  readonly cpus?: number;
  /** Pattern group with the function at fault. */
  readonly culprit?: number;
  /** Set for the panic that ends a report, or begins it: with some settings only the panic has a backtrace. */
  readonly isPanic?: true;
  /** Set if the backtraces of the stalled tasks follow in separate reports. */
  readonly isStall?: true;
}

/** Phrases of spinlock bugs, with the kind of event they mean. */
const SPIN: readonly (readonly [RegExp, EventKind])[] = [
  [/recursion/, 'recursive'],
  [/lockup/, 'lockup'],
  [/already unlocked|wrong owner|wrong CPU|trylock failure/, 'imbalance'],
  [/bad magic/, 'uninitialized'],
];
const WARNING = /WARNING: (?:CPU: \d+ PID: \d+ at |(?=.* at \S+\+0x.*, CPU#\d+: ))(?:\[.*\] )?(\S+?):(\d+) /;

/** Kind of a failed check in the locking code: the lock's state, its owner, otherwise `others`. */
function checked(condition: string, others: EventKind): EventKind {
  if (/magic/.test(condition)) return 'uninitialized';
  return /owner|locked|!depth|depth <= 0/.test(condition) ? 'imbalance' : others;
}

const SHAPES: readonly Shape[] = [
  {
    // The terminal may have split the place.
    pattern: /BUG: sleeping function called from invalid context at (?:(\S+?):(\d+))?/,
    kind: 'sleep',
    place: [1, 2],
  },
  { pattern: /BUG: scheduling while atomic: (.+)\/(\d+)\/0x/, kind: 'sleep', task: [1, 2] },
  { pattern: /BUG: scheduling in a non-blocking section: (.+)\/(\d+)\/-?\d+/, kind: 'sleep', task: [1, 2] },
  { pattern: /bad: scheduling from the idle thread!/, kind: 'sleep' },
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
    pattern: /RTNL(?:_NET)?: assertion failed at (\S+?) \((\d+)\)/,
    kind: 'assert',
    place: [1, 2],
    announces: true,
  },
  {
    pattern: /initcall (\S+) (?:\[\w+\] )?returned with (?:preemption imbalance|disabled interrupts)/,
    kind: 'preempt-leak',
    announces: true,
    culprit: 1,
  },
  { pattern: /huh, entered softirq .* with preempt_count/, kind: 'preempt-leak', announces: true },
  { pattern: /timer: (\S+) preempt leak: /, kind: 'preempt-leak', announces: true, culprit: 1 },
  {
    pattern: /BUG: workqueue leaked (?:lock or atomic|atomic, lock or RCU): (.+)\/0x([0-9a-f]+)\/(\d+)/,
    kind: (match) => (/^0*$/.test(match[2] ?? '') ? 'held-at-exit' : 'preempt-leak'),
    task: [1, 3],
  },
  // Newer kernels print the preemption counter in the next line.
  { pattern: /BUG: workqueue leaked atomic, lock or RCU: (.+)\[(\d+)\]/, kind: 'held-at-exit', task: [1, 2] },
  {
    pattern: /BUG: (?:spinlock|rwlock) (.+) on CPU#(\d+), (.+)\/(\d+)/,
    kind: (match) => SPIN.find(([words]) => words.test(match[1] ?? ''))?.[1] ?? 'warn',
    task: [3, 4],
    cpus: 2,
  },
  {
    pattern: /BUG: soft lockup - CPU#(\d+) stuck for \d+s! \[(.+):(\d+)\]/,
    kind: 'lockup',
    task: [2, 3],
    cpus: 1,
  },
  { pattern: /Watchdog detected hard LOCKUP on cpu (\d+)/, kind: 'lockup', cpus: 1, isStall: true },
  { pattern: /Watchdog detected hard LOCKUP/, kind: 'lockup' },
  { pattern: /CPU \d+ detected hard LOCKUP on other CPUs ([\d,-]+)/, kind: 'lockup', cpus: 1, isStall: true },
  {
    pattern: /Watchdog CPU:\d+ detected Hard LOCKUP other CPUS:([\d,-]+)/,
    kind: 'lockup',
    cpus: 1,
    isStall: true,
  },
  { pattern: /CPU[ :](\d+) (?:self-detected hard LOCKUP|(?:Self )?Hard LOCKUP)/i, kind: 'lockup', cpus: 1 },
  {
    pattern: /Kernel panic - not syncing: (?:Hard LOCKUP|softlockup: hung tasks)/,
    kind: 'lockup',
    isPanic: true,
  },
  {
    pattern: /INFO: rcu\w* (?:self-)?detected (?:expedited )?stalls? on(?: CPU (\d+))?/,
    kind: 'lockup',
    cpus: 1,
    isStall: true,
  },
  { pattern: /INFO: rcu\w* detected stall, but suppressed/, kind: 'lockup', isStall: true },
  { pattern: /BUG: workqueue lockup - pool/, kind: 'lockup', isStall: true },
  {
    pattern:
      /csd: (?:Detected|Continued) non-responsive CSD lock \(#\d+\) on CPU#\d+, waiting \d+ ns for CPU#(\d+)/,
    kind: 'lockup',
    cpus: 1,
    isStall: true,
  },
  { pattern: /sched_ext: (?:Soft|Hard) lockup - CPU (\d+)/, kind: 'lockup', cpus: 1, isStall: true },
  { pattern: /sched_ext: .*(?:\(runnable task stall\)|failed to run for)/, kind: 'lockup', isStall: true },
  { pattern: BPF_LOCK, kind: (match) => (match[1] === 'Timeout' ? 'lockup' : 'circular') },
  { pattern: /rtmutex deadlock detected/, kind: 'circular', announces: true },
  { pattern: /Maximum lock depth \d+ reached task: (.+) \((\d+)\)/, kind: 'warn', task: [1, 2] },
  {
    pattern: /DEBUG_LOCKS_WARN_ON\((.*)\)/,
    kind: (match) => checked(match[1] ?? '', 'validator'),
    announces: true,
  },
  {
    pattern: /DEBUG_RWSEMS_WARN_ON\(([^)]*\)?.*?)\)/,
    kind: (match) => checked(match[1] ?? '', 'imbalance'),
    announces: true,
  },
  { pattern: /workqueue: WQ_MEM_RECLAIM \S+ is flushing !WQ_MEM_RECLAIM/, kind: 'warn', announces: true },
  {
    pattern: /WARNING: (?:\[.*\] )?(\S+\.[chS]):(\d+) at \S+(?: \[[^\]]*\])?, CPU#\d+: (.+)\/(\d+)/,
    kind: 'warn',
    place: [1, 2],
    task: [3, 4],
  },
  { pattern: WARNING, kind: 'warn', place: [1, 2] },
  // Kernels built without file names.
  { pattern: /WARNING: at \S+\+0x\S+(?: \[[^\]]*\])?, CPU#\d+: (.+)\/(\d+)/, kind: 'warn', task: [1, 2] },
];
/** Matches a part of every headline, and is tested before the headlines themselves. */
const HINT =
  /BUG: |WARNING: |INFO: |bad: scheduling|Kernel panic|critical section|returned with|softirq|preempt leak|LOCKUP|Maximum lock depth|WARN_ON\(|is flushing !|csd: |sched_ext: |rtmutex deadlock|bpf_res_spin_lock|RTNL/;

/** Largest number of lines between a lockup and its panic: the backtraces of all CPUs. */
const MOST_AFTER_LOCKUP = 2000;

/** Opens the report of a line: a sleep in atomic context, misuse that lock debugging found, a lockup, a warning. */
export function openTrouble(text: string, line: number, sink: Sink): ReportBlock | undefined {
  if (!HINT.test(text)) return undefined;
  for (const shape of SHAPES) {
    const match = shape.pattern.exec(text);
    if (match && shape.isPanic && sink.hasLockedUp(line, MOST_AFTER_LOCKUP)) return undefined;
    if (match) return new TroubleBlock(sink, shape, match, text, line);
  }
  return undefined;
}

const FACT =
  /^(?:in_atomic\(\): |preempt_count: |RCU nest depth: |\s*lock: \S+, \.magic: |\s*last function: |Preemption disabled at:|sched_ext: [\w.-]+: |Attempted lock |Held lock\[)/;
const NAMED = /pid: (\d+), name: (.+)$/;
/** A stalled CPU: `rcu: \t1-...!: (2 GPs behind) idle=…`, without a mark in old kernels. */
const STALLED_CPU = /^\s*(?:rcu:\s*)?(\d+)(?:-[.\w!?]{1,5})?:? \(/;
const STALLED_TASKS = /^\s*(?:rcu:\s*)?Tasks blocked on level-\d+ rcu_node/;
const STALL_TIME = /^\s*(?:rcu:\s*)?\((?:detected by \d+, )?t=\d+ jiffies/;
const STALL_DETAIL =
  /^\s*(?:rcu:\s*)?(?:\(detected by|\(t=|\s*number:|\s*cputime:|\s*hardirqs|Offline CPU|All QSes seen|.*kthread (?:starved|timer wakeup)|.*jiffies|RCU grace-period kthread|Stack dump where RCU|RCU GP kthread|(?:smp:\s*)?csd: |Unless rcu|Possible timer handling|blocking rcu_node|\.\.\. ->|P\d+: )/;
/** A new report about a stall, not a detail of the one before. */
const NEXT_STALL = /INFO: rcu\w* (?:self-)?detected |BUG: workqueue lockup|csd: \w+ non-responsive/;
/** Why the grace-period thread does not run, and CPUs that have nothing to report. */
const STARVED = /^\s*(?:rcu:\s*)?(\w+ kthread starved for \d+ jiffies!.*|All QSes seen, .*)$/;
const IDLE = /^NMI backtrace for (cpu \d+) skipped: idling/;
const OWNER = /\.owner: (.+)\/(\d+), \.owner_cpu: (-?\d+)/;
const LAST_FUNCTION = /^\s*last function: (\S+)/;
const LEAKED = /^\s*preempt=0x([0-9a-f]+) lock=\d+->\d+ RCU=\d+->\d+ workfn=(\S+)/;
const FAILED_CHECK = /^DEBUG_(LOCKS|RWSEMS)_WARN_ON\((.*)\)/;
const CHECK = /^DEBUG_\w+_WARN_ON\(|^rtmutex deadlock detected|^RTNL(?:_NET)?: assertion failed/;
const INLINED = / \[inline\]\s*$/;
const WARNED_AT =
  /(?:PID: \d+ at \S+|WARNING: (?!CPU: )(?:.*\S )?at) ([^\s,]+)(?: \[(\w+)(?: [0-9a-f]+)?\])?/;

/** Records a line about a stall that follows the backtraces of its CPUs; returns whether it was one. */
export function noteStall(text: string, sink: Sink): boolean {
  const fact = STARVED.exec(text)?.[1];
  return fact !== undefined && sink.stallFact(fact.trim());
}

/** The numbers in `1,3-5`. */
function listed(text: string): number[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    if (first === undefined || last === undefined || Number.isNaN(first) || last - first > 4096) return [];
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

/** The function of a warning, if its headline names it. */
function warnedAt(headline: string): Frame | undefined {
  const at = WARNED_AT.exec(headline);
  return at ? parseFrame(`${at[1] ?? ''}${at[2] === undefined ? '' : ` [${at[2]}]`}`) : undefined;
}

class TroubleBlock extends ReportBlock {
  /** Set until the line with the place where preemption was disabled. */
  private awaitsPlace = false;
  private isNext = false;
  private readonly announces: boolean;
  private readonly isStall: boolean;
  private readonly cpus = new Set<number>();
  private readonly pids = new Set<number>();
  /** The warning's function, from its headline. */
  private warnedAt: Frame | undefined;
  /** Set if the warning named an inlined function; the next line names its caller. */
  private isInlined: boolean;
  /** Owner of the spinlock that the report is about. */
  private owner: TaskName | undefined;
  private lastFunction: string | undefined;
  private readonly pools = new Pools();
  /** Set for a failed check, which the next warning completes. */
  private readonly isCheck: boolean;

  constructor(sink: Sink, shape: Shape, match: RegExpExecArray, text: string, line: number) {
    const kind = typeof shape.kind === 'string' ? shape.kind : shape.kind(match);
    super(sink, kind, text.slice(match.index).trim(), line);
    this.announces = shape.announces === true;
    this.isStall = shape.isStall === true;
    if (shape.place && match[shape.place[0]] !== undefined) {
      this.place = { file: match[shape.place[0]] ?? '', line: Number(match[shape.place[1]]) };
    }
    if (shape.task) this.task = { name: match[shape.task[0]] ?? '', pid: Number(match[shape.task[1]]) };
    if (shape.cpus !== undefined) for (const cpu of listed(match[shape.cpus] ?? '')) this.cpus.add(cpu);
    if (this.isStall) this.stalledIn(this.headline);
    if (shape.culprit !== undefined) this.lastFunction = match[shape.culprit];
    const [cpu] = this.cpus;
    if (cpu !== undefined && !this.isStall) this.cpu = cpu;
    this.warnedAt = warnedAt(this.headline);
    this.isInlined = INLINED.test(this.headline);
    this.isCheck = CHECK.test(this.headline);
    this.pools.stuck(this.headline);
  }

  override take(text: string, line: number): LineOwner {
    // A dump of one CPU or task is a separate report.
    if (this.isStall && IDLE.test(text)) return super.take(text, line);
    if (this.isStall && /^(?:NMI backtrace for cpu|(?:Task|Stack) dump for CPU|task:\S)/.test(text))
      return 'ended';
    if (this.warning(text)) return 'taken';
    return super.take(text, line);
  }

  /** Takes the warning that ends a failed check, or its repetition for each inlined function. */
  private warning(text: string): boolean {
    // Before 4.11 the failed check follows the warning.
    const check = this.kind === 'warn' && this.trace.isEmpty ? FAILED_CHECK.exec(text) : null;
    if (check) {
      this.kind = checked(check[2] ?? '', check[1] === 'LOCKS' ? 'validator' : 'imbalance');
      this.headline = text.trim();
      return true;
    }
    const match = this.trace.isEmpty ? WARNING.exec(text) : null;
    if (!match) return false;
    const place = { file: match[1] ?? '', line: Number(match[2]) };
    const isSame = this.place?.file === place.file && this.place.line === place.line;
    if (!(this.isInlined && isSame) && !(this.isCheck && (isSame || !this.place))) return false;
    this.place = place;
    this.isInlined = INLINED.test(text);
    if (this.lastFunction === undefined) this.warnedAt = warnedAt(text.slice(match.index)) ?? this.warnedAt;
    return true;
  }

  /** Adds the CPUs and tasks that a headline lists: `{ 1-...D P123 }`. */
  private stalledIn(text: string): void {
    const list = /\{([^}]*)\}/.exec(text)?.[1] ?? '';
    for (const word of list.trim().split(/\s+/)) {
      const cpu = /^(\d+)(?:-|$)/.exec(word)?.[1];
      const pid = /^P(\d+)/.exec(word)?.[1];
      if (cpu !== undefined) this.cpus.add(Number(cpu));
      if (pid !== undefined) this.pids.add(Number(pid));
    }
  }

  protected own(text: string, line: number): boolean {
    if (this.awaitsPlace) {
      const isPlace = /^\s*(?:\(null\)|\[<\s*[0-9a-f(]|0x0)/.test(text);
      const place = isPlace || this.isNext ? parsePlace(text) : undefined;
      this.isNext = false;
      if (isPlace || place) {
        // Decoders print the functions inlined there first, with the same address.
        this.awaitsPlace = this.isNext = place?.inlined === true;
        const isNamed = place !== undefined && place.function !== '' && place.inlined !== true;
        return !isNamed || this.fact(`preemption disabled at: ${place.function}`);
      }
      // Another CPU may print in between, but not once the backtrace has begun.
      if (cpuLine(text) || /^\s*Call [Tt]race:/.test(text)) this.awaitsPlace = false;
    }
    if (this.kind === 'lockup' && this.stall(text)) return true;
    const leaked = LEAKED.exec(text);
    if (leaked) {
      if (!/^0*$/.test(leaked[1] ?? '')) this.kind = 'preempt-leak';
      this.lastFunction = leaked[2];
      return this.fact(text);
    }
    if (!FACT.test(text)) return false;
    const named = NAMED.exec(text);
    if (named) this.task ??= { name: named[2] ?? '', pid: Number(named[1]) };
    const owner = OWNER.exec(text);
    if (owner && owner[2] !== '-1') this.owner = { name: owner[1] ?? '', pid: Number(owner[2]) };
    const last = LAST_FUNCTION.exec(text)?.[1];
    if (last !== undefined && this.trace.isEmpty) this.lastFunction = last;
    if (text.startsWith('Preemption disabled at:')) {
      this.awaitsPlace = true;
      this.isNext = true;
      const behind = text.slice('Preemption disabled at:'.length);
      if (behind.trim() !== '') this.own(behind, line);
    } else this.fact(text);
    return true;
  }

  private stall(text: string): boolean {
    const cpu = this.isStall ? STALLED_CPU.exec(text) : null;
    if (cpu) {
      this.cpus.add(Number(cpu[1]));
      if (text.includes('(false positive?)')) this.fact(`cpu ${cpu[1] ?? ''} is idle`);
      return this.fact(text.replace(/^\s*rcu:\s*/, ''));
    }
    if (this.pools.take(text)) return true;
    if (NEXT_STALL.test(text)) return false;
    const fact = (STARVED.exec(text) ?? IDLE.exec(text))?.[1];
    if (this.isStall && fact !== undefined)
      return this.fact(fact.startsWith('cpu ') ? `${fact} is idle` : fact);
    if (STALLED_TASKS.test(text)) {
      for (const [, pid] of text.matchAll(/ P(\d+)/g)) this.pids.add(Number(pid));
      return this.fact(text.replace(/^\s*rcu:\s*/, ''));
    }
    if (this.isStall && STALL_TIME.test(text)) return this.fact(text.replace(/^\s*rcu:\s*/, ''));
    if (this.isStall && text.includes('{')) this.stalledIn(text);
    return this.isStall && STALL_DETAIL.test(text);
  }

  protected override announcesMore(): boolean {
    return this.announces && this.trace.isEmpty;
  }

  protected override backtrace(): readonly Frame[] {
    const frames = this.kind === 'lockup' ? this.trace.interrupted() : super.backtrace();
    const { warnedAt, lastFunction } = this;
    if (warnedAt) {
      return frames.some((each) => each.function === warnedAt.function) ? frames : [warnedAt, ...frames];
    }
    if (lastFunction === undefined || (frames.length > 0 && this.isStall)) return frames;
    const named = { function: lastFunction.split('+')[0] ?? '', offset: -1, size: -1, module: '' };
    return [{ ...named, reliable: true }, ...frames.filter((each) => !isWatcher(each.function))];
  }

  protected override stalled(): Stalled | undefined {
    return this.isStall ? { cpus: [...this.cpus], pids: [...this.pids] } : undefined;
  }

  protected override conclude(): void {
    const { task, owner, line, pools } = this;
    for (const fact of pools.facts()) this.fact(fact);
    for (const pid of pools.workers()) this.pids.add(pid);
    this.lastFunction ??= pools.running();
    this.lastFunction ??= programOf(this.headline, this.trace.whole());
    if (this.kind === 'circular' && asksAgain(this.facts)) this.kind = 'recursive';
    const isWaiting = this.kind === 'recursive' || this.kind === 'lockup';
    if (task && owner && isWaiting) {
      const stack = this.trace.whole();
      this.sink.sighting({ task, state: 'R', stack, blockedBy: owner, blockedOn: 'spinlock', line });
    }
    for (const [index, from] of this.ownList.entries()) {
      for (const to of this.ownList.slice(index + 1)) this.depends(from.name, to.name);
    }
  }

  protected override isOpen(): boolean {
    return super.isOpen() && this.kind !== 'warn' && !this.announces && !this.isStall;
  }
}
