/**
 * Facts about a locking API. The tables of this folder are the only place where names of kernel functions,
 * macros and types stand; everything else asks {@link Models}.
 */
export interface Models {
  /** Identifies the tables, user extensions included; part of every summary's recipe. */
  readonly hash: string;
  lockApi(name: string): LockApi | undefined;
  /** What lockdep will call the locks that this call initialises. */
  lockNaming(name: string): LockNaming | undefined;
  /** Whether a member of this name may point to a lock, as people name things. */
  mayPointToLock(member: string): boolean;
  /** Calls that are events but no lock operation: waits, sleepers, irq and preemption switches, registrations, frees. */
  api(name: string): OtherApi | undefined;
  /** Declaring macros such as DEFINE_MUTEX: which argument names the variable, and its type. */
  declarator(name: string): Declarator | undefined;
  /** Macros that head a loop (`list_for_each_entry(pos, head, member) {`). */
  loopMacro(name: string): LoopMacro | undefined;
  /** Calls whose value is their argument: likely(), READ_ONCE(), ERR_PTR(), rcu_dereference() … */
  transparent(name: string): number | undefined;
  /** A call with a pointer and the name of a member that is that member. */
  isMemberCall(name: string): boolean;
  /** Calls that lead to one element of many: from the variable itself, or from a pointer to it. */
  elementCall(name: string): 'object' | 'pointer' | undefined;
  /** Macros that assign: WRITE_ONCE(), rcu_assign_pointer() … */
  assignMacro(name: string): AssignMacro | undefined;
  /** Calls that give the data that belongs to the object they are given, the same each time. */
  companion(name: string): Companion | undefined;
  /** container_of and its kin: which arguments are pointer, type and member. */
  container(name: string): ContainerMacro | undefined;
  /** Attribute-like words that may stand in a declaration and mean nothing here (`__init`, `__user`, `noinline`). */
  isAttribute(word: string): boolean;
  /** Attribute-like words with an argument list that mean nothing here (`__attribute__`, `__aligned`). */
  isAttributeCall(word: string): boolean;
  /** Lock annotations at a declarator (`__must_hold`, `__acquires`, …). */
  isLockAnnotation(word: string): boolean;
  isNoReturn(name: string): boolean;
  /** `memset(object, value, size)`. */
  isFill(name: string): boolean;
  /** What gives up the machine: what runs below it doesn't count for the caller. */
  isCrash(name: string): boolean;
  /** The name of a member called through a pointer says that it releases a lock, whatever stands behind it. */
  soundsLikeRelease(name: string): boolean;
  /** Makes the lock validator forget what it has seen: tests of it do so between the mistakes that they provoke. */
  resetsValidator(name: string): boolean;
  /** What a call returns when it finds that a reference is the last one; `undefined` for one that does not say that. */
  lastReferenceTest(name: string): 'zero' | 'nonzero' | undefined;
  /** A call that asks for the state of an object. */
  isStateTest(name: string): boolean;
  /** `BUG_ON(condition)` and its kin: behind them argument 0 is false. */
  isConditionalBug(name: string): boolean;
  /** The value of a well-known constant (error numbers, NULL), for code whose headers are not in sight. */
  constant(name: string): number | undefined;
  /** Calls that return an object which nobody else can reach yet. */
  isAllocator(name: string): boolean;
  /** The call calls back. */
  callbackCall(name: string): CallbackCall | undefined;
  /** Calls without any effect on locks that is worth following: never a demand, never an unresolved-call gap. */
  isInert(name: string): boolean;
  /** Functions whose result says whether an error pointer was given, and the like. */
  errorTest(name: string): 'is-error' | 'is-error-or-null' | undefined;
  /** guard(), scoped_guard(), CLASS(): how the word introduces a scope-bound lock. */
  scopeMacro(name: string): ScopeMacro | undefined;
  /** `__free(name)` at a variable: the call made with it at the end of its scope. */
  scopeEnd(name: string): string | undefined;
  /** Lock types by C type base (`struct mutex`, `spinlock_t`). */
  lockType(base: string): LockKind | undefined;
  /** Structs that only wrap a lock and belong to whoever embeds them (`struct sk_buff_head`). */
  isGenericContainer(tag: string): boolean;
  /** Structs so widely shared that their lock classes tell little (`struct inode`). */
  isBaseClass(tag: string): boolean;
  /** Of two members by which objects of a kind lead to each other, one leads back where the other leads on. */
  isInverseMember(one: string, other: string): boolean;
  /** Whoever has a table of this type is the owner of what it is given: of a device, of a mounted file system. */
  isOwnersTable(type: string): boolean;
  /** The record or variable that declares a class which is called otherwise. */
  declaredIn(lockClass: string): string | undefined;
  /** The class id of a lock that comments call so (small letters). */
  lockWord(words: string): string | undefined;
  /** `field` of op table `record` (`file_operations`, `open`): context and locks held at entry. */
  operation(record: string, field: string): Operation | undefined;
  /** How locks of this class are given away. */
  handOver(lockClass: string): HandOver | undefined;
  /** The call that does the same to the lock but switches something else beside it, with its facts. */
  irqVariant(name: string, form: IrqForm): LockApi | undefined;
  /** For a call that takes a lock: the one that takes it inside another of its class, and the subclass to give it. */
  nestedVariant(name: string): { readonly name: string; readonly subclass: string } | undefined;
  /** What says at run time that a lock of the kind that this call takes is held; `undefined` where nothing does. */
  assertion(name: string): string | undefined;
  /** The call must not be made with interrupts off, or switches them (or bottom halves) on. */
  needsInterrupts(name: string): boolean;
  /** Keeps the processor busy for a time. */
  delays(name: string): boolean;
  /** The argument that stands for a handler which a call lets run soon: a work item, a timer, a tasklet. */
  startedArg(name: string): number | undefined;
  /** For a call that switches interrupts off or on: the one that saves or restores their state. */
  savingSwitch(name: string): OtherApi | undefined;
  /** Context of the function stored in `field` of `record` (`struct hrtimer`, `function`), which stands for a handler. */
  handlerField(record: string, field: string): ExecutionContext | undefined;
  /** For a call that drops a reference: the argument that is the count, and the one that is called with it for the last. */
  referencePut(name: string): { readonly countArg: number; readonly releaseArg: number } | undefined;
  /**
   * For a field of an object that points to a table of functions that its removal waits for (`struct device`, `groups`):
   * members that it does not wait for.
   */
  tableEnds(record: string, field: string): readonly string[] | undefined;
  /** Whether some record has such a field. */
  isHandlerField(field: string): boolean;
  /** A macro at file scope that makes variables with functions in them. */
  attributeMacro(name: string): AttributeMacro | undefined;
  /** A macro in the initialiser of a variable that puts functions into it without naming them in full. */
  initialiserMacro(name: string): AttributeMacro | undefined;
  /** Gives what a device or an entry was registered with. */
  givesData(name: string): boolean;
  /** What it is given serves the readers of a file. */
  opensFile(name: string): boolean;
  /** For the record in whose fields functions are kept: the parameter by which they are given it. */
  handlerParameter(record: string): number;
  /** For a call that waits for running code: the one that does the same without waiting. */
  withoutWait(name: string): string | undefined;
  /** For a call that sleeps until an interrupt handler is done: the one that spins instead. */
  spinningWait(name: string): string | undefined;
  /** For a call that switches code off: the one that switches it on again. */
  switchedBack(name: string): string | undefined;
  /** On which side of a section a call that needs no lock of its caller may be made as well. */
  unlocked(name: string): Unlocked | undefined;
  /** What a call does with a clock. */
  clock(name: string): ClockFacts | undefined;
  /** Puts a reference and says whether it was the last one. */
  tellsLastPut(name: string): boolean;
  /** Names the task or the processor that runs the code. */
  namesWhoRuns(name: string): boolean;
  /** Page faults are off where functions of this name are called. */
  runsWithoutFaults(name: string): boolean;
  /** A handler says with it that its run is over. */
  endsRun(name: string): boolean;
  /** What an allocation flag says of sleeping. */
  allocationFlag(name: string): AllocationFlag | undefined;
  /** What stands for an allocation flag that may sleep where nothing may; `undefined` for flags that have no such twin. */
  atomicFlag(name: string): string | undefined;
  /** The constant whose bit lets an allocation sleep. */
  readonly reclaimBit: string;
  /** Whether an allocation with these flags never goes into file systems to make room. */
  isWithoutFs(flags: string): boolean;
  /** The constant whose bit lets an allocation go into file systems. */
  readonly fileSystemBit: string;
  /** Classes that callers of a member hold and that other code takes unseen, with every touch of user memory or allocation. */
  sectionsAt(record: string, field: string): readonly string[];
  /** The record that has a member of this name, where no other has. */
  recordOfMember(field: string): string | undefined;
  /** Names the memory of the task that runs. */
  isCurrentTask(name: string): boolean;
  /** A class that code takes without naming it. */
  isUnseen(lockClass: string): boolean;
  /** A call that names such a class. */
  takesUnseen(api: LockApi): boolean;
  /** The class that page faults take. */
  readonly faultClass: string;
  /** The class that reclaim stands for. */
  readonly reclaimClass: string;
  /** The class taken of whom a wake-up wakes. */
  readonly sleeperClass: string;
  /** Whether a type is that of a queue whose lock waits and wake-ups take. */
  isWaitQueue(type: string): boolean;
  /** Further names that lockdep has for a class. */
  validatorNames(lockClass: string): readonly string[];
  /** The delay that spins in place of one that sleeps, for lengths up to `atMost` microseconds; same unit. */
  spinningDelay(name: string): { readonly name: string; readonly atMost: number } | undefined;
  /** Functions known by their type: what runs them. */
  readonly handlerShapes: readonly HandlerShape[];
  /** `soft` or `hard` for a name that says where a high resolution timer expires. */
  timerMode(name: string): 'soft' | 'hard' | undefined;
  /** Whether the kernel is one with PREEMPT_RT: spinlocks sleep, interrupt handlers run in threads. */
  readonly preemptRt: boolean;
  /** Member `field` of `record` is never called while `besides`, another member of it, runs. */
  runsOnlyUp(record: string, field: string, besides: string): boolean;
  /** Member `field` of `record` is only called between some others: while the device is up. */
  isWhileUp(record: string, field: string): boolean;
  /** A program begins with the function of this name. */
  isProgramStart(name: string): boolean;
  /** A member of this name is called before anything else of its driver runs for a device. */
  isProbe(field: string): boolean;
  /** The call makes a device known: from then on members of its tables are called. */
  publishes(name: string): boolean;
  /** What stands for the module itself in the tables that it gives to others. */
  readonly moduleOwner: string;
  /** A macro that stands once in every module. */
  readonly moduleMark: string;
  /** The value of a configuration option that {@link preemptRt} decides. */
  configured(option: string): 0 | 1 | undefined;
  /** A flag of a registration that keeps the handler out of a thread. */
  keepsHard(flag: string): boolean;
  /** A variable that is a workqueue whose works run as softirqs. */
  isSoftQueue(name: string): boolean;
  /** The mode with which a timer expires in softirq instead, for one that expires in interrupt and need not. */
  softTimerMode(name: string): string | undefined;
  /** The call says so. */
  isTimerSetup(name: string): boolean;
  /** A name in an `#if` that is defined outside of the sources, if at all. */
  isGivenOutside(name: string): boolean;
  /** Functions of this section run only while nobody uses the module. */
  isModuleExit(section: string): boolean;
  /** A function of this section or (made by a macro) of this name runs in process context. */
  isProcessEntry(section: string, name: string): boolean;
}

