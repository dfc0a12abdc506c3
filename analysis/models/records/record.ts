import type { CType } from '../../base/ctype.js';
import type { FRAMES } from './kinds.js';
import type {
  AllocationFlag,
  AsWork,
  AssignMacro,
  AttributeMacro,
  BlockingMember,
  Deferral,
  SleepingMember,
  ThreadedVariant,
  CallbackCall,
  ClockFacts,
  Companion,
  ContainerMacro,
  DeclaratorMacro,
  EntryPoint,
  ExecutionContext,
  HandlerShape,
  HandOver,
  LockApi,
  LockKind,
  LockGiven,
  LockNaming,
  LoopMacro,
  OtherApi,
  MadeObject,
  ReferencePut,
  TableProtocol,
  OwnFlag,
  TableCondition,
  TablePut,
  DefinesScope,
  MacroDefinition,
  ScopeMacro,
  PollInAtomic,
  SleepingIterator,
  SleepsInside,
  SpinningDelay,
  QueueLock,
  StackRole,
  Unlocked,
  UserCalls,
  Watches,
} from '../types.js';

/** Source of a fact and the kernels it applies to. Does not affect the analysis. */
export interface Provenance {
  /** Definition in a kernel tree: version, file and line, as `6.12 include/linux/mutex.h:153`. */
  readonly source?: string;
  /** The checked kernels that define it, if not all of them do. */
  readonly seenIn?: readonly string[];
  /** First kernel version with it, such as `6.4`. */
  readonly since?: string;
  /** Last kernel version with it. */
  readonly until?: string;
  /** Reason for the record, if it is not obvious. */
  readonly note?: string;
}

/** What a call does to a lock. The lock is argument 0 unless `arg`, `path` or `implicit` says otherwise. */
export type LockFacts = Partial<Omit<LockApi, 'name' | 'op' | 'kind' | 'isLockSite'>> & {
  readonly kind: LockKind;
};

/** What a call does that is an event but not a lock operation. */
export type EventRoleFacts = Partial<Omit<OtherApi, 'name' | 'k'>>;

/**
 * Roles that operate on a lock. A function has at most one of these and of {@link EventRoles}, or one
 * beside `transient`: `register`, if it puts something into a queue under the queue's lock, `complete`, and `wait`, if it
 * calls back or waits under that lock.
 */
export interface LockRoles {
  /** Always returns with the lock held. */
  readonly acquire?: LockFacts;
  /** Holds the lock if the result is `success`; never waits unless `interruptible`. */
  readonly try?: LockFacts;
  readonly release?: LockFacts;
  /** Converts from write to read mode without releasing. */
  readonly downgrade?: LockFacts;
  readonly assertHeld?: LockFacts;
  readonly assertNotHeld?: LockFacts;
  /** May acquire the lock and release it before it returns. */
  readonly mightAcquire?: LockFacts;
  /** Always acquires the lock and releases it before it returns. */
  readonly transient?: LockFacts;
  readonly init?: LockFacts;
}

/** Roles that are events but operate on no lock. */
export interface EventRoles {
  /** Blocks until other code has run. */
  readonly wait?: EventRoleFacts;
  /** Ends such a wait. */
  readonly complete?: EventRoleFacts;
  readonly sleep?: EventRoleFacts;
  /** Switches interrupts, bottom halves, preemption, page faults or reclaim. */
  readonly context?: EventRoleFacts;
  /** Tests a state that later branches depend on. */
  readonly query?: EventRoleFacts;
  /** Registers a function that runs later. */
  readonly register?: EventRoleFacts;
  readonly free?: EventRoleFacts;
}

