/** Which calls take and release locks, and what is known about lock classes. */
export interface LockModels {
  lockApi(name: string): LockApi | undefined;
  /** The lockdep names of the locks that a call initialises. */
  lockNaming(name: string): LockNaming | undefined;
  /** What a call that makes an object does with a lock of its caller; `undefined` for other calls. */
  lockGiven(name: string): LockGiven | undefined;
  /** Whether a member of this name may point to a lock, by naming convention. */
  mayPointToLock(member: string): boolean;
  /** Whether the call resets the lock validator, as its tests do between the mistakes they provoke. */
  resetsValidator(name: string): boolean;
  /** Whether the call states that a lock has been acquired in a way that tools do not see. */
  statesAcquisition(name: string): boolean;
  /** Whether a function releases locks that its caller has acquired in the objects it passes. */
  endsGiven(name: string): boolean;
  /** Lock types by C type base (`struct mutex`, `spinlock_t`). */
  lockType(base: string): LockKind | undefined;
  /** Structs that only wrap a lock and belong to the embedding struct (`struct sk_buff_head`). */
  isGenericContainer(tag: string): boolean;
  /** Whether a record of this tag has a lock, for records whose declaration is not visible. */
  hasKnownLock(tag: string): boolean;
  /** Structs shared so widely that their lock classes are weak evidence (`struct inode`). */
  isBaseClass(tag: string): boolean;
  /** Whether two members link objects of one kind in opposite directions. */
  isInverseMember(one: string, other: string): boolean;
  /** The record or variable that declares a class under another name. */
  declaredIn(lockClass: string): string | undefined;
  /** The class id of a lock by its name in comments (lower case). */
  lockWord(words: string): string | undefined;
  /** How locks of this class are handed over. */
  handOver(lockClass: string): HandOver | undefined;
  /** Whether the objects of one file are of one family, with a class of their own. */
  isByFamily(lockClass: string): boolean;
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
  /** The field that the path ends in points to the lock, which the object got when it was made ({@link LockGiven}). */
  readonly given?: boolean;
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
  /** The arguments decide whether the call accesses memory of a user or of the kernel. */
  readonly orKernelMemory?: boolean;
  /** Called only for objects of this type that are never mapped: a directory, whose type files share. */
  readonly ofUnmapped?: string;
  /** In objects with this member set, the lock is a mutex. */
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
  /** With `interruptible`: gives up after a timeout in any case. */
  readonly timed?: boolean;
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
  /** Only leaving the queue waits for it; joining takes another lock. */
  readonly leavingOnly?: boolean;
}

/** A call that makes an object with a lock of its caller, which operations on the object acquire from then on. */
export interface LockGiven {
  /** Argument that points to the lock. */
  readonly lockArg: number;
  /** The member of the object that points to the lock: `dma_fence.lock`. */
  readonly member: string;
  /** Users of the object may acquire the lock in a hardware interrupt: it counts as hardirq-safe. */
  readonly irqSafe?: true;
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
