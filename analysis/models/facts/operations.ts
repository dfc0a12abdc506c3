import type { CType } from '../../base/ctype.js';
import type { ExecutionContext } from './contexts.js';

/** Tables of functions, and when the kernel calls their members. */
export interface OperationModels {
  /**
   * Whether the owner of a table of this type owns the objects passed to its functions: a device, a mounted file
   * system.
   */
  isOwnersTable(type: string): boolean;
  /** Context and locks held at entry for the function in `field` of op table `record` (`file_operations`, `open`). */
  operation(record: string, field: string): Operation | undefined;
  /** Whether a member of this name may be one that the kernel calls under certain locks, or in an interrupt. */
  isToldMember(field: string): boolean;
  /** Whether some table has a member of this name of whose calls something is known. */
  isOperation(field: string): boolean;
  /**
   * For a field that points to a table of functions which removal of the object waits for (`struct device`, `groups`):
   * the members it does not wait for.
   */
  tableEnds(record: string, field: string): readonly string[] | undefined;
  /** The members of such a table that removal waits for, if it is not all of them. */
  tableOnly(record: string, field: string): readonly string[] | undefined;
  /** Whether the kernel sets a member to the number of an interrupt that it serves for the driver. */
  isInterruptNumber(record: string, field: string): boolean;
  /** What the kernel calls through a table of this type, and in which order. */
  protocol(type: string): TableProtocol | undefined;
  /** Whether a task works on one object of this type at a time. */
  isOneAtATime(type: string): boolean;
  /** What variables of this type have called for the objects that they watch. */
  watches(type: string): Watches | undefined;
  /** Whether a member, by its path, is the string by which tables watch objects. */
  isWatchingName(path: string): boolean;
  /** The members in which objects of this type name what watches them. */
  belongsTo(type: string): readonly string[] | undefined;
  /** The type of a member as the kernel's headers declare it, for code that does not see them; `''` if not known. */
  memberType(type: string, member: string): CType;
  /**
   * Classes that callers of a member hold and that other code acquires implicitly, on any access to user memory or
   * allocation.
   */
  sectionsAt(record: string, field: string): readonly string[];
  /** The record with a member of this name, if there is only one. */
  recordOfMember(field: string): string | undefined;
  /** Whether a member of this name says in which context the operations beside it run. */
  isContextMember(name: string): boolean;
  /** The member that code sets beside this call if the operations of the object may sleep, or if they must not. */
  contextMember(name: string): string | undefined;
}

/** A table whose initialiser sets one member to other than zero, if that is named, and none of some others. */
export interface TableCondition {
  readonly set?: string;
  readonly unset: readonly string[];
}

/** A member of the record of an operation that says where it runs. */
export interface OwnFlag {
  /** A member of the object, or of one in it, that does not work with the flag. */
  readonly unless?: string;
}

export interface Operation {
  readonly context?: ExecutionContext;
  /** Every caller is as `context` says. */
  readonly isStrict?: boolean;
  /** Drivers store it at run time. */
  readonly isFilled?: boolean;
  /** Some callers have interrupts or bottom halves off. */
  readonly alsoAtomic?: true;
  /** Some callers may sleep. */
  readonly alsoProcess?: true;
  /** The function's result becomes that of a system call. */
  readonly restarts?: true;
  /** It is called with interrupts off, in every context. */
  readonly interruptsOff?: true;
  /** Some callers have interrupts and bottom halves on: they hold no more than an RCU read section. */
  readonly interruptsOn?: true;
  /** Lock classes held at entry, or paths to them from the arguments, as in the data table. */
  readonly locksHeld: readonly string[];
  /** Every caller holds all of them. */
  readonly isExact?: boolean;
  /** The calls that take the same instances of them: those of the object that the member is called for. */
  readonly takenBy?: readonly string[];
  /** The path from the first argument to the lock held at entry: that of the object that the member is called for. */
  readonly ownLock?: string;
  /** The same for a lock of the one object of this type that the data of the driver leads to. */
  readonly ownObject?: string;
  readonly blocking?: BlockingMember;
  readonly sleeping?: SleepingMember;
  readonly deferred?: Deferral;
  /** The member of its object that code sets if the function may sleep. */
  readonly sleepsIf?: string;
  /** That member is one of the same record; code sets it unless it also sets `unless`. */
  readonly ownFlag?: OwnFlag;
  /** The member of its object that code sets if the function must not sleep. */
  readonly atomicIf?: string;
  /** The tables that this is true of; without it, all. */
  readonly onlyIf?: TableCondition;
  /** The call after which the kernel may call the function with interrupts off. */
  readonly offAfter?: string;
  /** Called for an object without users, so that nobody holds its locks; reclaim does so only while this member is set. */
  readonly unused?: string;
  /** `unused`: calls of whoever keeps such objects in use until they are gone for good. */
  readonly pinnedBy?: readonly string[];
  /** `unused`: the member that says what kind of object it is, which never changes. */
  readonly kindMember?: string;
}

