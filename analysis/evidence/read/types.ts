/** What a report is about. */
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

/** The inputs understood, told by their content. */
export const INPUT_KINDS = {
  'kernel-log': 'kernel log',
  'lockdep-classes': '/proc/lockdep',
  'lockdep-chains': '/proc/lockdep_chains',
  'lockdep-stats': '/proc/lockdep_stats',
  'lock-stat': '/proc/lock_stat',
  interrupts: '/proc/interrupts',
  'task-list': 'ps or top',
  'task-stack': '/proc/PID/stack',
  gdb: 'gdb backtrace',
  crash: 'crash backtrace',
  'perf-report': 'perf lock report',
  'perf-contention': 'perf lock contention',
  'perf-script': 'perf script or ftrace',
  config: 'kernel configuration',
  'command-line': 'kernel command line',
} as const;
export type InputKind = keyof typeof INPUT_KINDS;

/** Why lines were not used. */
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
  /** Bytes into the function, -1 when not told. */
  readonly offset: number;
  /** Bytes the function is long, -1 when not told. */
  readonly size: number;
  /** `''` for the kernel itself. */
  readonly module: string;
  /** False for what merely lay on the stack (`? name`). */
  readonly reliable: boolean;
  /** Hex digits of the return address when only that is known. */
  readonly address?: string;
  /** Set for a function without a frame of its own, as decoders print it. */
  readonly inlined?: true;
  /** Set for the innermost frame of what an interrupt stopped. */
  readonly interrupted?: true;
  /** Place in the source, when the backtrace itself names it. */
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
  /** Hex digits of the lock's address, `''` when not told: the same within one boot for the same lock. */
  readonly instance: string;
  /** Usage characters, e.g. `+.+.`; `''` when not told. */
  readonly usage: string;
  readonly at?: Frame;
  /** How it was once acquired, innermost first. */
  readonly stack: readonly Frame[];
}

/** "`to` was acquired while `from` was held", by lockdep's names. */
export interface RuntimeDependency {
  readonly from: string;
  readonly to: string;
  /** 1-based line that says so. */
  readonly line: number;
}

export interface LogEvent {
  readonly kind: EventKind;
  readonly headline: string;
  /** 1-based lines of the input: the headline, and the last that belongs to it. */
  readonly line: number;
  readonly lastLine: number;
  readonly task?: TaskName;
  /** The processor that it is about. */
  readonly cpu?: number;
  readonly locks: readonly LockMention[];
  /** Where it happened, innermost first. */
  readonly stack: readonly Frame[];
  /** A place that the report names itself, as the kernel was built. */
  readonly place?: { readonly file: string; readonly line: number };
  /** Facts in the report's own words: `usage: {HARDIRQ-ON-W} -> {IN-HARDIRQ-W}`, `preempt_count: 101`. */
  readonly facts: readonly string[];
  readonly dependencies: readonly RuntimeDependency[];
  /** Processors and tasks that a stall is about: their backtraces stand elsewhere. */
  readonly stalled?: { readonly cpus: readonly number[]; readonly pids: readonly number[] };
  /** The report ended before it was whole. */
  readonly isCut: boolean;
}

/** What one task was seen doing: sysrq, hung task, ps, a debugger. */
export interface TaskSighting {
  readonly task: TaskName;
  /** `D`, `S`, `R` …; `''` when not told. */
  readonly state: string;
  readonly stack: readonly Frame[];
  /** The function `ps` names as the one waited in. */
  readonly channel?: string;
  /** Who holds what it waits for, where the kernel says so itself. */
  readonly blockedBy?: TaskName;
  /** The kind of lock that the kernel names with the owner. */
  readonly blockedOn?: string;
  /** The processor that it ran on, where its backtrace was taken there. */
  readonly cpu?: number;
  /** Function of the work item that a kernel worker runs, and the workqueue. */
  readonly work?: string;
  /** For how many seconds it has been blocked. */
  readonly seconds?: number;
  readonly line: number;
}

/** The locks that a task held, innermost last, as one list said. */
export interface HeldList {
  readonly task: TaskName;
  readonly locks: readonly LockMention[];
  /** False where lines of the list are missing: that a lock is not in it says nothing. */
  readonly isWhole?: boolean;
  /** Line of the headline of the list of all locks that this is part of. */
  readonly dump?: number;
  readonly line: number;
}

/** A lock class that ran: a line of /proc/lockdep. */
export interface RuntimeClass {
  readonly name: string;
  readonly usage: string;
  /** How often it was acquired, -1 when not told. */
  readonly operations: number;
  readonly line: number;
}

/** How a lock class was fought for. Times in microseconds. */
export interface Contention {
  readonly name: string;
  readonly contentions: number;
  /** -1 when not told. */
  readonly acquisitions: number;
  readonly waitTotal: number;
  readonly waitMax: number;
  /** What {@link name} names, where that is not the lock: who waited, who made others wait, where. */
  readonly by?: 'caller' | 'task' | 'owner' | 'lock' | 'cgroup';
  /** Functions that waited. */
  readonly waiters: readonly string[];
  readonly line: number;
}

export interface InterruptLine {
  readonly name: string;
  /** The names under which its handlers were registered. */
  readonly actions: readonly string[];
  readonly perCpu: readonly number[];
  readonly line: number;
}

/** What a line says about the validator itself. */
export interface ValidatorNote {
  /** `proving`: reports inversions; `present`: compiled in, without proof of more; `absent`: cannot report; `stopped`: from here on silent. */
  readonly says: 'proving' | 'present' | 'absent' | 'stopped';
  readonly text: string;
  readonly line: number;
}

/** Everything that one input says. */
export interface SourceEvidence {
  readonly file: string;
  readonly lines: number;
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
  /** Functions seen to run, innermost frames of traces and profiles included. */
  readonly functions: ReadonlySet<string>;
  readonly validator: readonly ValidatorNote[];
}