export type LockKind =
  | 'semaphore'
  | 'mutex'
  | 'rt_mutex'
  | 'ww_mutex'
  | 'spinlock'
  | 'raw_spinlock'
  | 'rwlock'
  | 'rwsem'
  | 'percpu_rwsem'
  | 'seqlock'
  | 'seqcount'
  | 'local_lock'
  | 'bit_lock'
  | 'srcu'
  | 'rcu'
  | 'completion'
  /** A section that lockdep models as a lock: cpu hotplug, freeze protection, kernfs active, fs_reclaim, work and timer maps. */
  | 'section';

export type LockMode = 'write' | 'read';

/** What a taking or releasing call switches beside the lock. */
export type IrqForm = 'plain' | 'save' | 'irq' | 'bh';

export interface LockApi {
  readonly name: string;
  readonly kind: LockKind;
  /** `assert-held` with mode 'read' accepts any mode. */
  readonly op:
    | 'acquire'
    | 'try'
    | 'release'
    | 'downgrade'
    | 'assert-held'
    | 'assert-not-held'
    | 'might-acquire'
    | 'transient'
    | 'lock-init';
  readonly mode: LockMode;
  /** Argument that points to the lock or to the object it is in; `undefined` for a global lock. */
  readonly arg?: number;
  /**
   * Way from that argument to the lock; the argument itself is the pointer to the lock when absent.
   * `->i_rwsem`, `->dev.mutex`: field steps, the lock is the object so named. `*`: the argument points to a
   * variable that receives the pointer to the lock. `RET`, `RET->lru_lock`: the same from the value returned
   * (`RET` alone is the pointer to the lock).
   */
  readonly path?: string;
  /** C type of the object that the argument points to, where the API's prototype says it. */
  readonly argType?: string;
  /**
   * Class id when no argument names the lock: a global (`cgroup_mutex`), a file's static
   * (`net/core/rtnetlink.c:rtnl_mutex`), a field of an unnamed object (`mm_struct.mmap_lock`) or a section
   * (`fs_reclaim`).
   */
  readonly implicit?: string;
  /** The class, whatever the path says: a bit in a word of flags (`folio.PG_locked`). The path still names the instance. */
  readonly lockClass?: string;
  /** Name of the row for a second lock that it takes, or releases, besides. */
  readonly besides?: string;
  /** Argument that numbers the bit in the word: with the word it is the lock's identity. */
  readonly bitArg?: number;
  /** For `try`: the lock is held when the call returned this. */
  readonly success?: 'zero' | 'nonzero';
  /** `acquire`: what happens to interrupts; `release`: what is undone. */
  readonly irq?: 'save' | 'disable' | 'restore' | 'enable';
  readonly bh?: boolean;
  readonly flagsArg?: number;
  readonly subclassArg?: number;
  /** The subclass, when the API fixes it. */
  readonly subclass?: number;
  readonly nestArg?: number;
  /** May sleep itself. */
  readonly sleeps?: boolean;
  /** `transient`: may sleep if this GFP argument allows it. */
  readonly gfpArg?: number;
  /** While it is held nothing may sleep: spinning locks, RCU readers, preemption switched off. */
  readonly atomic?: boolean;
  /** PREEMPT_RT: it sleeps to get it, its holder may be preempted, and it switches no interrupts off. */
  readonly preemptible?: boolean;
  /** Whoever takes it so hands it over: another thread releases it. */
  readonly handedOver?: boolean;
  /** For a context that has backed off: it holds no other lock by then. */
  readonly waitsAlone?: boolean;
  /** Its owner may take it again without harm. */
  readonly recursive?: boolean;
  /** A page stays where it is while it is held: whoever has looked for it there may touch it. */
  readonly guardsPages?: boolean;
  /** Taken only when a reference count drops to zero. */
  readonly lastReference?: boolean;
  /** Older versions of this `try` cannot fail: where the result is never tested the lock is held. */
  readonly uncheckedHolds?: boolean;
  /** A release of whatever mode is held; `mode` says nothing. */
  readonly anyMode?: boolean;
  /** Works on locks of any kind: `kind` says nothing, the lock's type does. */
  readonly anyKind?: boolean;
  /** A reader that does not wait for writers already waiting: always, or only in interrupt context. */
  readonly recursiveRead?: 'always' | 'in-interrupt';
  /** Blocking but may give up (interruptible, killable, timed); only with `try`. */
  readonly interruptible?: boolean;
  /** A `try` that never waits: it has no incoming dependency edge. */
  readonly nonBlocking?: boolean;
  /** lockdep knows nothing of it (semaphores, bit locks). */
  readonly noLockdep?: boolean;
  /** Argument that is a function called with the lock held (kref_put_mutex: 1). */
  readonly callbackArg?: number;
  /** Takes or releases a lock for its caller. */
  readonly isLockSite: boolean;
  /** The lock's context is freed by whoever; no mutual exclusion in the sense of a cycle (RCU readers). */
  readonly noCycle?: boolean;
}