/** Everything known about one function or macro. */
export interface FunctionRecord extends LockRoles, EventRoles, Provenance {
  /** `guard:NAME` is a guard class, `cond_guard:NAME` a conditional one, `free:NAME` a class of `__free()`. */
  readonly name: string;
  /** The call to use as an example for a lock of this kind and mode. */
  readonly plain?: true;
  /** The lockdep name of the lock that this call initialises. */
  readonly lockNaming?: LockNaming;
  readonly lockGiven?: LockGiven;
  /** Heads a loop; `false`: does not, despite its name. */
  readonly loop?: LoopMacro | false;
  readonly declarator?: DeclaratorMacro;
  readonly container?: ContainerMacro;
  /** Returns the data that belongs to the object in argument 0. */
  readonly companion?: Companion;
  readonly assign?: AssignMacro;
  /** Returns the element of one CPU: from the variable, or from a pointer to it. */
  readonly element?: 'object' | 'pointer';
  /** `name(pointer, member)` is the member. */
  readonly member?: true;
  /** The argument that is the call's value. */
  readonly value?: number;
  /** Takes a reference to the object of its first argument, or does something else with it, and returns it. */
  readonly givesArg?: true;
  /** The argument that points to the call's value. */
  readonly valueAt?: number;
  /** What the call reports about its argument, which may be an error pointer. */
  readonly errorTest?: 'is-error' | 'is-error-or-null' | 'error-or-zero';
  readonly scope?: ScopeMacro['form'];
  readonly definesScope?: DefinesScope;
  /** A macro of a header that opens a scope in the function which uses it: its definition. */
  readonly expansion?: MacroDefinition;
  /** For `guard:NAME`: the call made where the scope begins, with the guard's arguments. */
  readonly setup?: string;
  /** For `free:NAME` and `guard:NAME`: the call made at the end of the scope. */
  readonly cleanup?: string;
  /** Never returns. */
  readonly noreturn?: true;
  /** A macro that returns from the function which uses it: the argument with the value, -1 for none. */
  readonly returnsArg?: number;
  /** Stops the machine: locks acquired below it do not matter. */
  readonly crash?: true;
  /** Fills the object in argument 0. */
  readonly fill?: true;
  /** Says that code which tools do not understand has acquired the lock in argument 0. */
  readonly statesAcquisition?: true;
  /** Does not return unless argument 0 is false. */
  readonly conditionalBug?: true;
  readonly resetsValidator?: true;
  /** A word in declarations without meaning for the analysis. */
  readonly attribute?: true;
  /** Such a word with an argument list. */
  readonly attributeCall?: true;
  /** A macro that expands to `struct NAME`, where NAME is its first argument. */
  readonly structMacro?: true;
  readonly lockAnnotation?: true;
  /**
   * The source declares by this name that the accesses in its arguments (for an attribute: in the function's body) need
   * no lock.
   */
  readonly unguarded?: true;
  /** Functions with this attribute run in process context, or only while the module is unused. */
  readonly section?: 'process' | 'module-exit';
  readonly attributeMacro?: AttributeMacro;
  /** In an initialiser, it names functions by a part of their names. */
  readonly initialiserMacro?: AttributeMacro;
  /** In an initialiser, it expands to these members, one for each argument. */
  readonly memberMacro?: readonly string[];
  /** Returns what a device or a file-system entry was created with. */
  readonly givesData?: true;
  /** Receives the functions that serve the readers of an open file, directly or in a table. */
  readonly opensFile?: true;
  /** Returns an object that no other code can reach yet. */
  readonly allocator?: true;
  /** The members of the object that it returns a pointer to are zero. */
  readonly zeros?: true;
  /** Releases locks of what it is given, which its caller took. */
  readonly endsGiven?: true;
  /** Returns zero if this argument is not zero. */
  readonly zeroIf?: number;
  /** The argument with allocation flags of which it says whether they allow to wait. */
  readonly asksFlags?: number;
  /** The only number that it returns. */
  readonly returnsNumber?: number;
  /** A number with this bit set, or with the bits from the second argument to the first. */
  readonly bits?: 'one' | 'range';
  /** A flag with which allocations and what needs one never fail. */
  readonly neverFails?: true;
  readonly allocationFlag?: AllocationFlag;
  /** An allocation that may map pages, and may wait whatever its flags are. */
  readonly mapsPages?: true;
  /** An allocation flag that makes no sense where nothing may wait for memory. */
  readonly needsReclaim?: true;
  /** The flag to pass instead where sleeping is forbidden. */
  readonly atomicFlag?: string;
  /** The allocation flag that replaces this one where failure does not matter. */
  readonly spareFlag?: string;
  /** An allocation with these flags does not enter file systems. */
  readonly withoutFs?: true;
  /** A flag of a request whose operation may sleep. */
  readonly saysMaySleep?: true;
  /** The bit that lets an allocation sleep. */
  readonly reclaimBit?: true;
  /** The result that means the last reference. */
  readonly lastReferenceTest?: 'zero' | 'nonzero';
  /** Drops a reference and says whether it was the last one. */
  readonly lastPut?: true;
  readonly referencePut?: ReferencePut;
  readonly tablePut?: TablePut;
  /** Takes a reference to the object of its first argument. */
  readonly referenceGet?: true;
  /** Takes the object of its first argument out of a container. */
  readonly unlinks?: true;
  /** Puts the object of its first argument into the list of its second. */
  readonly links?: true;
  /** Takes an object out of a container and returns it. */
  readonly takesOut?: true;
  /** Names the task or CPU that runs the code. */
  readonly namesRunner?: true;
  /** Tests the state of an object. */
  readonly stateTest?: true;
  /** Tells of what kind an object is, which never changes. */
  readonly tellsKind?: true;
  /** Sets a flag and tells whether it was set before: of those that set it, only the first gets zero. */
  readonly claims?: true;
  /** Its body sleeps, unless it returns before for NULL or an error; counts only where the body is not visible. */
  readonly sleepsInside?: true | SleepsInside;
  /** Runs the handlers of another interrupt, under locks of their own. */
  readonly passesOn?: true;
  readonly makes?: MadeObject;
  /** Calls its function argument before it returns. */
  readonly callbacks?: readonly CallbackCall[];
  /** Has no effect on locks worth tracking. */
  readonly inert?: true;
  /** Publishes a device: its op table functions may be called from then on. */
  readonly publishes?: true;
  /** Ends a handler's run. */
  readonly endsRun?: true;
  /** The variant that does not wait for running code. */
  readonly withoutWait?: string;
  /** The variant for atomic context, which warns if the device behind it needs to sleep. */
  readonly inAtomic?: string;
  /** Must not be called with interrupts off: it warns, waits for other CPUs, or enables interrupts. */
  readonly needsInterrupts?: true;
  /** The argument that represents a handler which runs soon: a timer, a tasklet. Queueing is `register`. */
  readonly starts?: number;
  /** The variant that waits for a tasklet, or for an interrupt handler without its thread, by spinning. */
  readonly spinningWait?: string;
  /** Its result says whether the thread of the awaited interrupt handler is done as well. */
  readonly tellsThread?: true;
  /** How to register the handler as a thread's. */
  readonly threaded?: ThreadedVariant;
  /** It only lets other tasks run: nothing waits for it, and it changes nothing. */
  readonly yields?: true;
  /** How a work item takes the place of the timer or tasklet that it sets up. */
  readonly asWork?: AsWork;
  /** The variant that gives up at once if the lock is taken. */
  readonly attempt?: string;
  /** What tells whether the guard that it declares failed to take its lock. */
  readonly failed?: string;
  /** Its result lets the kernel run a system call again. */
  readonly restarts?: true;
  /** Arguments with which it pauses before another attempt. */
  readonly pause?: string;
  /** The call that re-enables what this one disables. */
  readonly switchedBack?: string;
  /** For a call that needs no lock of its caller: on which side of a critical section it may be made instead. */
  readonly unlocked?: Unlocked;
  readonly clock?: ClockFacts;
  /** The busy-waiting replacement of a delay. */
  readonly spinningDelay?: SpinningDelay;
  /** The polling macro with the same arguments that does not sleep. */
  readonly pollInAtomic?: PollInAtomic;
  /** The iterator with the same arguments that calls its function where that may sleep. */
  readonly sleepingIterator?: SleepingIterator;
  /** The context in which a high-resolution timer expires. */
  readonly timerMode?: 'soft' | 'hard';
  readonly timerSetup?: true;
  /** The member of its object that code sets beside this call if the operations of the object may sleep. */
  readonly sleepsIf?: string;
  /** The same, if they must not. */
  readonly atomicIf?: string;
  /** A flag that keeps an interrupt handler out of a thread. */
  readonly keepsHard?: true;
  /** A workqueue whose works run as softirqs, or the flag that makes one. */
  readonly softQueue?: true;
  /** Code that mentions it may have functions called with interrupts off that otherwise run with them on. */
  readonly entersOff?: true;
  /** Runs with page faults disabled. */
  readonly withoutFaults?: true;
  /** Occurs once in every module. */
  readonly moduleMark?: true;
  /** The role of a function in a backtrace. */
  readonly stack?: StackRole;
  /** The value of a constant, for code whose headers are not visible. */
  readonly constant?: number;
  /** A word after `#ifdef` that nothing defines. */
  readonly neverDefined?: true;
  /** A word that is defined wherever kernel code is compiled. */
  readonly alwaysDefined?: true;
  /** A word that only other systems or other makers' kernels define. */
  readonly otherSystem?: true;
}

