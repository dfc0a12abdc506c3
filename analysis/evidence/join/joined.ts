import type {
  Contention,
  EventKind,
  InterruptLine,
  LockRole,
  LogEvent,
  SourceEvidence,
  TaskName,
} from '../read/types.js';

/** A place in the source, as far as known. */
export interface SourcePlace {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
  /** Set for an inlined function, which has no frame of its own. */
  readonly inlined?: true;
}

export interface JoinedLock {
  /** Class id in the source, otherwise the name in the report. */
  readonly class: string;
  /** Name in the report. */
  readonly name: string;
  readonly role: LockRole;
  readonly where?: SourcePlace;
}

/** A report joined with the source. */
export interface JoinedEvent {
  readonly source: string;
  readonly event: LogEvent;
  /** Kind of the report; the source may determine it more exactly than the log. */
  readonly kind: EventKind;
  readonly locks: readonly JoinedLock[];
  /** Backtrace, innermost first, without functions of the reporting and locking code. */
  readonly stack: readonly SourcePlace[];
  /** What happened, in plain words. */
  readonly cause: string;
  /** The function that the report is about. */
  readonly subject?: SourcePlace;
  /** For a waiting task: what it waits for, through which function, and the holder. */
  readonly wait?: Wait;
  /** Ids of findings that explain the report. */
  readonly explainedBy: readonly string[];
  readonly gap?: string;
}

export interface JoinedEdge {
  readonly from: string;
  readonly to: string;
  readonly verdict: 'explained' | 'unexplained';
}

/** A waiting task, what it waits for, and the holder; `heldBy` is `''` if unknown. */
export interface Wait {
  readonly task: string;
  readonly for: string;
  readonly heldBy: string;
  /** The place where it waits. */
  readonly where?: SourcePlace;
  /** The function it called to wait. */
  readonly through?: string;
  /** Address of the lock. */
  readonly instance?: string;
  /** Set if the lock is the last in the task's list of locks. */
  readonly isListed?: true;
  /** Set for a lock, absent for an event. */
  readonly isLock?: true;
  /** Set if the kernel itself named the holder. */
  readonly isSaid?: true;
  /** The holder runs the work item that is waited for. */
  readonly isWork?: true;
  /** The holder does not hold a lock: an event does not come before it goes on. */
  readonly isHeldUp?: true;
  /** Set if {@link heldBy} held a semaphore last, which another task may have released since. */
  readonly isLast?: true;
  /** Set if the lists leave only this task as the holder. */
  readonly isLikely?: true;
  /** What the holder was doing, if it does not wait. */
  readonly holder?: { readonly runs: boolean; readonly where: SourcePlace };
  /** Candidates for the holder, if several tasks may hold it. */
  readonly perhaps?: readonly string[];
  /** Work item that the task runs, with its workqueue. */
  readonly work?: string;
  /** Seconds it has waited. */
  readonly seconds?: number;
}

/** All waits for one object. */
export interface Blocked {
  /** One of the waits, with a known holder if there is one. */
  readonly wait: Wait;
  readonly tasks: readonly string[];
  readonly holders: readonly string[];
  /** The holder's own wait, and so on to the root; empty if the holder does not wait. */
  readonly way: readonly Wait[];
  /** Seconds that the longest wait has lasted. */
  readonly seconds?: number;
}

/** What a CPU ran while another one made no progress. */
export interface RunningTask {
  readonly cpu: number;
  readonly task: string;
  /** Innermost first. */
  readonly stack: readonly SourcePlace[];
}

/** A contended lock, joined with the source. */
export interface JoinedContention {
  readonly row: Contention;
  /** The innermost function that waited, if callers are known. */
  readonly waiter?: string;
  /** Class id in the source. */
  readonly class?: string;
  /** Ids of findings about that class. */
  readonly findings: readonly string[];
}

/** A handler of an interrupt line, with the locks it takes and the findings about them. */
export interface LineHandler {
  /** Name that it was registered with. */
  readonly action: string;
  readonly where: SourcePlace;
  /** Sorted ids of the classes in its may-acquire set. */
  readonly locks: readonly string[];
  /** Ids of findings about these classes in interrupts, or with the handler in their story. */
  readonly findings: readonly string[];
}

/** A suspicious interrupt line: several drivers share it, or it receives nearly all interrupts. */
export interface JoinedInterrupt {
  readonly row: InterruptLine;
  readonly trouble: 'storm' | 'shared';
  /** Number of its interrupts, and of those on all numbered lines, over all CPUs. */
  readonly count: number;
  readonly all: number;
  /** Whether the counts are those between two tables, not those since boot. */
  readonly isRecent: boolean;
  /** Its handlers in the source, in the order of their names. */
  readonly handlers: readonly LineHandler[];
}

/** Whether the validator's silence is evidence. */
export interface ValidatorState {
  readonly verdict: 'proving' | 'unknown' | 'off';
  /** Whether a log or the validator's counters are present, which would show that it had stopped. */
  readonly isWatched: boolean;
  /** `file:line` and the text there. */
  readonly reasons: readonly string[];
  /** The line of each source after which nothing more was reported. */
  readonly stoppedAt: ReadonlyMap<string, number>;
}

export interface Evidence {
  readonly sources: readonly SourceEvidence[];
  readonly events: readonly JoinedEvent[];
  readonly edges: readonly JoinedEdge[];
  /** Number of dependencies between classes that the source at hand does not have. */
  readonly foreignEdges: number;
  /** Pairs of internal keys seen at run time, joined by a line break, and the keys of all classes seen. */
  readonly seen: ReadonlySet<string>;
  readonly ran: ReadonlySet<string>;
  /** The same by display name, including classes without source, and the display name of each lockdep name. */
  readonly pairs: ReadonlySet<string>;
  readonly shownOf: (name: string) => string;
  readonly waits: readonly Wait[];
  /** Waits grouped by the awaited object, most tasks first. */
  readonly blocked: readonly Blocked[];
  /** Tasks that wait for each other in a circle. */
  readonly cycles: readonly (readonly Wait[])[];
  /** Ids of findings about the locks of these circles. */
  readonly cyclesExplainedBy: readonly string[];
  /** What the other CPUs ran at a lockup. */
  readonly running: readonly RunningTask[];
  readonly validator: ValidatorState;
  /** Longest waits first. */
  readonly contention: readonly JoinedContention[];
  /** Interrupt lines that are shared, or that receive nearly all interrupts. */
  readonly interrupts: readonly JoinedInterrupt[];
  /** Reasons why reports are not explained, with their counts. */
  readonly gaps: ReadonlyMap<string, number>;
}

export type { TaskName };