export interface OtherApi {
  readonly name: string;
  readonly k: 'wait' | 'complete' | 'sleep' | 'context' | 'query' | 'register' | 'free' | 'transient';
  readonly sleeps?: boolean;
  /** Sleeps only if this argument allows it. */
  readonly gfpArg?: number;
  /** `wait`, `complete`, `free`: argument that names what is waited for, completed or freed. */
  readonly arg?: number;
  /** `wait`: what kind of code must finish. */
  readonly awaits?:
    | 'work'
    | 'queue'
    | 'timer'
    | 'tasklet'
    | 'irq'
    | 'kthread'
    | 'napi'
    | 'completion'
    | 'condition'
    | 'srcu'
    | 'rcu'
    | 'kernfs'
    | 'other';
  /** `wait`: a lock dropped while waiting and taken again: the one this argument points to or contains. */
  readonly dropsArg?: number;
  /** `wait`: an argument that is asked again and again until it is true, or the wait is given up. */
  readonly conditionArg?: number;
  /** `conditionArg`: what is returned when the condition did not come true; absent where it may be either. */
  readonly givenUp?: 'never' | 'negative' | 'zero';
  /** `wait`: an argument that is code run while that lock is dropped. */
  readonly unlockedArg?: number;
  /** `wait`: an argument that is code run behind the wait; other arguments that are code run before it. */
  readonly behindArg?: number;
  /** `wait`: goes on after a time, whatever has happened. */
  readonly timed?: boolean;
  /** `wait`: a module is not removed while what is waited for runs. */
  readonly pinsModule?: boolean;
  /** `wait`: for the handler itself only, not for the thread that it wakes. */
  readonly withoutThread?: boolean;
  /** `context`: what is switched. */
  readonly context?: 'irq' | 'bh' | 'preempt' | 'nofs' | 'noio' | 'pagefault';
  readonly change?: 'disable' | 'enable' | 'save' | 'restore';
  /** `context`: what becomes of the context in which several locks are taken that can wound each other; `arg` points to it. */
  readonly acquireContext?: 'begin' | 'close' | 'end';
  /** `acquireContext` `begin`: the argument that names the locks that are taken in it. */
  readonly classArg?: number;
  readonly flagsArg?: number;
  /** `register`: the argument that is the function, and what runs it. */
  readonly handlerArg?: number;
  readonly threadArg?: number;
  readonly runsIn?: ExecutionContext;
  readonly threadRunsIn?: ExecutionContext;
  /**
   * `register`: the argument that stands for the handler in a wait, the one before the handler when absent;
   * `result` is what the call returns.
   */
  readonly objectArg?: number | 'result';
  /** `register`: an argument that points to a table of functions, all of them handlers. */
  readonly tableArg?: number;
  /** The functions of that table are called with the object as their first argument. */
  readonly tableOfObject?: boolean;
  /** The argument that stands for the handler is this member of the object that does, where it is a member at all. */
  readonly objectAround?: string;
  /** Members of that table that nobody waits for. */
  readonly tableWithout?: readonly string[];
  /** The members of that table that are called, where these are not all; for a wait on an object those run under a lock of its end. */
  readonly tableOnly?: readonly string[];
  /** `register`: the argument in which the object is made: the end of that one ends it as well. */
  readonly withinArg?: number;
  /** The argument that is the name of what is made, or removed, as a string. */
  readonly nameArg?: number;
  /** `register`: the argument that the functions of the table find in {@link dataField}. */
  readonly dataArg?: number;
  /** What `itemArg` (else `arg`) names goes into this queue, which can be waited for. */
  readonly ontoArg?: number;
  readonly itemArg?: number;
  /** The queue where no argument names it: the global variable that it is, or a name of its own. */
  readonly queueName?: string;
  /** `wait`: for all that stands before it in its queue, too. `register`: into a queue, or what makes a queue, that runs one at a time. */
  readonly inTurn?: boolean;
  /** It calls the functions of the queue, or of its table, itself. */
  readonly callsBack?: boolean;
  /** `callsBack`: an argument of the functions called, and the constants of which it is given one each time. */
  readonly toldArg?: number;
  readonly toldOneOf?: readonly string[];
  /** Classes of locks that the functions of its table, or of what it puts into a queue, are called with. */
  readonly holds?: readonly string[];
  /** Named by a pointer that is kept somewhere, not by where it lies: threads, queues, urbs, directory entries. */
  readonly byHandle?: boolean;
  /** `register`: the handler runs at once, in a thread of its own, until somebody waits for its end. */
  readonly startsThread?: boolean;
  /** `register`: the handler finds the argument behind it in one of these fields of the object it is given. */
  readonly dataField?: readonly string[];
  /** `register`: PREEMPT_RT runs the handler in a thread unless this argument holds a flag against it. */
  readonly forcedArg?: number;
  readonly confidence?: 'high' | 'medium' | 'low';
  /** What the call gives is this argument. */
  readonly valueArg?: number;
  /** The event states one fact of the call; its body is worth following as well. */
  readonly followed?: boolean;
  /** Sleeps because it touches user memory: it may be called where page faults are switched off. */
  readonly touchesUser?: boolean;
  /** `query`: asks whether what argument 0 points to is to run again. */
  readonly asksPending?: boolean;
  /** From then on handlers of this kind do not come; `table`: members that run only while a device is up. */
  readonly quiets?: 'irq' | 'table';
  /** Sleeps, and may be called with interrupts off as long as nothing else forbids it. */
  readonly irqsMayBeOff?: boolean;
  /** For callers that have switched preemption off: it switches that on while it sleeps. A lock held is a mistake still. */
  readonly preemptionMayBeOff?: boolean;
  /** `query`: asks what may interrupt, or whether sleeping is allowed. */
  readonly asksContext?: boolean;
}