/** The meaning of names that match a pattern. A record with the exact name takes precedence. */
export interface PatternRecord
  extends
    Provenance,
    Pick<FunctionRecord, 'loop' | 'allocator' | 'inert' | 'entersOff' | 'withoutFaults' | 'section'> {
  /** A regular expression without flags. */
  readonly pattern: string;
  /** A name in an `#if` that the configuration, the build or the compiler defines. */
  readonly givenOutside?: true;
  /** The name of a member that may point to a lock. */
  readonly lockMember?: true;
  /** The name of a function or a member function that releases a lock. */
  readonly releases?: true;
  /** The name of a function that may return with a lock. */
  readonly acquires?: true;
  /** The name of a member by which a table of operations says that they may sleep. */
  readonly saysSleep?: true;
  /** The name of a function that makes something new. */
  readonly makesNew?: true;
  /** The name of a function that makes something from what is there. */
  readonly copies?: true;
  /** The name of a function that writes text into memory, in lower case. */
  readonly writesText?: true;
  /** The name of a function that prints a message, in lower case. */
  readonly tells?: true;
  /** The name of a function that may publish a device. */
  readonly publishes?: true;
  /** Calls that busy-wait. */
  readonly busyWaits?: true;
  /** Reads and writes of device memory and ports. */
  readonly accessesDevice?: true;
  /** Only computes a value from the values of its arguments. */
  readonly computes?: true;
  /** Spreads its arguments over numbers: the results keep no order of the arguments. */
  readonly hashes?: true;
  readonly frame?: FrameMeaning;
  /** The name of a kernel thread that drives grace periods. */
  readonly graceThread?: true;
  /** What a task waits for inside such a function, in words; of several records the first counts. */
  readonly awaited?: string;
  /** Who ends such a wait: the kernel thread whose name matches, or whoever holds up the grace period. */
  readonly endedBy?: 'grace period' | { readonly thread: string };
}