/** The member of the same table, of the same type, that the kernel calls earlier, where sleeping is allowed. */
export interface SleepingMember {
  readonly member: string;
  /** Members of the table that move to their own counterparts with it. */
  readonly with: readonly string[];
  /** Members that have no counterpart, so that a table with one of them stays. */
  readonly unless: readonly string[];
}

/** The member that the kernel calls where sleeping is allowed, for objects that have it instead of another one. */
export interface BlockingMember {
  readonly member: string;
  /** The value that its function returns on success, if the other member's function returns nothing. */
  readonly success: number;
}

/** What it takes to run a function in a work item instead: the names in what the repair writes. */
export interface Deferral {
  /** The type of the first argument, and the member of it that holds the table. */
  readonly object: string;
  readonly table: string;
  /** The call that gives the driver's data of the object, and the one that gives the object of these data. */
  readonly data: string;
  readonly owner: string;
  /** The calls that make objects which the work item can stop as a whole, and those that make others. */
  readonly made: readonly string[];
  readonly otherwise: readonly string[];
  /** The argument of some of these with the number of queues: with one queue, the object is stopped as a whole. */
  readonly queues: Readonly<Record<string, number>>;
  /** The calls that hold off the other operations of the object. */
  readonly lock: string;
  readonly unlock: string;
  /** Whether the object is in use, the member that ends that, and what the driver calls where it is not, with the test of that. */
  readonly running: string;
  readonly ended: string;
  readonly detach: string;
  readonly present: string;
  /** Keeps out what the caller of the function kept out, until one of the calls that follow. */
  readonly stop: string;
  /** The calls that ask whether it is kept out, which it always is in the work item. */
  readonly asks: readonly string[];
  readonly started: readonly string[];
  /** The call after which the kernel may call the function, and that after which nothing does any more. */
  readonly registration: string;
  readonly removal: string;
  /** Other calls that remove an object, behind which the work item cannot be ended. */
  readonly removedOtherwise: readonly string[];
  /** The call that frees an object. */
  readonly freed: string;
  readonly work: WorkCalls;
}

/** A work item: its type, the suffix of its name, and what is called for it. */
export interface WorkCalls {
  readonly type: string;
  readonly suffix: string;
  readonly init: string;
  readonly queue: string;
  readonly cancel: string;
  readonly container: string;
}

/**
 * How the kernel calls the functions in a table of some type, where they belong together: what one of them takes, another
 * one releases.
 */
export interface TableProtocol {
  /** The function of the kernel that calls them. */
  readonly caller: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** Statements, one run behind the other, with `$member` for a function. A part counts if the table has all of its members. */
  readonly parts: readonly string[];
  /** Nothing else calls the members. */
  readonly only?: boolean;
}

/** The functions that a table has called for objects which name the same bus or class as the table. */
export interface Watches {
  /** The member of the table that names it; `''`: the table itself is what objects name. */
  readonly hub: string;
  /** That member is a string, with which objects are made. */
  readonly byName?: true;
  /** Members called when an object is added, and when it is removed, with the object as first argument. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}
