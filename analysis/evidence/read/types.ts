/** Kinds of reports. */
export const EVENT_KINDS = [
  'circular',
  'recursive',
  'inconsistent-state',
  'irq-inversion',
  'safe-unsafe',
  'wait-context',
  'imbalance',
  'held-at-exit',
  'held-freed',
  'sleep',
  'rcu',
  'assert',
  'preempt-leak',
  'uninitialized',
  'nested-lock',
  'validator',
  'hung-task',
  'lockup',
  'warn',
  'unknown',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** Kinds of inputs, recognised by content. */
export const INPUT_KINDS = {
  'kernel-log': 'kernel log',
  'lockdep-classes': '/proc/lockdep',
  'lockdep-chains': '/proc/lockdep_chains',
  'lockdep-stats': '/proc/lockdep_stats',
  'lock-stat': '/proc/lock_stat',
  interrupts: '/proc/interrupts',
  'task-list': 'ps or top',
  'task-stack': '/proc/PID/stack',
  gdb: 'gdb or drgn backtrace',
  crash: 'crash backtrace',
  'perf-report': 'perf lock report',
  'perf-contention': 'perf lock contention',
  'perf-script': 'perf script or ftrace',
  config: 'kernel configuration',
  'command-line': 'kernel command line',
} as const;
export type InputKind = keyof typeof INPUT_KINDS;

/** Reasons why lines were not used. */
export const SKIP_REASONS = {
  unrelated: 'not about locks',
  binary: 'not text',
  'too-long': 'longer than any line of a report',
  'too-many': 'beyond the number of reports kept',
  'not-understood': 'inside a report, not understood',
} as const;
export type LineSkip = keyof typeof SKIP_REASONS;

/** One entry of a backtrace. */
export interface Frame {
  readonly function: string;
  /** Offset into the function in bytes, -1 if unknown. */
  readonly offset: number;
  /** Size of the function in bytes, -1 if unknown. */
  readonly size: number;
  /** `''` for the kernel itself. */
  readonly module: string;
  /** False for an entry that was only found on the stack (`? name`). */
  readonly reliable: boolean;
  /** Hex digits of the return address if nothing else is known. */
  readonly address?: string;
  /** Set for an inlined function, as decoders print it. */
  readonly inlined?: true;
  /** Set for the innermost interrupted frame. */
  readonly interrupted?: true;
  /** Source place, if the backtrace names it. */
  readonly file?: string;
  readonly line?: number;
}

export interface TaskName {
  readonly name: string;
  readonly pid: number;
}

export type LockRole = 'acquiring' | 'held' | 'chain';

/** A lock as a report names it. */
export interface LockMention {
  /** As printed: `&dev->lock`, `&foo->lock#2/1`. */
  readonly name: string;
  readonly role: LockRole;
  /** Hex digits of the lock's address, `''` if unknown; constant for a lock within one boot. */
  readonly instance: string;
  /** Usage characters, e.g. `+.+.`; `''` if unknown. */
  readonly usage: string;
  /** Set if the usage shows that only one task can hold the lock at a time. */
  readonly isExclusive?: true;
  readonly at?: Frame;
  /** An earlier acquisition, innermost first. */
  readonly stack: readonly Frame[];
}

/** `to` was acquired while `from` was held; both are lockdep's names. */
export interface RuntimeDependency {
  readonly from: string;
  readonly to: string;
  /** 1-based line of the input. */
  readonly line: number;
}

/** CPUs and tasks that a stall is about; they print their own backtraces. */
export interface Stalled {
  readonly cpus: readonly number[];
  readonly pids: readonly number[];
}

export interface LogEvent {
  readonly kind: EventKind;
  readonly headline: string;
  /** 1-based lines of the input: the headline, and the report's last line. */
  readonly line: number;
  readonly lastLine: number;
  readonly task?: TaskName;
  /** The CPU that it is about. */
  readonly cpu?: number;
  readonly locks: readonly LockMention[];
  /** The backtrace, innermost first. */
  readonly stack: readonly Frame[];
  /** A place that the report names, with the path of the kernel's build. */
  readonly place?: { readonly file: string; readonly line: number };
  /** Facts in the report's own words: `usage: {HARDIRQ-ON-W} -> {IN-HARDIRQ-W}`, `preempt_count: 101`. */
  readonly facts: readonly string[];
  readonly dependencies: readonly RuntimeDependency[];
  readonly stalled?: Stalled;
  /** Whether the report ended early. */
  readonly isCut: boolean;
}

/** An observation of one task: sysrq, hung task, ps, a debugger. */
export interface TaskSighting {
  readonly task: TaskName;
  /** `D`, `S`, `R` …; `''` if unknown. */
  readonly state: string;
  readonly stack: readonly Frame[];
  /** The function in which the task waits, according to `ps`. */
  readonly channel?: string;
  /** The holder of what it waits for, if the kernel names it. */
  readonly blockedBy?: TaskName;
  /** The kind of lock that the kernel names with the owner. */
  readonly blockedOn?: string;
  /** The CPU it ran on, if its backtrace was taken there. */
  readonly cpu?: number;
  /** Function of the work item that a worker runs, and its workqueue. */
  readonly work?: string;
  /** Seconds it has been blocked. */
  readonly seconds?: number;
  /** The lock that a debugger shows as the argument of the innermost call: its address, and its symbol or `''`. */
  readonly lock?: { readonly instance: string; readonly name: string };
  readonly line: number;
}

/** The locks that a task held according to one list, innermost last. */
export interface HeldList {
  readonly task: TaskName;
  readonly locks: readonly LockMention[];
  /** False if the list is incomplete, so that a missing lock proves nothing. */
  readonly isWhole?: boolean;
  /** Headline's line of the list of all locks that contains this one. */
  readonly dump?: number;
  readonly line: number;
}

/** A lock class seen at run time: a line of /proc/lockdep. */
export interface RuntimeClass {
  readonly name: string;
  readonly usage: string;
  /** Number of acquisitions, -1 if unknown. */
  readonly operations: number;
  readonly line: number;
}

/** Contention of a lock class. Times are in microseconds. */
export interface Contention {
  readonly name: string;
  readonly contentions: number;
  /** -1 if unknown. */
  readonly acquisitions: number;
  readonly waitTotal: number;
  readonly waitMax: number;
  /** What {@link name} is if it is not the lock's name: the waiter, the holder, or the place. */
  readonly by?: 'caller' | 'task' | 'owner' | 'lock' | 'cgroup';
  /** Functions that waited. */
  readonly waiters: readonly string[];
  readonly line: number;
}

export interface InterruptLine {
  readonly name: string;
  /** Names that its handlers were registered with. */
  readonly actions: readonly string[];
  readonly perCpu: readonly number[];
  readonly line: number;
}

/** A line about the validator itself. */
export interface ValidatorNote {
  /**
   * `proving`: it reports inversions; `present`: compiled in, nothing more is known; `absent`: it cannot report;
   * `stopped`: silent after this line.
   */
  readonly says: 'proving' | 'present' | 'absent' | 'stopped';
  readonly text: string;
  readonly line: number;
}

/** All evidence of one input. */
export interface SourceEvidence {
  readonly file: string;
  readonly lines: number;
  /** Set if its compressed contents are truncated or damaged, so that only what precedes was read. */
  readonly isTorn?: true;
  readonly skipped: ReadonlyMap<LineSkip, number>;
  /** First line of each kind of input found in it. */
  readonly inputs: ReadonlyMap<InputKind, number>;
  readonly events: readonly LogEvent[];
  readonly tasks: readonly TaskSighting[];
  readonly held: readonly HeldList[];
  readonly classes: readonly RuntimeClass[];
  readonly dependencies: readonly RuntimeDependency[];
  readonly contention: readonly Contention[];
  readonly interrupts: readonly InterruptLine[];
  /** Functions seen to run, including innermost frames of traces and profiles. */
  readonly functions: ReadonlySet<string>;
  readonly validator: readonly ValidatorNote[];
  /** The first reports that are not about locks. */
  readonly others: readonly { readonly headline: string; readonly line: number }[];
}
