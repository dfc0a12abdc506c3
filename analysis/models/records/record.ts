import type {
  AllocationFlag,
  AssignMacro,
  AttributeMacro,
  CallbackCall,
  ClockFacts,
  Companion,
  ContainerMacro,
  Declarator,
  EntryPoint,
  ExecutionContext,
  HandlerShape,
  HandOver,
  LockApi,
  LockKind,
  LockNaming,
  LoopMacro,
  OtherApi,
  ReferencePut,
  ScopeMacro,
  SpinningDelay,
  StackRole,
  Unlocked,
  UserCalls,
} from '../types.js';

/** Where a fact comes from and for which kernels it holds. None of it changes what the analysis does. */
export interface Provenance {
  /** Definition in a kernel tree: version, file and line, as `6.12 include/linux/mutex.h:153`. */
  readonly source?: string;
  /** The checked kernels that define it, where not all of them do. */
  readonly seenIn?: readonly string[];
  /** First kernel version that has it, as `6.4`. */
  readonly since?: string;
  /** Last kernel version that has it. */
  readonly until?: string;
  /** Why the record says what it says, where that is not obvious. */
  readonly note?: string;
}

/** What a call does to a lock. The lock is argument 0 unless `arg`, `path` or `implicit` says otherwise. */
export type LockFacts = Partial<Omit<LockApi, 'name' | 'op' | 'kind' | 'isLockSite'>> & {
  readonly kind: LockKind;
};

/** What a call does that is an event but no lock operation. */
export type EventFacts = Partial<Omit<OtherApi, 'name' | 'k'>>;

/** Roles that operate on a lock. A function has at most one of these and of {@link EventRoles}. */
export interface LockRoles {
  /** Returns with the lock held, always. */
  readonly acquire?: LockFacts;
  /** Holds the lock when the result is `success`; never waits unless `interruptible`. */
  readonly try?: LockFacts;
  readonly release?: LockFacts;
  /** From writer to reader, without a gap. */
  readonly downgrade?: LockFacts;
  readonly assertHeld?: LockFacts;
  readonly assertNotHeld?: LockFacts;
  /** May take the lock and release it before it returns. */
  readonly mightAcquire?: LockFacts;
  /** Takes the lock and releases it before it returns, always. */
  readonly transient?: LockFacts;
  readonly init?: LockFacts;
}

/** Roles that are events but operate on no lock. */
export interface EventRoles {
  /** Returns only after other code has run. */
  readonly wait?: EventFacts;
  /** Lets such a wait go on. */
  readonly complete?: EventFacts;
  readonly sleep?: EventFacts;
  /** Switches interrupts, bottom halves, preemption, page faults or reclaim. */
  readonly context?: EventFacts;
  /** Tests a state on which later branches depend. */
  readonly query?: EventFacts;
  /** Hands over a function that runs later. */
  readonly register?: EventFacts;
  readonly free?: EventFacts;
}

/** Everything that the analysis knows about one function or macro. */
export interface FunctionRecord extends LockRoles, EventRoles, Provenance {
  /** `guard:NAME` is a guard class, `cond_guard:NAME` a conditional one, `free:NAME` a class of `__free()`. */
  readonly name: string;
  /** The call to name for a lock of this kind and mode where any would do. */
  readonly plain?: true;
  /** What lockdep calls the lock that this call initialises. */
  readonly lockNaming?: LockNaming;
  /** Heads a loop; `false`: does not, though its name looks so. */
  readonly loop?: LoopMacro | false;
  readonly declarator?: Declarator;
  readonly container?: ContainerMacro;
  /** Gives the data that belongs to the object in argument 0. */
  readonly companion?: Companion;
  readonly assign?: AssignMacro;
  /** Gives the element of one processor: from the variable, or from a pointer to it. */
  readonly element?: 'object' | 'pointer';
  /** `name(pointer, member)` is the member. */
  readonly member?: true;
  /** The argument that is the call's value. */
  readonly value?: number;
  readonly errorTest?: 'is-error' | 'is-error-or-null';
  readonly scope?: ScopeMacro['form'];
  /** For `free:NAME`: the call made at the end of the scope. */
  readonly cleanup?: string;
  /** Never returns. */
  readonly noreturn?: true;
  /** Gives up the machine: what runs below it takes no locks that count. */
  readonly crash?: true;
  /** Fills the object in argument 0. */
  readonly fill?: true;
  /** Does not return unless argument 0 is false. */
  readonly conditionalBug?: true;
  readonly resetsValidator?: true;
  /** A word in declarations without a meaning here. */
  readonly attribute?: true;
  /** The same with an argument list. */
  readonly attributeCall?: true;
  readonly lockAnnotation?: true;
  /** Functions with this attribute run in process context, or only while nobody uses the module. */
  readonly section?: 'process' | 'module-exit';
  readonly attributeMacro?: AttributeMacro;
  /** Returns an object that nobody else can reach yet. */
  readonly allocator?: true;
  readonly allocationFlag?: AllocationFlag;
  /** The flags to pass instead where sleeping is forbidden. */
  readonly atomicFlag?: string;
  /** An allocation with these flags does not enter file systems. */
  readonly withoutFs?: true;
  /** The bit that lets an allocation sleep. */
  readonly reclaimBit?: true;
  /** The result for the last reference. */
  readonly lastReferenceTest?: 'zero' | 'nonzero';
  /** Puts a reference and tells whether it was the last one. */
  readonly lastPut?: true;
  readonly referencePut?: ReferencePut;
  /** Names the task or the processor that runs the code. */
  readonly namesRunner?: true;
  /** Asks for the state of an object. */
  readonly stateTest?: true;
  /** Calls a function that it is given before it returns. */
  readonly callback?: CallbackCall;
  /** Has no effect on locks worth following. */
  readonly inert?: true;
  /** Makes a device known: from then on the functions of its tables are called. */
  readonly publishes?: true;
  /** A handler says with it that its run is over. */
  readonly endsRun?: true;
  /** The call that does the same without waiting for running code. */
  readonly withoutWait?: string;
  /** Must not be called with interrupts off: it warns, waits for other processors, or switches them on. */
  readonly needsInterrupts?: true;
  /** The argument that stands for a handler which runs soon: a timer, a tasklet. What goes into a queue is `register`. */
  readonly starts?: number;
  /** The call that waits for an interrupt handler as it spins, and not for its thread. */
  readonly spinningWait?: string;
  /** The call that switches on again what this one switches off. */
  readonly switchedBack?: string;
  /** For a call that needs no lock of its caller: on which side of a section it may be made as well. */
  readonly unlocked?: Unlocked;
  readonly clock?: ClockFacts;
  /** The delay that spins instead. */
  readonly spinningDelay?: SpinningDelay;
  /** Where a high resolution timer expires. */
  readonly timerMode?: 'soft' | 'hard';
  readonly timerSetup?: true;
  /** A flag that keeps an interrupt handler out of a thread. */
  readonly keepsHard?: true;
  /** A workqueue whose works run as softirqs. */
  readonly softQueue?: true;
  /** Runs with page faults switched off. */
  readonly withoutFaults?: true;
  /** Stands once in every module. */
  readonly moduleMark?: true;
  /** What a function in a backtrace is doing there. */
  readonly stack?: StackRole;
  /** The value of a constant, for code seen without its headers. */
  readonly constant?: number;
  /** A word behind `#ifdef` that nothing defines. */
  readonly neverDefined?: true;
}