/**
 * What a function in a backtrace shows: an interrupt stopped the frames below it (`interrupt`) or was handled late
 * (`replay`); it belongs to what detects stalls and prints (`watcher`) or traces (`tracing`); it passes time (`delay`),
 * allocates memory, spins for a lock, gives up the CPU, waits for the next item of a kernel thread, or checks that
 * nothing sleeps where it must not.
 */
export type FrameMeaning = (typeof FRAMES)[number];

/** What the analysis knows about a C type. */
export interface TypeRecord extends Provenance {
  /** As in a declaration: `struct mutex`, `spinlock_t`. */
  readonly type: string;
  readonly lock?: LockKind;
  /** Only wraps a lock, which belongs to the embedding struct. */
  readonly wrapper?: true;
  /** Shared so widely that a lock class in it is weak evidence. */
  readonly shared?: true;
  /** The owner of such a table owns the objects passed to its functions. */
  readonly ownersTable?: true;
  /** A queue whose lock waits and wake-ups acquire. */
  readonly waitQueue?: true;
  /** What lockdep treats as a lock in a queue of this type. */
  readonly queueLock?: QueueLock;
  /** It represents the functions in it, whose parameter of this number receives it. */
  readonly handlerParameter?: number;
  /** A task works on one such object at a time: two ways to one lead to the same. */
  readonly oneAtATime?: true;
  /** Its functions are called for objects that name the same bus or class. */
  readonly watches?: Watches;
  /** The members in which such an object names its bus and its class. */
  readonly belongsTo?: readonly string[];
  /** What the kernel calls through a table of this type, and in which order. */
  readonly protocol?: TableProtocol;
}

