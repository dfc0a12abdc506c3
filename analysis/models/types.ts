/**
 * Facts about a locking API. This folder is the only place with names of kernel functions, macros and types; all other
 * code asks {@link Models}.
 */
export interface Models {
  /** Identifies the tables, including user records; part of every summary's cache key. */
  readonly hash: string;
  lockApi(name: string): LockApi | undefined;
  /** The lockdep names of the locks that a call initialises. */
  lockNaming(name: string): LockNaming | undefined;
  /** Whether a member of this name may point to a lock, by naming convention. */
  mayPointToLock(member: string): boolean;
  /**
   * Calls that are events but not lock operations: waits, sleepers, irq and preemption switches, registrations, frees.
   */
  api(name: string): OtherApi | undefined;
  /** Declaring macros such as DEFINE_MUTEX: which argument names the variable, and its type. */
  declarator(name: string): DeclaratorMacro | undefined;
  /** Macros that head a loop (`list_for_each_entry(pos, head, member) {`). */
  loopMacro(name: string): LoopMacro | undefined;
  /** The argument that is the call's value: likely(), READ_ONCE(), ERR_PTR(), rcu_dereference() … */
  transparent(name: string): number | undefined;
  /** Whether `name(pointer, member)` is the member itself. */
  isMemberCall(name: string): boolean;
  /** Calls that select one element: from the variable itself, or from a pointer to it. */
  elementCall(name: string): 'object' | 'pointer' | undefined;
  /** Macros that assign: WRITE_ONCE(), rcu_assign_pointer() … */
  assignMacro(name: string): AssignMacro | undefined;
  /** Calls that return the data belonging to their argument, the same each time. */
  companion(name: string): Companion | undefined;
  /** container_of and similar macros: which arguments are pointer, type and member. */
  container(name: string): ContainerMacro | undefined;
  /** Attribute-like words in a declaration without meaning for the analysis (`__init`, `__user`, `noinline`). */
  isAttribute(word: string): boolean;
  /** Such words with an argument list (`__attribute__`, `__aligned`). */
  isAttributeCall(word: string): boolean;
  /** Macros that expand to `struct NAME`, where NAME is their first argument. */
  isStructMacro(word: string): boolean;
  /** Lock annotations at a declarator (`__must_hold`, `__acquires`, …). */
  isLockAnnotation(word: string): boolean;
  /** Words by which the source says that an access needs no lock: around an expression, or at a function. */
  isUnguarded(word: string): boolean;
  isNoReturn(name: string): boolean;
  /**
   * For a macro that returns from the function which uses it: the index of the argument with the value, -1 for none.
   * `undefined` for other names.
   */
  returnsArg(name: string): number | undefined;
  /** `memset(object, value, size)`. */
  isFill(name: string): boolean;
  /** Whether the call stops the machine: locks acquired below it do not count for the caller. */
  isCrash(name: string): boolean;
  /** Whether the name of a function or of a called member suggests a release, whatever its target. */
  soundsLikeRelease(name: string): boolean;
  /** The same for making something new, and for making it from what is there. */
  soundsLikeMakingNew(name: string): boolean;
  soundsLikeCopying(name: string): boolean;
  /** The same for writing text into memory. */
  soundsLikeWritingText(name: string): boolean;
  /** The same for printing a message. */
  soundsLikeTelling(name: string): boolean;
  /** Whether a table of operations says by a member of this name that they may sleep. */
  saysSleep(member: string): boolean;
  /** Whether the call resets the lock validator, as its tests do between the mistakes they provoke. */
  resetsValidator(name: string): boolean;
  /** The result of a call when it finds the last reference; `undefined` for a call that does not report it. */
  lastReferenceTest(name: string): 'zero' | 'nonzero' | undefined;
  /** Whether the call tests the state of an object. */
  isStateTest(name: string): boolean;
  /** Whether the call sets a flag, and only the first of those that set it gets zero. */
  claims(name: string): boolean;
  /** Set if the body of a function, which need not be visible, sleeps, unless it returns before for NULL or an error. */
  sleepsInside(name: string): true | SleepsInside | undefined;
  /** Whether the call runs the handlers of another interrupt, under locks of their own. */
  passesOn(name: string): boolean;
  /** Whether the source says by this call that a lock has been acquired in a way that tools do not see. */
  statesAcquisition(name: string): boolean;
  /** The kind of object that a call makes, and whether accesses to it sleep. */
  makes(name: string): MadeObject | undefined;
  /** `BUG_ON(condition)` and similar: after them, argument 0 is false. */
  isConditionalBug(name: string): boolean;
  /** The value of a well-known constant (error numbers, NULL), for code whose headers are not visible. */
  constant(name: string): number | undefined;
  /** Calls that return an object which no other code can reach yet. */
  isAllocator(name: string): boolean;
  /** Calls that return a pointer to a new object whose members are all zero. */
  makesZeros(name: string): boolean;
  /** Whether a function releases locks of what it is given, which its caller took. */
  endsGiven(name: string): boolean;
  /** The argument that makes a call return zero when it is not zero itself. */
  zeroIf(name: string): number | undefined;
  /** The argument with allocation flags of which a call says whether they allow to wait. */
  asksFlags(name: string): number | undefined;
  /** The number that a call always returns. */
  returnsNumber(name: string): number | undefined;
  /** Whether a macro makes a number with one bit set, or with the bits from its second argument to the first. */
  bits(name: string): 'one' | 'range' | undefined;
  /** Flags with which allocations, and what needs one, never fail. */
  neverFails(flag: string): boolean;
  /** The callback that a call invokes. */
  callbackCall(name: string): CallbackCall | undefined;
  /** Calls without effects on locks worth tracking: never a demand, never an unresolved-call gap. */
  isInert(name: string): boolean;
  /** Functions whose result says whether the argument is an error pointer, and similar. */
  errorTest(name: string): 'is-error' | 'is-error-or-null' | 'error-or-zero' | undefined;
  /** How guard(), scoped_guard() and CLASS() introduce a scope-bound lock. */
  scopeMacro(name: string): ScopeMacro | undefined;
  /** How a macro at file scope defines a class of guards. */
  definesScope(name: string): DefinesScope | undefined;
  /** The calls at both ends of a guard's scope, for a guard class that is not itself a lock. */
  guardCalls(name: string): GuardCalls | undefined;
  /** `__free(name)` at a variable: the call made with it at the end of its scope. */
  scopeEnd(name: string): string | undefined;
  /** Lock types by C type base (`struct mutex`, `spinlock_t`). */
  lockType(base: string): LockKind | undefined;
  /** Structs that only wrap a lock and belong to the embedding struct (`struct sk_buff_head`). */
  isGenericContainer(tag: string): boolean;
  /** Structs shared so widely that their lock classes are weak evidence (`struct inode`). */
  isBaseClass(tag: string): boolean;
  /** Whether two members link objects of one kind in opposite directions. */
  isInverseMember(one: string, other: string): boolean;
  /**
   * Whether the owner of a table of this type owns the objects passed to its functions: a device, a mounted file
   * system.
   */
  isOwnersTable(type: string): boolean;
  /** The record or variable that declares a class under another name. */
  declaredIn(lockClass: string): string | undefined;
  /** The class id of a lock by its name in comments (lower case). */
  lockWord(words: string): string | undefined;
  /** Context and locks held at entry for the function in `field` of op table `record` (`file_operations`, `open`). */
  operation(record: string, field: string): Operation | undefined;
  /** Whether a member of this name may be one that the kernel calls under certain locks, or in an interrupt. */
  isToldMember(field: string): boolean;
  /** How locks of this class are handed over. */
  handOver(lockClass: string): HandOver | undefined;
  /** The call with the same effect on the lock and this effect on interrupts, with its facts. */
  irqVariant(name: string, form: IrqForm): LockApi | undefined;
  /** For an acquiring call: its variant for acquiring inside another lock of the class, and the subclass to pass. */
  nestedVariant(name: string): { readonly name: string; readonly subclass: string } | undefined;
  /**
   * The word that replaces a spinning lock's type, declaration, guard class (`guard:spinlock`) or call when the lock
   * becomes one that sleeps.
   */
  asSleeping(word: string): string | undefined;
  /** The same for a mutex that becomes a spinlock. */
  asSpinning(word: string): string | undefined;
  /** The type of the sleeping lock that replaces a spinning one of this kind. */
  sleepingType(kind: LockKind): string | undefined;
  /** The type of the spinning lock that replaces a sleeping one of this kind. */
  spinningType(kind: LockKind): string | undefined;
  /** The run-time assertion that a lock acquired by this call is held; `undefined` if there is none. */
  assertion(name: string): string | undefined;
  /** The call must not be made with interrupts off, or enables them (or bottom halves). */
  needsInterrupts(name: string): boolean;
  /** The call enables interrupts or bottom halves. */
  switchesOn(name: string): boolean;
  /** Whether code that mentions the word may have functions called with interrupts off that otherwise run with them on. */
  entersOff(word: string): boolean;
  /** Busy-waits. */
  delays(name: string): boolean;
  /** Whether a call reads or writes the memory or the ports of a device, each of which may take a microsecond. */
  accessesDevice(name: string): boolean;
  /** The argument that represents the handler which a call starts: a work item, a timer, a tasklet. */
  startedArg(name: string): number | undefined;
  /** For a call that disables or enables interrupts: the variant that saves or restores their state. */
  savingSwitch(name: string): OtherApi | undefined;
  /** Context of the function in `field` of `record` (`struct hrtimer`, `function`), which represents a handler. */
  handlerField(record: string, field: string): ExecutionContext | undefined;
  /** For a call that drops a reference: the count argument, and the argument called with it on the last drop. */
  referencePut(name: string): { readonly countArg: number; readonly releaseArg: number } | undefined;
  /** For a call that drops a reference and calls the function in a table's member on the last one. */
  tablePut(name: string): TablePut | undefined;
  /**
   * For a field that points to a table of functions which removal of the object waits for (`struct device`, `groups`):
   * the members it does not wait for.
   */
  tableEnds(record: string, field: string): readonly string[] | undefined;
  /** The members of such a table that removal waits for, if it is not all of them. */
  tableOnly(record: string, field: string): readonly string[] | undefined;
  /** Whether the kernel sets a member to the number of an interrupt that it serves for the driver. */
  isInterruptNumber(record: string, field: string): boolean;
  /** Whether some record has a handler field of this name. */
  isHandlerField(field: string): boolean;
  /** A macro at file scope that defines variables containing functions. */
  attributeMacro(name: string): AttributeMacro | undefined;
  /** A macro in an initialiser that names functions only in part. */
  initialiserMacro(name: string): AttributeMacro | undefined;
  /** A macro in an initialiser that expands to members: the name of the one that each argument initialises. */
  memberMacro(name: string): readonly string[] | undefined;
  /** Whether the call returns the data that a device or entry was registered with. */
  givesData(name: string): boolean;
  /** Whether the call receives the functions that serve the readers of a file. */
  opensFile(name: string): boolean;
  /** For a record whose fields contain functions: the index of the parameter through which they receive it. */
  handlerParameter(record: string): number;
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
  /** For a call that waits for running code: the variant that does not wait. */
  withoutWait(name: string): string | undefined;
  /** For a call that may sleep, depending on the device: the variant for atomic context. */
  inAtomic(name: string): string | undefined;
  /** For a call that sleeps until an interrupt handler is done: the variant that spins. */
  spinningWait(name: string): string | undefined;
  /** For a call that registers an interrupt handler: how to register it as a thread's. */
  threaded(name: string): ThreadedVariant | undefined;
  /** Whether a call only lets other tasks run. */
  yields(name: string): boolean;
  /** For a call that sets up a timer or a tasklet: how a work item takes its place. */
  asWork(name: string): AsWork | undefined;
  /** For a call that takes a lock: the variant that gives up at once if the lock is taken, nonzero if it was not. */
  attempt(name: string): LockApi | undefined;
  /** How a guard is declared that may fail to take its lock, and what tells whether it did. */
  readonly guardAttempt: GuardAttempt | undefined;
  /** The function whose result lets the kernel run a system call again. */
  readonly restart: string;
  /** A short pause before another attempt, with its arguments. */
  readonly pause: { readonly name: string; readonly given: string };
  /** For a call that disables something: the call that re-enables it. */
  switchedBack(name: string): string | undefined;
  /** On which side of a critical section a call that needs no lock of its caller may be made instead. */
  unlocked(name: string): Unlocked | undefined;
  /** What a call does with a clock. */
  clock(name: string): ClockFacts | undefined;
  /** Whether the call drops a reference and says whether it was the last one. */
  tellsLastPut(name: string): boolean;
  /** Whether the call takes a reference, which only a matching put drops: {@link referencePut}. */
  takesReference(name: string): boolean;
  /** Whether the call takes the object of its first argument out of a container. */
  unlinks(name: string): boolean;
  /** Whether the call takes an object out of a container and returns it. */
  takesOut(name: string): boolean;
  /** Whether the name denotes the task or CPU that runs the code. */
  namesWhoRuns(name: string): boolean;
  /** Whether functions of this name are called with page faults disabled. */
  runsWithoutFaults(name: string): boolean;
  /** Whether the call ends a handler's run. */
  endsRun(name: string): boolean;
  /** What an allocation flag says about sleeping. */
  allocationFlag(name: string): AllocationFlag | undefined;
  /** Whether an allocation may map pages, and wait whatever its flags are. */
  mapsPages(name: string): boolean;
  /** Whether an allocation flag makes no sense where nothing may wait for memory. */
  needsReclaim(flag: string): boolean;
  /** The replacement of a sleeping allocation flag in atomic context; `undefined` if the flag has none. */
  atomicFlag(name: string): string | undefined;
  /** The replacement of a sleeping allocation flag where it does not matter if the allocation fails. */
  spareFlag(name: string): string | undefined;
  /** The constant whose bit lets an allocation sleep. */
  readonly reclaimBit: string;
  /** Flags by which a request says that its operation may sleep. */
  readonly saysMaySleep: readonly string[];
  /** Whether an allocation with these flags never enters file systems to reclaim memory. */
  isWithoutFs(flags: string): boolean;
  /** The constant whose bit lets an allocation enter file systems. */
  readonly fileSystemBit: string;
  /**
   * Classes that callers of a member hold and that other code acquires implicitly, on any access to user memory or
   * allocation.
   */
  sectionsAt(record: string, field: string): readonly string[];
  /** The record with a member of this name, if there is only one. */
  recordOfMember(field: string): string | undefined;
  /** Whether the name denotes the running task's memory. */
  isCurrentTask(name: string): boolean;
  /** Whether code acquires this class without naming it. */
  isImplicitClass(lockClass: string): boolean;
  /** Whether the call names such a class. */
  acquiresImplicitClass(api: LockApi): boolean;
  /** The class that page faults acquire. */
  readonly faultClass: string;
  /** The class that represents reclaim. */
  readonly reclaimClass: string;
  /** The class that a wake-up acquires on the woken task. */
  readonly sleeperClass: string;
  /** The lock of an SRCU domain that beginning a grace period acquires, by its path in the domain. */
  readonly srcuDomainLock: string;
  /** Whether the type is a wait queue, whose lock waits and wake-ups acquire. */
  isWaitQueue(type: string): boolean;
  /** What lockdep treats as a lock in a queue of this type. */
  queueLock(type: string): QueueLock | undefined;
  /** Further lockdep names of a class. */
  validatorNames(lockClass: string): readonly string[];
  /** The busy-waiting replacement of a sleeping delay, for up to `atMost` microseconds; same unit. */
  spinningDelay(name: string): { readonly name: string; readonly atMost: number } | undefined;
  /** What to poll with where nothing may sleep, for a macro that polls. */
  pollInAtomic(name: string): PollInAtomic | undefined;
  /** The iterator with the same arguments that calls its function where that may sleep. */
  sleepingIterator(name: string): SleepingIterator | undefined;
  /** Handlers recognised by their type, with the context they run in. */
  readonly handlerShapes: readonly HandlerShape[];
  /** `soft` or `hard` for a name that says in which context a high-resolution timer expires. */
  timerMode(name: string): 'soft' | 'hard' | undefined;
  /** Whether the kernel has PREEMPT_RT: spinlocks sleep, interrupt handlers run in threads. */
  readonly preemptRt: boolean;
  /** Whether member `field` of `record` is never called while its member `besides` runs. */
  runsOnlyUp(record: string, field: string, besides: string): boolean;
  /** Whether member `field` of `record` is only called between certain others: while the device is up. */
  isWhileUp(record: string, field: string): boolean;
  /** Whether a program starts with the function of this name. */
  isProgramStart(name: string): boolean;
  /** Whether a member of this name is called before anything else of its driver runs for a device. */
  isProbe(field: string): boolean;
  /** The member that is called before each call of this one, to stop what it starts again: `suspend` for `resume`. */
  stoppedBefore(field: string): string | undefined;
  /** Whether a member of this name is called once for a device, after all others of its driver. */
  isRemoval(field: string): boolean;
  /** Whether a member of this name is called when a device goes away, and gives up its driver's reference. */
  detaches(field: string): boolean;
  /** The members one of which ends the use that a member of this name begins: `release` for `open`. */
  endOfUse(field: string): readonly string[];
  /** Whether a member of this name is called last for an open file or a device, and gives up its reference. */
  endsUse(field: string): boolean;
  /** Whether the call publishes a device: members of its tables may be called from then on. */
  publishes(name: string): boolean;
  /**
   * Whether the call may let other code run for a device that is being probed: it publishes the device (its name may
   * suffice as evidence), or starts a handler or a thread.
   */
  opensDevice(name: string): boolean;
  /** The name of the module itself in the tables it registers. */
  readonly moduleOwner: string;
  /** A macro that occurs once in every module. */
  readonly moduleMark: string;
  /** The value of a configuration option that {@link preemptRt} determines. */
  configured(option: string): 0 | 1 | undefined;
  /** Whether kernels without the option are not looked at; that it is set, proves nothing. */
  neverUnset(option: string): boolean;
  /** Whether the registration flag keeps the handler out of a thread. */
  keepsHard(flag: string): boolean;
  /** Whether the variable is a workqueue whose work runs as softirq. */
  isSoftQueue(name: string): boolean;
  /** The softirq mode of a timer that expires in hard interrupt context and need not. */
  softTimerMode(name: string): string | undefined;
  /** Whether the call sets the mode of a timer. */
  isTimerSetup(name: string): boolean;
  /** The member that code sets beside this call if the operations of the object may sleep. */
  sleepsIf(name: string): string | undefined;
  /** Whether a name in an `#if` is defined outside of the sources, if at all. */
  isGivenOutside(name: string): boolean;
  /** Whether functions of this section run only while the module is unused. */
  isModuleExit(section: string): boolean;
  /** Whether a function of this section or (if a macro defines it) of this name runs in process context. */
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
  /**
   * A critical section that lockdep models as a lock: cpu hotplug, freeze protection, kernfs active, fs_reclaim, work
   * and timer maps.
   */
  | 'section';

export type LockMode = 'write' | 'read';

/** What an acquiring or releasing call changes besides the lock. */
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
  /** Argument that points to the lock or to the object that contains it; `undefined` for a global lock. */
  readonly arg?: number;
  /**
   * Path from that argument to the lock; without a path, the argument points to the lock. `->i_rwsem`, `->dev.mutex`:
   * field steps to the lock. `*`: the argument points to a variable that receives the pointer to the lock. `RET`,
   * `RET->lru_lock`: the same from the return value (`RET` alone is the pointer to the lock).
   */
  readonly path?: string;
  /** C type that the argument points to, if the API's prototype declares it. */
  readonly argType?: string;
  /**
   * Class id if no argument names the lock: a global (`cgroup_mutex`), a file's static
   * (`net/core/rtnetlink.c:rtnl_mutex`), a field of an unnamed object (`mm_struct.mmap_lock`) or a critical section
   * (`fs_reclaim`).
   */
  readonly implicit?: string;
  /**
   * The class, regardless of the path: a bit in a flags word (`folio.PG_locked`). The path still names the instance.
   */
  readonly lockClass?: string;
  /** Name of the row for a second lock that the call also acquires or releases. */
  readonly besides?: string;
  /** Argument with the bit's number in the word; word and bit together identify the lock. */
  readonly bitArg?: number;
  /** For `try`: the result that means the lock is held. */
  readonly success?: 'zero' | 'nonzero';
  /** `acquire`: what happens to interrupts; `release`: what is undone. */
  readonly irq?: 'save' | 'disable' | 'restore' | 'enable';
  readonly bh?: boolean;
  readonly flagsArg?: number;
  /** The argument is the address of the variable. */
  readonly flagsByAddress?: boolean;
  readonly subclassArg?: number;
  /** The subclass, if the API fixes it. */
  readonly subclass?: number;
  readonly nestArg?: number;
  /** May sleep itself. */
  readonly sleeps?: boolean;
  /** `transient`: may sleep if this GFP argument allows it. */
  readonly gfpArg?: number;
  /** Nothing may sleep while it is held: spinning locks, RCU readers, disabled preemption. */
  readonly atomic?: boolean;
  /** PREEMPT_RT: acquiring sleeps, the holder may be preempted, and interrupts stay on. */
  readonly preemptible?: boolean;
  /** Acquired in order to be handed over: another thread releases it. */
  readonly handedOver?: boolean;
  /** For a context that has backed off: it holds no other lock at this point. */
  readonly waitsAlone?: boolean;
  /** Its owner may acquire it again without harm. */
  readonly recursive?: boolean;
  /** A page stays in place while it is held, so code that looked it up there may access it. */
  readonly guardsPages?: boolean;
  /** Of objects with this member set, it is a mutex. */
  readonly mutexIf?: string;
  /** Taken only when a reference count drops to zero. */
  readonly lastReference?: boolean;
  /** Older versions of this `try` cannot fail: if the result is never tested, the lock is held. */
  readonly uncheckedHolds?: boolean;
  /** Arguments of this `try`, at least one of which is not zero where it fails. */
  readonly failsOnlyFor?: readonly number[];
  /** The result of this `try` that says that the acquire context already holds the lock. */
  readonly alreadyHeld?: number;
  /** Releases a lock held in any mode; `mode` is meaningless. */
  readonly anyMode?: boolean;
  /** Works on locks of any kind: the lock's type determines the kind, `kind` is meaningless. */
  readonly anyKind?: boolean;
  /** An assertion that has no meaning before user space runs: code that runs only at boot need not hold the lock. */
  readonly mutedAtBoot?: boolean;
  /** A reader that does not wait for writers already waiting: always, or only in interrupt context. */
  readonly recursiveRead?: 'always' | 'in-interrupt';
  /** Blocking but may give up (interruptible, killable, timed); only with `try`. */
  readonly interruptible?: boolean;
  /** A `try` that never waits, so it has no incoming dependency edge. */
  readonly nonBlocking?: boolean;
  /** lockdep does not track it (semaphores, bit locks). */
  readonly noLockdep?: boolean;
  /**
   * `transient`: one fact about the call, also valid if its body is not visible; a visible body is analysed as well.
   */
  readonly followed?: boolean;
  /** `transient`: in some kernel versions its caller takes the lock instead; a visible body decides. */
  readonly bodyDecides?: boolean;
  /** With `bodyDecides`: a function that only those versions declare, which decides where no body is visible. */
  readonly olderDeclare?: string;
  /** Argument that is a function called with the lock held (kref_put_mutex: 1). */
  readonly callbackArg?: number;
  /** Acquires or releases a lock for its caller. */
  readonly isLockSite: boolean;
  /** Excludes no other holder, so it cannot be part of a cycle (RCU readers). */
  readonly noCycle?: boolean;
}