/** What names of a pattern mean; the record of a name itself comes first. */
export interface PatternRecord
  extends Provenance, Pick<FunctionRecord, 'loop' | 'allocator' | 'inert' | 'withoutFaults' | 'section'> {
  /** A regular expression without flags. */
  readonly pattern: string;
  /** A name in an `#if` that the configuration, the build or the compiler defines. */
  readonly givenOutside?: true;
  /** The name of a member that may point to a lock. */
  readonly lockMember?: true;
  /** The name of a member function that releases a lock. */
  readonly releases?: true;
}

/** What the analysis knows about a C type. */
export interface TypeRecord extends Provenance {
  /** As in a declaration: `struct mutex`, `spinlock_t`. */
  readonly type: string;
  readonly lock?: LockKind;
  /** Only wraps a lock, which belongs to whoever embeds it. */
  readonly wrapper?: true;
  /** So widely shared that a lock class in it tells little. */
  readonly shared?: true;
  /** Whoever has a table of this type owns what it is given. */
  readonly ownersTable?: true;
  /** A queue whose lock waits and wake-ups take. */
  readonly waitQueue?: true;
}

/** What the analysis knows about a field: mostly one of an op table. */
export interface FieldRecord extends Provenance {
  /** `net_device_ops.ndo_open`. */
  readonly field: string;
  /** Context in which the function in it is called. */
  readonly runsIn?: ExecutionContext;
  /** Locks held then: class ids with `(read)` or `(write)` where the mode is known; `a|b` is one of them. */
  readonly locksHeld?: readonly string[];
  /** The object around stands for the function in it, which runs in this context. */
  readonly handlerRunsIn?: ExecutionContext;
  /** Points to a table of functions that the object's removal waits for. */
  readonly table?: true;
  /** Fields of the same table that never run beside it: it is called only while the device is up. */
  readonly whileUp?: readonly string[];
}

/** What the analysis knows about a lock class. */
export interface ClassRecord extends Provenance {
  readonly class: string;
  /** The record or variable that declares it, where it is called otherwise. */
  readonly declaredIn?: string;
  /** Further names that lockdep has for it. */
  readonly validatorNames?: readonly string[];
  /** What comments call it, in small letters. */
  readonly words?: readonly string[];
  readonly handOver?: HandOver;
}

/** Functions known by their type alone. */
export interface ShapeRecord extends Provenance, HandlerShape {}

/** How somebody at a shell makes the kernel enter a function. */
export interface EntryRecord extends Provenance, EntryPoint {
  /** `file_operations.open` … */
  readonly fields?: readonly string[];
  /** Macros at file scope that name the function. */
  readonly macros?: readonly string[];
  readonly contexts?: readonly ExecutionContext[];
}

export type ModelRecord =
  FunctionRecord | PatternRecord | TypeRecord | FieldRecord | ClassRecord | ShapeRecord | EntryRecord;

/** An entry of `models` in lockorder.json: a record like the built-in ones, or lists of calls by what they do. */
export type UserModel = ModelRecord | UserCalls;