export type ExecutionContext =
  | 'process'
  | 'hardirq'
  | 'softirq'
  | 'threaded-irq'
  | 'timer'
  | 'tasklet'
  | 'work'
  | 'kthread'
  | 'nmi'
  | 'atomic'
  | 'rcu';

/** A kind of handler that its parameters and result give away. */
export interface HandlerShape {
  readonly runsIn: ExecutionContext;
  /** As told to people: `timer`, `interrupt handler`. */
  readonly title: string;
  readonly returns: string;
  /** Types of its first parameters. */
  readonly parameters: readonly string[];
  /** Who names the handler calls one of these; empty when the type alone is proof. */
  readonly registrars: readonly string[];
  /** The mode that it is set up with may leave it to softirq. */
  readonly softens?: boolean;
}

export interface Declarator {
  /** Argument that is the variable's name. */
  readonly nameArg: number;
  /** C type of the variable declared. */
  readonly type: string;
  readonly isStatic?: boolean;
  /** Declares without defining (DECLARE_…). */
  readonly declaresOnly?: boolean;
  /** Argument that is the type, with `type` as what follows it: `''`, `*`, `[]` (DEFINE_PER_CPU(type, name)). */
  readonly typeArg?: number;
  /** Argument that is a function run later, and where (DECLARE_WORK, DEFINE_TIMER). */
  readonly handlerArg?: number;
  readonly runsIn?: ExecutionContext;
}