/** What is known about a field, usually of an op table. */
export interface FieldRecord extends Provenance {
  /** `net_device_ops.ndo_open`. */
  readonly field: string;
  /** Context in which the kernel calls the function that the field holds. */
  readonly runsIn?: ExecutionContext;
  /** Every caller in the kernel is as `runsIn` says, or the header forbids what that context does not allow. */
  readonly strict?: true;
  /** Drivers store it at run time instead of in a table. */
  readonly filled?: true;
  /** The kernel sets it to the number of an interrupt that it serves for the driver. */
  readonly interruptNumber?: true;
  /** Its result becomes that of a system call, which the kernel repeats if the result asks for that. */
  readonly restarts?: true;
  /** Some callers have interrupts or bottom halves off, whatever `runsIn` says of others. */
  readonly alsoAtomic?: true;
  /** Some callers may sleep, whatever `runsIn` says of others: a transport that runs in a thread. */
  readonly alsoProcess?: true;
  /** It is called with interrupts off. */
  readonly interruptsOff?: true;
  /** Some callers have interrupts and bottom halves on: they hold no more than an RCU read section. */
  readonly interruptsOn?: true;
  /** Locks held during the call: class ids with `(read)` or `(write)` where the mode is known; `a|b` means either. */
  readonly locksHeld?: readonly string[];
  /** Every caller in the kernel holds them, so an inverted order is a mistake. */
  readonly exact?: true;
  /**
   * `exact`, for locks that each object has: the calls that take those of the object for which the member is called. An
   * inverted order with another object's lock is not a mistake.
   */
  readonly takenBy?: readonly string[];
  /**
   * The path from the first argument to the lock in `locksHeld`. The caller holds it for this object, so the function
   * must not take it again; it may take such locks of other objects.
   */
  readonly ownLock?: string;
  /** The same for a lock of the one object of this type that the data of the driver leads to: `struct rtc_device`. */
  readonly ownObject?: string;
  /** The member to set instead for a function that sleeps: the kernel then defers the call. */
  readonly blocking?: BlockingMember;
  /** The member to set instead for a function that sleeps: the kernel calls it earlier. */
  readonly sleeping?: SleepingMember;
  /** How a driver runs the function in a work item instead. */
  readonly deferred?: Deferral;
  /** The member of its object that code sets, or the flag that it names, if the function may sleep. */
  readonly sleepsIf?: string;
  /** `sleepsIf` is a member of the same record. */
  readonly ownFlag?: OwnFlag;
  /** The member of its object that code sets if the function must not sleep, whatever `runsIn` says of others. */
  readonly atomicIf?: string;
  /** The tables that the record is true of; without it, all. */
  readonly onlyIf?: TableCondition;
  /** The call after which the kernel may call the function with interrupts off. */
  readonly offAfter?: string;
  /**
   * Nobody uses the object that it is called for, so nobody holds the locks in it; reclaim calls it only where this
   * member of the object is not zero.
   */
  readonly unused?: string;
  /** `unused`: calls of whoever keeps such objects in use until they are gone for good. */
  readonly pinnedBy?: readonly string[];
  /** `unused`: the member that says what kind of object it is, which never changes. */
  readonly kindMember?: string;
  /** The enclosing object represents the handler in this field, which runs in this context. */
  readonly handlerRunsIn?: ExecutionContext;
  /** Each object is one request: the handlers of others may be pending. */
  readonly ofRequest?: boolean;
  /** Points to a table of functions that the object's removal waits for. */
  readonly table?: true;
  /** Members of that table that removal does not wait for, if not the usual ones. */
  readonly tableEnds?: readonly string[];
  /** The only members of that table that removal waits for: they run under a lock of the registry. */
  readonly tableOnly?: readonly string[];
  /** Fields of the same table that never run concurrently with it, because it is called only while the device is up. */
  readonly whileUp?: readonly string[];
}

/** How the kernel's headers declare a record, for a scan that does not see them. */
export interface LayoutRecord extends Provenance {
  /** `struct socket`. */
  readonly layout: string;
  /** The types of the members that lead to operations or to records with locks. */
  readonly members: Readonly<Record<string, CType>>;
}

/** What the analysis knows about a lock class. */
export interface ClassRecord extends Provenance {
  readonly class: string;
  /** The record or variable that declares it, if it has another name. */
  readonly declaredIn?: string;
  /** Further lockdep names. */
  readonly validatorNames?: readonly string[];
  /** Names in comments, in lower case. */
  readonly words?: readonly string[];
  readonly handOver?: HandOver;
  /** lockdep has a class for each family of objects, and one file has the operations of one family. */
  readonly byFamily?: true;
}

/** Handlers recognised by their type alone. */
export interface ShapeRecord extends Provenance, HandlerShape {}

/** How to make the kernel enter a function, from a shell. */
export interface EntryRecord extends Provenance, EntryPoint {
  /** `file_operations.open` … */
  readonly fields?: readonly string[];
  /** Macros at file scope that name the function. */
  readonly macros?: readonly string[];
  readonly contexts?: readonly ExecutionContext[];
}

type SymbolRecord = FunctionRecord | PatternRecord | TypeRecord | LayoutRecord | FieldRecord;
export type ModelRecord = SymbolRecord | ClassRecord | ShapeRecord | EntryRecord;

/** An entry of `models` in lockorder.json: a record like the built-in ones, or lists of calls by role. */
export type UserModel = ModelRecord | UserCalls;