export interface OtherApi {
  readonly name: string;
  readonly k: 'wait' | 'complete' | 'sleep' | 'context' | 'query' | 'register' | 'free' | 'transient';
  readonly sleeps?: boolean;
  /** Sleeps only if this argument allows it. */
  readonly gfpArg?: number;
  /** Sleeps only if this argument is zero. */
  readonly unlessArg?: number;
  /** The flags if that argument, the last one, is left out. */
  readonly gfpDefault?: string;
  /** `wait`, `complete`, `free`: argument that names what is awaited, completed or freed. */
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
  /** `wait`: the argument that points to or contains a lock which is dropped during the wait and reacquired. */
  readonly dropsArg?: number;
  /** `wait`: an argument evaluated repeatedly until it is true or the wait gives up. */
  readonly conditionArg?: number;
  /** `conditionArg`: the result if the condition did not become true; absent if it may be either. */
  readonly givenUp?: 'never' | 'negative' | 'zero';
  /** `wait`: an argument with code that runs while that lock is dropped. */
  readonly unlockedArg?: number;
  /** `wait`: an argument with code that runs after the wait; other code arguments run before it. */
  readonly behindArg?: number;
  /** `wait`: ends after a timeout in any case. */
  readonly timed?: boolean;
  /** `wait`: a module is not removed while the awaited code runs. */
  readonly pinsModule?: boolean;
  /** `wait`: for the handler itself only, not for the thread it wakes. */
  readonly withoutThread?: boolean;
  /** `context`: what is switched; `preempt-pagefault` is preemption together with page faults. */
  readonly context?: 'irq' | 'bh' | 'preempt' | 'nofs' | 'noio' | 'pagefault' | 'preempt-pagefault';
  readonly change?: 'disable' | 'enable' | 'save' | 'restore';
  /**
   * `context`: only a call without arguments has this effect; another architecture uses the name for something else.
   */
  readonly withoutArgs?: boolean;
  /** `context`: the effect on an acquire context, in which several wound/wait locks are taken; `arg` points to it. */
  readonly acquireContext?: 'begin' | 'close' | 'end';
  /** `acquireContext` `begin`: the argument that names the locks acquired in it. */
  readonly classArg?: number;
  readonly flagsArg?: number;
  /** `register`: the argument that is the function, and what runs it. */
  readonly handlerArg?: number;
  readonly threadArg?: number;
  readonly runsIn?: ExecutionContext;
  readonly threadRunsIn?: ExecutionContext;
  /**
   * `register`: the argument that identifies the handler in a wait; if absent, the one before the handler. `result` is
   * the call's return value.
   */
  readonly objectArg?: number | 'result';
  /** `register`: an argument that points to a table of functions, all of them handlers. */
  readonly tableArg?: number;
  /** The functions of that table receive the object as first argument. */
  readonly tableOfObject?: boolean;
  /** `wait`: the functions that are waited for get the awaited object as first argument. */
  readonly givenFirst?: boolean;
  /** `wait`: where the functions that are waited for find the awaited object. */
  readonly objectIn?: MemberOfParameter;
  /** The argument that identifies the handler is this member of the object that does, if it is a member at all. */
  readonly objectAround?: string;
  /** The argument with the table is this member of a variable that has the functions, if it is a member at all. */
  readonly tableAround?: string;
  /** Members of that table that no wait covers. */
  readonly tableWithout?: readonly string[];
  /**
   * The members of that table that are called, if not all are; a wait on an object covers those that run under a lock
   * of its end.
   */
  readonly tableOnly?: readonly string[];
  /** The member of that table that is called first: it decides whether the others are called. */
  readonly tableFirst?: string;
  /** `register`: the argument that contains the created object, whose end also ends the object. */
  readonly withinArg?: number;
  /** The argument with the name of what is created or removed, as a string. */
  readonly nameArg?: number;
  /** `register`: the argument that the functions of the table find in {@link dataField}. */
  readonly dataArg?: number;
  /** The argument with the queue that takes the item of `itemArg` (or of `arg`); code can wait for the queue. */
  readonly ontoArg?: number;
  readonly itemArg?: number;
  /** The queue if no argument names it: a global variable, or a name of its own. */
  readonly queueName?: string;
  /**
   * `wait`: also covers everything queued earlier. `register`: the queue, or the queue it creates, runs one item at a
   * time.
   */
  readonly inTurn?: boolean;
  /** `inTurn` of a created queue: only if this argument is 1. */
  readonly inTurnArg?: number;
  /** `wait`: takes a callback out of the chain that calls it, whose lock it needs for writing. */
  readonly leaves?: boolean;
  /**
   * `wait`: covers the members `tableOnly` of the only table of this type in the file that waits. The confidence of the
   * record is that it sleeps.
   */
  readonly tableType?: string;
  /** `tableType`: whatever the argument names, it belongs to the driver that calls: a packet, a request. */
  readonly tableOwn?: boolean;
  /** `tableType`: surely only in files that call one of these, as to collect what the call delivers, or pass it on. */
  readonly tableAfter?: readonly string[];
  /** `tableAfter`: in other files, it calls none of the members, rather than perhaps. */
  readonly tableElsewhere?: 'never';
  /** Members of its table that run under the lock of the registry, which the call takes: it waits for them. */
  readonly tableBusy?: readonly string[];
  /** Calls the functions of the queue or of its table itself. */
  readonly callsBack?: boolean;
  /**
   * `callsBack`: an argument of the called functions, and the constants of which each call passes one; without them, the
   * call's own argument at that place.
   */
  readonly toldArg?: number;
  readonly toldOneOf?: readonly string[];
  /** It adds or removes the object of `arg`: it calls what watches the bus, the class or the driver that the object names. */
  readonly watched?: 'added' | 'removed';
  /** Lock classes held when the functions of its table, or of what it queues, are called. */
  readonly holds?: readonly string[];
  /** Identified by a pointer stored somewhere, not by its location: threads, queues, urbs, directory entries. */
  readonly byHandle?: boolean;
  /** `register`: the handler starts at once, in a thread of its own, and runs until someone waits for its end. */
  readonly startsThread?: boolean;
  /** `register`: the handler finds the argument in one of these fields of the object it receives. */
  readonly dataField?: readonly string[];
  /** `register`: PREEMPT_RT runs the handler in a thread unless this argument contains a flag against it. */
  readonly forcedArg?: number;
  /** `register`: argument with the mode of a timer; a soft one expires in softirq. */
  readonly modeArg?: number;
  readonly confidence?: 'high' | 'medium' | 'low';
  /** The call's value is this argument. */
  readonly valueArg?: number;
  /** The event states only one fact about the call. Without effect: the body of such a call is not analysed yet. */
  readonly followed?: boolean;
  /** `sleep`: surely, where the file makes all its objects of this kind with functions that make sleeping ones. */
  readonly asMade?: string;
  /** Sleeps because it accesses user memory; may be called with page faults disabled. */
  readonly touchesUser?: boolean;
  /** `query`: tests whether what argument 0 points to will run again. */
  readonly asksPending?: boolean;
  /** `query`: tests whether the handler that argument 0 points to is running. */
  readonly asksRunning?: boolean;
  /** Afterwards handlers of this kind do not run; `table`: members that run only while a device is up. */
  readonly quiets?: 'irq' | 'table';
  /** Afterwards handlers of this kind run again. */
  readonly resumes?: 'irq';
  /** Sleeps, and may be called with interrupts off if nothing else forbids it. */
  readonly irqsMayBeOff?: boolean;
  /** May be called in atomic context, but not with interrupts off: it waits for other processors, or unmaps memory. */
  readonly irqsMustBeOn?: boolean;
  /** `irqsMustBeOn`: it does not wait if this argument is zero; a processor that comes up calls it with interrupts off. */
  readonly waitsArg?: number;
  /** Waits for code that a hardware interrupt may have interrupted: a timer, a tasklet. */
  readonly notInHardirq?: boolean;
  /** Does its work later instead of sleeping when called in an interrupt or with bottom halves disabled. */
  readonly defersInInterrupts?: boolean;
  /** For callers with preemption disabled: it enables preemption while it sleeps. Holding a lock is still a mistake. */
  readonly preemptionMayBeOff?: boolean;
  /** `query`: tests what may interrupt, or whether sleeping is allowed. */
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

/** A kind of handler recognised by its parameters and result. */
export interface HandlerShape {
  readonly runsIn: ExecutionContext;
  /** As shown to users: `timer`, `interrupt handler`. */
  readonly title: string;
  readonly returns: string;
  /** Types of its first parameters. */
  readonly parameters: readonly string[];
  /** Calls that name the handler; empty if the type alone is proof. */
  readonly registrars: readonly string[];
  /** The mode it is set up with may move it to softirq. */
  readonly softens?: boolean;
}

export interface DeclaratorMacro {
  /** Argument with the variable's name. */
  readonly nameArg: number;
  /** C type of the declared variable. */
  readonly type: string;
  readonly isStatic?: boolean;
  /** Declares without defining (DECLARE_…). */
  readonly declaresOnly?: boolean;
  /** Argument with the type, with `type` appended: `''`, `*`, `[]` (DEFINE_PER_CPU(type, name)). */
  readonly typeArg?: number;
  /** Each processor has a variable of its own. */
  readonly perCpu?: boolean;
  /** Argument with a function that runs later, and its context (DECLARE_WORK, DEFINE_TIMER). */
  readonly handlerArg?: number;
  readonly runsIn?: ExecutionContext;
  /** Argument with the number of holders that a semaphore has at most. */
  readonly countArg?: number;
  /** The member of the variable that each argument initialises, `''` for none. */
  readonly members?: readonly string[];
}

export interface LoopMacro {
  /** Argument assigned in each iteration (the cursor), if any. */
  readonly cursorArg?: number;
  /** The cursor is a container_of over this argument (pointer to a list head); its type is the cursor's own. */
  readonly headArg?: number;
  /** Other arguments assigned in each iteration. */
  readonly assigns?: readonly number[];
  /** The cursor is never NULL in the body. */
  readonly nonNull?: boolean;
}

export interface ContainerMacro {
  readonly pointerArg: number;
  /** Argument that is a type; -1 if {@link typeOfArg} determines it. */
  readonly typeArg: number;
  readonly memberArg: number;
  /** Argument whose own type, a pointer, is the result's type: from_timer(var, timer, field): 0. */
  readonly typeOfArg?: number;
  /** Type and member, if the name implies them: to_delayed_work(work). */
  readonly type?: string;
  readonly member?: string;
  /**
   * The pointer leads to the member indirectly (a list head to its first entry): some object of the type, not the one
   * that contains the target.
   */
  readonly indirect?: boolean;
  /** May also return NULL. */
  readonly orNull?: boolean;
}

export interface Companion {
  /** Argument that points to the object. */
  readonly arg: number;
  /** The field of the object with the data, or a path to it; a name of its own if there is none. */
  readonly field: string;
  /** Argument that selects an element: the field is an array. */
  readonly indexArg?: number;
}

/** A function that calls its function argument before it returns, once or several times. */
export interface CallbackCall {
  readonly functionArg: number;
  /** Arguments passed to it, by parameter; -1 for what the callee determines itself. */
  readonly given: readonly number[];
}

export interface AssignMacro {
  readonly targetArg: number;
  readonly valueArg: number;
  /** The target is what the argument points to. */
  readonly throughPointer?: boolean;
}

/** The functions that a guard class calls with the guard's arguments. */
export interface GuardCalls {
  readonly setup: string;
  readonly cleanup: string;
}

/** A macro at file scope that defines a class of guards or of `__free()`: which argument is what. */
export interface DefinesScope {
  /**
   * What the arguments call the object: `pointer`: by its name, and it is what the guard is given; `object`: as the
   * member `lock` of a structure; `none`: there is none, only such a structure; `value`: by its name, and it is what
   * the beginning returns; `free`: a variable.
   */
  readonly kind: 'pointer' | 'object' | 'none' | 'value' | 'free';
  /** The type of the object, for `object` that which it points to. */
  readonly typeArg?: number;
  /** What happens where the scope begins and ends. */
  readonly beginArg?: number;
  readonly endArg?: number;
  /** What the name of the class adds to that of the class in argument 0. */
  readonly extensionArg?: number;
  /** The beginning may fail: without `successArg` if its value is zero, otherwise if this test of `_RET` is. */
  readonly isConditional?: boolean;
  readonly successArg?: number;
  /** The first of the parameters. */
  readonly parametersFrom?: number;
}

export interface ScopeMacro {
  /**
   * `guard(class)(args)`: to the end of the enclosing scope; `scoped_guard(class, args) stmt`; `CLASS(class,
   * var)(args)`; `cleanup` follows a variable's name, as in `p __free(function)`.
   */
  readonly form: 'guard' | 'scoped' | 'scoped-conditional' | 'class' | 'cleanup';
}

/** A table whose initialiser sets one member to other than zero, and none of some others. */
export interface TableCondition {
  readonly set: string;
  readonly unset: readonly string[];
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
  /** The tables that this is true of; without it, all. */
  readonly onlyIf?: TableCondition;
  /** The call after which the kernel may call the function with interrupts off. */
  readonly offAfter?: string;
  /** Called for an object without users, so that nobody holds its locks; reclaim does so only while this member is set. */
  readonly unused?: string;
}

/** A call that registers a handler which runs in a thread, with `NULL` for the one that runs in the interrupt. */
export interface ThreadedVariant {
  readonly name: string;
  /** Keeps the interrupt disabled until the thread is done. */
  readonly flag: string;
  /** Flags that mean the same for a thread; other ones, as those of a shared interrupt, may not. */
  readonly kept: readonly string[];
}

/** `ACQUIRE(class, variable)(lock); if (ACQUIRE_ERR(class, &variable))` */
export interface GuardAttempt {
  readonly declared: string;
  readonly failed: string;
}

/** How a work item, whose function may sleep, takes the place of a timer or a tasklet. */
export interface AsWork {
  /** What it takes the place of, in words. */
  readonly what: string;
  /** The types of both, and the name and type of what the work item's function is given. */
  readonly from: string;
  readonly to: string;
  readonly member: string;
  readonly given: string;
  /** What sets up the work item, by the flags of the timer; by nothing if it has none. */
  readonly inits: Readonly<Record<string, string>>;
  /** How a delayed one is started, which is given the member of this name. */
  readonly timed?: TimedWork;
  /** Other calls, which take the same arguments. */
  readonly calls: Readonly<Record<string, string>>;
  /** The same for those whose counterpart not every kernel has. */
  readonly newer: Readonly<Record<string, string>>;
  /** What the function finds its object with, and what the other one does. */
  readonly containers: readonly string[];
  readonly container: string;
  /** Calls that only work with preemption or bottom halves disabled, as they are there. */
  readonly unfit: readonly string[];
}

/** How a delayed work item is started in place of a timer. */
export interface TimedWork {
  /** The present time, and the member with the time at which a timer expires that `start` starts. */
  readonly now: string;
  readonly expires: string;
  readonly start: string;
  readonly starts: string;
  /** The call that starts a timer anew, and that for the work item, with the first visible one of these queues. */
  readonly restart: string;
  readonly restarts: string;
  readonly queues: readonly string[];
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
  /** The call that gives the driver's data of the object. */
  readonly data: string;
  /** The calls that make objects which the work item can stop as a whole, and those that make others. */
  readonly made: readonly string[];
  readonly otherwise: readonly string[];
  /** The argument of some of these with the number of queues: with one queue, the object is stopped as a whole. */
  readonly queues: Readonly<Record<string, number>>;
  /** The calls that hold off the other operations of the object. */
  readonly lock: string;
  readonly unlock: string;
  /** Whether the object is in use, and what the driver calls where it is not, with the test of that. */
  readonly running: string;
  readonly detach: string;
  readonly present: string;
  /** Keeps out what the caller of the function kept out, until one of the calls that follow. */
  readonly stop: string;
  readonly started: readonly string[];
  /** The call after which the kernel may call the function, and that after which nothing does any more. */
  readonly registration: string;
  readonly removal: string;
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

/** Ways in which a lock leaves its holder without a release. Slots are written `record.field`. */
export interface HandOver {
  /** The result of functions with this return type says whether it is still held. */
  readonly toldBy?: readonly string[];
  /** Functions in these slots return with it held on success. */
  readonly keptIn?: readonly string[];
  /** Functions in these slots release it eventually, whatever they return. */
  readonly givenIn?: readonly string[];
  /** These functions also release it, or may do so. */
  readonly givenTo?: readonly string[];
  /** A store to a field of this name records who will release it. */
  readonly givenBy?: readonly string[];
}

/** Lists of locking calls by role: shorthand for records with one role each. */
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

/** For a call that drops a reference: the count argument, and the function called on the last drop. */
export interface ReferencePut {
  readonly countArg: number;
  readonly releaseArg: number;
}

/** A call that drops a reference and calls a function that a table names on the last one: `kobject_put(&x->kobj)`. */
export interface TablePut {
  readonly countArg: number;
  /** The members that may name what is called with the counted object: of a table, or of the object. */
  readonly releases: readonly { readonly record: string; readonly member: string }[];
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

/** For a call that makes an object: the kind of object, and whether accesses to it sleep. */
export interface MadeObject {
  readonly kind: string;
  readonly sleeps: boolean;
}

/** A body that sleeps only if an argument, such as the time between two looks, is not zero. */
export interface SleepsInside {
  readonly nonZeroArg: number;
}

/** The polling macro to use where nothing may sleep. */
export interface PollInAtomic {
  readonly name: string;
  /** Position of the time after which both give up, in microseconds. */
  readonly timeoutArg: number;
}

/** A delay that busy-waits, for up to `atMost` microseconds. */
export interface SpinningDelay {
  readonly name: string;
  readonly atMost: number;
}

/**
 * `before`: obtains something that is counted. `behind`: returns something that is counted. `delay`: lets time pass,
 * which may happen before.
 */
export type Unlocked = 'before' | 'behind' | 'delay';

/** An iterator that calls the same function where it may sleep. */
export interface SleepingIterator {
  readonly name: string;
  /** Lock class, as shown, that its caller has to hold. */
  readonly lock: string;
  /** Members of tables, as `record.member`, which every kernel with this iterator calls with that lock held. */
  readonly heldIn?: readonly string[];
}

/** A call's part in the two steps of enabling a clock: preparing it, which sleeps, and enabling it, which does not. */
export interface ClockFacts {
  /** For a call that gets a clock: the variant that also prepares it and releases it with the device. */
  readonly prepared?: string;
  /** For a call that also prepares or unprepares: the variant for a clock that stays prepared. */
  readonly plain?: string;
  /** Works whether or not someone else has prepared the clock. */
  readonly indifferent?: true;
}

/** What an allocation flag says about sleeping: it may, it must not, or nothing. */
export type AllocationFlag = 'waits' | 'never' | 'silent';

/** A macro at file scope that defines variables containing functions: device attributes, groups of them. */
export interface AttributeMacro {
  /** Variables it defines; `$` stands for its first argument. */
  readonly makes: readonly string[];
  /** Arguments that are functions or variables used in them. */
  readonly given: readonly number[];
  /** Functions and variables used in them, by pattern like `makes`. */
  readonly named: readonly string[];
}

/** A member of what a parameter of a function points to. */
export interface MemberOfParameter {
  readonly parameter: number;
  readonly member: string;
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

/** What lockdep treats as a lock in a queue: a workqueue, the head of a notifier chain. */
export interface QueueLock {
  /** The member that is the lock; `''`: the queue itself. */
  readonly member: string;
  readonly kind: LockKind;
  /**
   * What happens with it held: items run, each under a section of its own; callbacks run; or nothing, since it only
   * guards the list.
   */
  readonly over: 'items' | 'callbacks' | 'nothing';
  /** Only who leaves waits for it; who joins takes another lock. */
  readonly leavingOnly?: boolean;
}

/** The lockdep name of a lock, according to the call that initialises or renames it. */
export interface LockNaming {
  /** Argument that points to the lock; -1 if the call is the whole value of a variable or of an assignment. */
  readonly lockArg: number;
  /**
   * The names: `$1` is the text of argument 1, `"1` its string value, `@1` its last word. Several if the call
   * initialises several locks.
   */
  readonly names: readonly string[];
  /** Argument that points to the class key. */
  readonly keyArg?: number;
  /** Argument with the function that runs with the lock held. */
  readonly handlerArg?: number;
  /** Argument with attributes, and its values for none; any other value may make the lock recursive. */
  readonly attributes?: { readonly arg: number; readonly none: readonly string[] };
}

/** The role of a function in a backtrace. */
export type StackRole =
  /** Prints a report, tracks locks, switches tasks: carries no information. */
  | { readonly k: 'machinery' }
  /** Inside the acquisition of a lock. */
  | { readonly k: 'lock'; readonly kind: LockKind }
  /** Inside a wait for something else. */
  | { readonly k: 'wait'; readonly awaits: NonNullable<OtherApi['awaits']> }
  /** Where the kernel is entered: nothing of interest is below. */
  | { readonly k: 'entry' };

/** How to make the kernel enter a function, from a shell. */
export interface EntryPoint {
  /** In words, after "by". */
  readonly how: string;
  /**
   * A shell command; `$DEVICE`, `$INTERFACE`, `$MODULE`, `$ATTRIBUTE`, `$DRIVER` and `$MOUNT` represent what only the
   * user knows.
   */
  readonly command: string;
}
