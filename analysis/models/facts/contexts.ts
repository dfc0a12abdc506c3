/** In which context functions run: handlers, timers, sections, configurations. */
export interface ContextModels {
  /** Context of the function in `field` of `record` (`struct hrtimer`, `function`), which represents a handler. */
  handlerField(record: string, field: string): ExecutionContext | undefined;
  /** Whether each object with such a handler is one request: the handlers of others may be pending. */
  isRequestField(record: string, field: string): boolean;
  /** Whether some record has a handler field of this name. */
  isHandlerField(field: string): boolean;
  /** For a record whose fields contain functions: the index of the parameter through which they receive it. */
  handlerParameter(record: string): number;
  /** Whether the name denotes the task or CPU that runs the code. */
  namesWhoRuns(name: string): boolean;
  /** Whether functions of this name are called with page faults disabled. */
  runsWithoutFaults(name: string): boolean;
  /** Whether the call ends a handler's run. */
  endsRun(name: string): boolean;
  /** Whether the name denotes the running task's memory. */
  isCurrentTask(name: string): boolean;
  /** Handlers recognised by their type, with the context they run in. */
  readonly handlerShapes: readonly HandlerShape[];
  /** `soft` or `hard` for a name that says in which context a high-resolution timer expires. */
  timerMode(name: string): 'soft' | 'hard' | undefined;
  /** Whether the kernel has PREEMPT_RT: spinlocks sleep, interrupt handlers run in threads. */
  readonly preemptRt: boolean;
  /** Whether a program starts with the function of this name. */
  isProgramStart(name: string): boolean;
  /** The value of a configuration option that {@link preemptRt} determines. */
  configured(option: string): 0 | 1 | undefined;
  /** Whether kernels without the option are not looked at; that it is set, proves nothing. */
  neverUnset(option: string): boolean;
  /** Whether the registration flag keeps the handler out of a thread. */
  keepsHard(flag: string): boolean;
  /** Whether the variable is a workqueue whose work runs as softirq, or the flag with which one is made. */
  isSoftQueue(name: string): boolean;
  /** Whether the call sets the mode of a timer. */
  isTimerSetup(name: string): boolean;
  /** Whether a name in an `#if` is defined outside of the sources, if at all. */
  isGivenOutside(name: string): boolean;
  /** Whether functions of this section run only while the module is unused. */
  isModuleExit(section: string): boolean;
  /** Whether a function of this section or (if a macro defines it) of this name runs in process context. */
  isProcessEntry(section: string, name: string): boolean;
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