export interface LoopMacro {
  /** Argument assigned anew in each round (the cursor), if any. */
  readonly cursorArg?: number;
  /** The cursor is a container_of over this argument (pointer to a list head), its type the cursor's own. */
  readonly headArg?: number;
  /** Other arguments assigned anew in each round. */
  readonly assigns?: readonly number[];
  /** The cursor is never NULL in the body. */
  readonly nonNull?: boolean;
}

export interface ContainerMacro {
  readonly pointerArg: number;
  /** Argument that is a type; -1 when {@link typeOfArg} tells it. */
  readonly typeArg: number;
  readonly memberArg: number;
  /** Argument whose own type, a pointer, is the result's type: from_timer(var, timer, field): 0. */
  readonly typeOfArg?: number;
  /** The type and the member, when the name itself says them: to_delayed_work(work). */
  readonly type?: string;
  readonly member?: string;
  /** The pointer leads to the member (a list head to its first entry): some object of the type, not the one around the pointer. */
  readonly indirect?: boolean;
  /** May also return NULL. */
  readonly orNull?: boolean;
}

export interface Companion {
  /** Argument that points to the object. */
  readonly arg: number;
  /** What its data is called as if the object had a pointer to it. */
  readonly field: string;
}

/** A function that calls one that it is given, before it returns: for each of several, or once. */
export interface CallbackCall {
  readonly functionArg: number;
  /** Arguments handed on to it, by its parameters; -1 for what the callee finds out itself. */
  readonly given: readonly number[];
}

