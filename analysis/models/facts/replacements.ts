import type { OtherApi } from './events.js';
import type { IrqForm, LockApi, LockKind } from './locks.js';

/** What a fix writes in place of a call, a type or a flag. */
export interface ReplacementModels {
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
  /** For a call that disables or enables interrupts: the variant that saves or restores their state. */
  savingSwitch(name: string): OtherApi | undefined;
  /** For a call that waits for running code: the variant that does not wait. */
  withoutWait(name: string): string | undefined;
  /** For a call that may sleep, depending on the device: the variant for atomic context. */
  inAtomic(name: string): string | undefined;
  /** For a call that sleeps until an interrupt handler is done: the variant that spins. */
  spinningWait(name: string): string | undefined;
  /** Whether the result of a call says that the thread of the awaited interrupt handler is done as well. */
  tellsThread(name: string): boolean;
  /** For a call that registers an interrupt handler: how to register it as a thread's. */
  threaded(name: string): ThreadedVariant | undefined;
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
  /** The replacement of a sleeping allocation flag in atomic context; `undefined` if the flag has none. */
  atomicFlag(name: string): string | undefined;
  /** The replacement of a sleeping allocation flag where it does not matter if the allocation fails. */
  spareFlag(name: string): string | undefined;
  /** The busy-waiting replacement of a sleeping delay, for up to `atMost` microseconds; same unit. */
  spinningDelay(name: string): { readonly name: string; readonly atMost: number } | undefined;
  /** What to poll with where nothing may sleep, for a macro that polls. */
  pollInAtomic(name: string): PollInAtomic | undefined;
  /** The iterator with the same arguments that calls its function where that may sleep. */
  sleepingIterator(name: string): SleepingIterator | undefined;
  /** The softirq mode of a timer that expires in hard interrupt context and need not. */
  softTimerMode(name: string): string | undefined;
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
