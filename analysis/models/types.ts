/**
 * Facts about a locking API. The tables of this folder are the only place where names of kernel functions,
 * macros and types stand; everything else asks {@link Models}.
 */
export interface Models {
  /** Identifies the tables, user extensions included; part of every summary's recipe. */
  readonly hash: string;
  lockApi(name: string): LockApi | undefined;
  /** Calls that are events but no lock operation: waits, sleepers, irq and preemption switches, registrations, frees. */
  api(name: string): OtherApi | undefined;
  /** Declaring macros such as DEFINE_MUTEX: which argument names the variable, and its type. */
  declarator(name: string): Declarator | undefined;
  /** Macros that head a loop (`list_for_each_entry(pos, head, member) {`). */
  loopMacro(name: string): LoopMacro | undefined;
  /** Calls whose value is their argument: likely(), READ_ONCE(), ERR_PTR(), rcu_dereference() … */
  transparent(name: string): number | undefined;
  /** container_of and its kin: which arguments are pointer, type and member. */
  container(name: string): ContainerMacro | undefined;
  /** Attribute-like words that may stand in a declaration and mean nothing here (`__init`, `__user`, `noinline`). */
  isAttribute(word: string): boolean;
  /** Attribute-like words with an argument list that mean nothing here (`__attribute__`, `__aligned`). */
  isAttributeCall(word: string): boolean;
  /** Lock annotations at a declarator (`__must_hold`, `__acquires`, …). */
  isLockAnnotation(word: string): boolean;
  isNoReturn(name: string): boolean;
  /** Functions whose result says whether an error pointer was given, and the like. */
  errorTest(name: string): 'is-error' | 'is-error-or-null' | undefined;
  /** guard(), scoped_guard(), CLASS(): how the word introduces a scope-bound lock. */
  scopeMacro(name: string): ScopeMacro | undefined;
  /** Lock types by C type base (`struct mutex`, `spinlock_t`). */
  lockType(base: string): LockKind | undefined;
  /** Structs that only wrap a lock and belong to whoever embeds them (`struct sk_buff_head`). */
  isGenericContainer(tag: string): boolean;
  /** Structs so widely shared that their lock classes tell little (`struct inode`). */
  isBaseClass(tag: string): boolean;
  /** `field` of op table `record` (`file_operations`, `open`): context and locks held at entry. */
  operation(record: string, field: string): Operation | undefined;
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

export interface LockApi {
  readonly name: string;
  readonly kind: LockKind;
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
  /** Path from that argument to the lock, e.g. `->i_rwsem`; the argument itself when absent. `RET` for a returned lock. */
  readonly path?: string;
  /** Name of the global lock variable or section when no argument names it. */
  readonly implicit?: string;
  /** For `try`: the lock is held when the call returned this. */
  readonly success?: 'zero' | 'nonzero';
  /** `acquire`: what happens to interrupts; `release`: what is undone. */
  readonly irq?: 'save' | 'disable' | 'restore' | 'enable';
  readonly bh?: boolean;
  readonly flagsArg?: number;
  readonly subclassArg?: number;
  readonly nestArg?: number;
  /** May sleep itself. */
  readonly sleeps?: boolean;
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
  /** Counted as a lock site in DESIGN §6. */
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
    'work' | 'workqueue' | 'timer' | 'tasklet' | 'irq' | 'kthread' | 'napi' | 'completion' | 'condition' | 'srcu' | 'rcu' | 'kernfs' | 'other';
  /** `context`: what is switched. */
  readonly context?: 'irq' | 'bh' | 'preempt' | 'nofs' | 'noio' | 'pagefault';
  readonly change?: 'disable' | 'enable' | 'save' | 'restore';
  readonly flagsArg?: number;
  /** `register`: the argument that is the function, and what runs it. */
  readonly handlerArg?: number;
  readonly threadArg?: number;
  readonly runsIn?: ExecutionContext;
  readonly threadRunsIn?: ExecutionContext;
  readonly confidence?: 'high' | 'medium' | 'low';
}

export type ExecutionContext = 'process' | 'hardirq' | 'softirq' | 'threaded-irq' | 'timer' | 'tasklet' | 'work' | 'kthread' | 'nmi' | 'atomic' | 'rcu';

export interface Declarator {
  /** Argument that is the variable's name. */
  readonly nameArg: number;
  /** C type of the variable declared. */
  readonly type: string;
  readonly isStatic?: boolean;
  /** Declares without defining (DECLARE_…). */
  readonly declaresOnly?: boolean;
}

export interface LoopMacro {
  /** Argument assigned anew in each round (the cursor), if any. */
  readonly cursorArg?: number;
  /** The cursor is a container_of over this argument (pointer to a list head), its type the cursor's own. */
  readonly headArg?: number;
  /** The cursor is never NULL in the body. */
  readonly nonNull?: boolean;
}

export interface ContainerMacro {
  readonly pointerArg: number;
  readonly typeArg: number;
  readonly memberArg: number;
}

export interface ScopeMacro {
  /** `guard(class)(args)`: to the end of the enclosing scope; `scoped_guard(class, args) stmt`; `CLASS(class, var)(args)`. */
  readonly form: 'guard' | 'scoped' | 'scoped-conditional' | 'class';
}

export interface Operation {
  readonly context?: ExecutionContext;
  /** Lock classes or paths from the arguments held at entry, as in the data table. */
  readonly locksHeld: readonly string[];
}

/** `models` of a lockorder.json (DESIGN §6). */
export interface UserModel {
  readonly acquire?: readonly UserLockCall[];
  readonly release?: readonly UserLockCall[];
  readonly try?: readonly (UserLockCall & { readonly success?: 'nonzero' | 'zero' })[];
  readonly noreturn?: readonly string[];
}

export interface UserLockCall {
  readonly name: string;
  readonly arg?: number;
  readonly kind?: string;
  readonly mode?: LockMode;
  readonly subclassArg?: number;
}
