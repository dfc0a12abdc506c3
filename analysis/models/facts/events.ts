import type { ExecutionContext } from './contexts.js';

/** Calls that are events without being lock operations, and what other calls tell about them. */
export interface EventModels {
  /**
   * Calls that are events but not lock operations: waits, sleepers, irq and preemption switches, registrations, frees.
   */
  api(name: string): OtherApi | undefined;
  /** Whether the call stops the machine: locks acquired below it do not count for the caller. */
  isCrash(name: string): boolean;
  /** Whether the name of a function or of a called member suggests a release, whatever its target. */
  soundsLikeRelease(name: string): boolean;
  /** Whether the name of a function without a visible body suggests that it may return with a lock. */
  soundsLikeAcquire(name: string): boolean;
  /** The same for making something new, and for making it from what is there. */
  soundsLikeMakingNew(name: string): boolean;
  soundsLikeCopying(name: string): boolean;
  /** The same for writing text into memory. */
  soundsLikeWritingText(name: string): boolean;
  /** The same for printing a message. */
  soundsLikeTelling(name: string): boolean;
  /** Whether a table of operations says by a member of this name that they may sleep. */
  saysSleep(member: string): boolean;
  /** Whether the call tests the state of an object. */
  isStateTest(name: string): boolean;
  /** Whether the call sets a flag, and only the first of those that set it gets zero. */
  claims(name: string): boolean;
  /** Set if the body of a function, which need not be visible, sleeps, unless it returns before for NULL or an error. */
  sleepsInside(name: string): true | SleepsInside | undefined;
  /** Whether the call runs the handlers of another interrupt, under locks of their own. */
  passesOn(name: string): boolean;
  /** The callback that a call invokes. */
  callbackCalls(name: string): readonly CallbackCall[];
  /** Calls without effects on locks worth tracking: never a demand, never an unresolved-call gap. */
  isInert(name: string): boolean;
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
  /** Whether a call only computes a value from the values of its arguments. */
  computes(name: string): boolean;
  /** Whether a function of this name spreads its arguments over numbers that keep no order of them. */
  hashes(name: string): boolean;
  /** The argument that represents the handler which a call starts: a work item, a timer, a tasklet. */
  startedArg(name: string): number | undefined;
  /** Whether a call only lets other tasks run. */
  yields(name: string): boolean;
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
  /** `wait`: what kind of code must finish; no record says `semaphore`, which is a lock that others release. */
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
    | 'semaphore'
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
  /**
   * `wait`: surely sleeps where the driver's own functions in the awaited table do, unless this call has been made for the
   * object.
   */
  readonly sparedBy?: string;
  /** Each call registers the callback of one request: those of others may be pending. */
  readonly ofRequest?: boolean;
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
  /** `free`: sleeps if it has no other argument, which would be a member of the object to queue it by. */
  readonly sleepsAlone?: boolean;
  /** For callers with preemption disabled: it enables preemption while it sleeps. Holding a lock is still a mistake. */
  readonly preemptionMayBeOff?: boolean;
  /** `query`: tests what may interrupt, or whether sleeping is allowed. */
  readonly asksContext?: boolean;
  /** `asksContext`: tests nothing but whether interrupts are disabled. */
  readonly asksInterrupts?: boolean;
  /** `asksContext`: says nothing of a held lock, so that a caller in a task with a spinlock is told that it may sleep. */
  readonly missesLocks?: boolean;
}

/** A function that calls its function argument before it returns, once or several times. */
export interface CallbackCall {
  readonly functionArg: number;
  /** Arguments passed to it, by parameter; -1 for what the callee determines itself. */
  readonly given: readonly number[];
}

/** What a body needs to sleep. */
export interface SleepsInside {
  /** An argument, such as the time between two looks, that is not zero. */
  readonly nonZeroArg?: number;
  /** Allocation flags that let it wait for memory. */
  readonly gfpArg?: number;
}

/** A member of what a parameter of a function points to. */
export interface MemberOfParameter {
  readonly parameter: number;
  readonly member: string;
}