export interface AssignMacro {
  readonly targetArg: number;
  readonly valueArg: number;
  /** The target is what the argument points to. */
  readonly throughPointer?: boolean;
}

export interface ScopeMacro {
  /**
   * `guard(class)(args)`: to the end of the enclosing scope; `scoped_guard(class, args) stmt`; `CLASS(class, var)(args)`;
   * `cleanup` stands behind a variable's name, as in `p __free(function)`.
   */
  readonly form: 'guard' | 'scoped' | 'scoped-conditional' | 'class' | 'cleanup';
}

export interface Operation {
  readonly context?: ExecutionContext;
  /** Lock classes or paths from the arguments held at entry, as in the data table. */
  readonly locksHeld: readonly string[];
}

/** Ways in which a lock leaves its holder without a release. Slots are written `record.field`. */
export interface HandOver {
  /** Functions of this return type tell their callers whether it is still held. */
  readonly toldBy?: readonly string[];
  /** Functions in these slots return with it held when they succeed. */
  readonly keptIn?: readonly string[];
  /** Functions in these slots release it sooner or later, whatever they return. */
  readonly givenIn?: readonly string[];
  /** So do, or may do, these functions. */
  readonly givenTo?: readonly string[];
  /** A store to a field of this name says who will release it. */
  readonly givenBy?: readonly string[];
}

