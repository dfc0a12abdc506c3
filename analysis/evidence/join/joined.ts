import type {
  Contention,
  EventKind,
  InterruptLine,
  LockRole,
  LogEvent,
  SourceEvidence,
  TaskName,
} from '../read/types.js';

/** A place in the source, as far as it is known. */
export interface SourcePlace {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
  /** A function without a frame of its own. */
  readonly inlined?: true;
}

export interface JoinedLock {
  /** Id of the class in the source, else the name the report gives it. */
  readonly class: string;
  /** As the report names it. */
  readonly name: string;
  readonly role: LockRole;
  readonly where?: SourcePlace;
}

/** A report with what the source says about it. */
export interface JoinedEvent {
  readonly source: string;
  readonly event: LogEvent;
  /** The report's kind; the source may tell it better than the log. */
  readonly kind: EventKind;
  readonly locks: readonly JoinedLock[];
  /** The backtrace, innermost first, without the machinery of the report and of the locks. */
  readonly stack: readonly SourcePlace[];
  /** What happened, in plain words. */
  readonly cause: string;
  /** The function that the report is about. */
  readonly subject?: SourcePlace;
  /** Of a task that waits: for what, through which function, held by whom. */
  readonly wait?: Wait;
  /** Findings that tell the same story. */
  readonly explainedBy: readonly string[];
  readonly gap?: string;
}

export interface JoinedEdge {
  readonly from: string;
  readonly to: string;
  readonly verdict: 'explained' | 'unexplained';
}

/** A task that waits, for what, and who has it; `heldBy` is `''` when nobody knows. */
export interface Wait {
  readonly task: string;
  readonly for: string;
  readonly heldBy: string;
  /** Where it waits. */
  readonly where?: SourcePlace;
  /** The function that it calls to wait. */
  readonly through?: string;
  /** Address of the lock. */
  readonly instance?: string;
  /** It is the last in the list of the task's locks. */
  readonly isListed?: true;
  /** It waits for a lock, not for an event. */
  readonly isLock?: true;
  /** The kernel itself named the holder. */
  readonly isSaid?: true;
  /** The holder is the only one who can have it, as far as the lists go. */
  readonly isLikely?: true;
  /** What the holder was seen doing, where it waits for nothing itself. */
  readonly holder?: { readonly runs: boolean; readonly where: SourcePlace };
  /** Those one of whom holds it, where nothing tells which. */
  readonly perhaps?: readonly string[];
  /** Work item that the task runs, with its workqueue. */
  readonly work?: string;
  /** For how many seconds it has waited. */
  readonly seconds?: number;
}

/** Everybody who waits for one thing. */
export interface Blocked {
  /** One of the waits, with the holder where one is known. */
  readonly wait: Wait;
  readonly tasks: readonly string[];
  readonly holders: readonly string[];
  /** What the holder waits for itself, and so on to the root; empty where the holder does not wait. */
  readonly way: readonly Wait[];
  /** How long the longest of them has waited. */
  readonly seconds?: number;
}

/** A lock that was fought for, with what the source says of it. */
export interface JoinedContention {
  readonly row: Contention;
  /** Id of its class in the source. */
  readonly class?: string;
  /** Ids of findings about that class. */
  readonly findings: readonly string[];
}

/** A handler of an interrupt line, with what it takes and the findings about that. */
export interface LineHandler {
  /** The name under which it was registered. */
  readonly action: string;
  readonly where: SourcePlace;
  /** Ids of the classes that it may take, in its callees as well, sorted. */
  readonly locks: readonly string[];
  /** Ids of findings about these classes in interrupts, or that pass through the handler. */
  readonly findings: readonly string[];
}

/** An interrupt line that explains trouble: many drivers hang on it, or it takes nearly all interrupts. */
export interface JoinedInterrupt {
  readonly row: InterruptLine;
  readonly trouble: 'storm' | 'shared';
  /** How often it came, and what all numbered lines took, on all processors. */
  readonly count: number;
  readonly all: number;
  /** Its handlers in the source, in the order of its names. */
  readonly handlers: readonly LineHandler[];
}

/** Whether silence means anything. */
export interface ValidatorState {
  readonly verdict: 'proving' | 'unknown' | 'off';
  /** A log or the validator's own counts are there: had it stopped, they would say so. */
  readonly isWatched: boolean;
  /** `file:line` and the words that say so. */
  readonly reasons: readonly string[];
  /** Per source, the line from which on nothing more was reported. */
  readonly stoppedAt: ReadonlyMap<string, number>;
}

export interface Evidence {
  readonly sources: readonly SourceEvidence[];
  readonly events: readonly JoinedEvent[];
  readonly edges: readonly JoinedEdge[];
  /** Dependencies between classes that the source at hand does not have. */
  readonly foreignEdges: number;
  /** Pairs of internal keys that ran, joined by a line break; and the keys of all classes that ran. */
  readonly seen: ReadonlySet<string>;
  readonly ran: ReadonlySet<string>;
  /** The same by shown names, foreign classes included; and what is shown for a name of lockdep's. */
  readonly pairs: ReadonlySet<string>;
  readonly shownOf: (name: string) => string;
  readonly waits: readonly Wait[];
  /** The same by what is waited for, most tasks first. */
  readonly blocked: readonly Blocked[];
  /** Tasks that wait for one another in a circle. */
  readonly cycles: readonly (readonly Wait[])[];
  readonly validator: ValidatorState;
  /** Longest waits first. */
  readonly contention: readonly JoinedContention[];
  /** Interrupt lines that are shared, or that take nearly all interrupts. */
  readonly interrupts: readonly JoinedInterrupt[];
  /** Why reports are not explained, and how many. */
  readonly gaps: ReadonlyMap<string, number>;
}

export type { TaskName };