/** Lists of locking calls by what they do: short for records with one role each. */
export interface UserCalls {
  readonly acquire?: readonly UserLockCall[];
  readonly release?: readonly UserLockCall[];
  readonly try?: readonly (UserLockCall & { readonly success?: 'nonzero' | 'zero' })[];
  readonly noreturn?: readonly string[];
}

export interface UserLockCall {
  readonly name: string;
  readonly arg?: number;
  readonly kind?: LockKind;
  readonly mode?: LockMode;
  readonly subclassArg?: number;
}

/** For a call that drops a reference: the argument that is the count, and the function called for the last one. */
export interface ReferencePut {
  readonly countArg: number;
  readonly releaseArg: number;
}

/** A delay that spins, for lengths up to `atMost` microseconds. */
export interface SpinningDelay {
  readonly name: string;
  readonly atMost: number;
}

/**
 * `before`: gets something that is counted. `behind`: gives something back that is counted. `delay`: passes time, which may
 * pass before.
 */
export type Unlocked = 'before' | 'behind' | 'delay';

/** A call's part in the two steps in which a clock is switched on: it is prepared, which sleeps, and enabled, which does not. */
export interface ClockFacts {
  /** For a call that gets a clock: the one that gets it prepared and lets go of it with the device. */
  readonly prepared?: string;
  /** For a call that prepares or unprepares as well: the one for a clock that stays prepared. */
  readonly plain?: string;
  /** Does not care whether the clock is prepared by somebody else, too. */
  readonly indifferent?: true;
}

/** What an allocation flag says of sleeping: it may, it must not, or it says nothing. */
export type AllocationFlag = 'waits' | 'never' | 'silent';

/** A macro at file scope that makes variables with functions in them: attributes of devices, groups of them. */
export interface AttributeMacro {
  /** Variables it makes; `$` stands for its first argument. */
  readonly makes: readonly string[];
  /** Arguments that are functions or variables named in them. */
  readonly given: readonly number[];
  /** Functions and variables named in them by pattern, like `makes`. */
  readonly named: readonly string[];
}

/** How lockdep calls a lock, from the call that initialises or renames it. */
export interface LockNaming {
  /** Argument that points to the lock; -1 where the call is the whole initialiser of a variable. */
  readonly lockArg: number;
  /**
   * The names: `$1` is the text of argument 1 as written, `"1` the string it is, `@1` its last word. More
   * than one where the call initialises several locks.
   */
  readonly names: readonly string[];
  /** Argument that points to the key of the class. */
  readonly keyArg?: number;
  /** Argument that is the function which runs with the lock held. */
  readonly handlerArg?: number;
  /** Argument that holds attributes, and what it says when there are none: others may make the lock recursive. */
  readonly attributes?: { readonly arg: number; readonly none: readonly string[] };
}

/** What a function in a backtrace is doing there. */
export type StackRole =
  /** Prints a report, keeps the books of locks, switches tasks: tells nothing. */
  | { readonly k: 'machinery' }
  /** Inside the acquisition of a lock. */
  | { readonly k: 'lock'; readonly kind: LockKind }
  /** Inside a wait for something else. */
  | { readonly k: 'wait'; readonly awaits: NonNullable<OtherApi['awaits']> }
  /** Where the kernel is entered: nothing of interest lies below. */
  | { readonly k: 'entry' };

/** How somebody at a shell makes the kernel enter a function. */
export interface EntryPoint {
  /** In words, behind "by". */
  readonly how: string;
  /** A line of shell; `$DEVICE`, `$INTERFACE`, `$MODULE`, `$ATTRIBUTE`, `$DRIVER` and `$MOUNT` stand for what only the user knows. */
  readonly command: string;
}
