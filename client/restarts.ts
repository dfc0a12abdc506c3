/** In milliseconds: a server that starts needs about one second, and some seconds on a machine under load. */
const START_LIMIT_MS = 20_000;

/** In milliseconds: the client ends a process that does not answer two seconds after it has given up stopping it. */
const END_LIMIT_MS = 20_000;

/** What a restart needs of a language client. */
export interface Server {
  needsStop(): boolean;
  isRunning(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the connection to a server closes: its process has ended. Absent where that takes no time. */
  nextClose?(): Promise<void>;
}

/** Restarts of one server, one at a time: who asks for another one meanwhile gets the one under way. */
export class Restarts {
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly server: Server,
    private readonly log: (reason: string) => void,
    private readonly startLimitMs = START_LIMIT_MS,
  ) {}

  restart(): Promise<void> {
    this.underWay ??= this.stopAndStart().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Rejects if the new server does not start. One that hangs is ended, and the next one starts all the same. */
  private async stopAndStart(): Promise<void> {
    const { server } = this;
    const isStarting = server.needsStop() && !server.isRunning();
    // A client cannot stop a server that starts: it ends the process, and the user sees the failure of that start.
    if (isStarting && !(await this.startsInTime())) {
      // Once that process has ended, the client itself starts another one.
      await server.stop().catch(this.logged);
      return;
    }
    if (server.needsStop()) await this.stop();
    await server.start();
  }

  /**
   * Stops the server. A client that gives up stopping one ends its process later, and takes that end for the end of whatever
   * server it has by then: the next one starts behind it.
   */
  private async stop(): Promise<void> {
    const closed = this.server.nextClose?.();
    try {
      await this.server.stop();
    } catch (reason) {
      this.logged(reason);
      if (closed !== undefined) await within(closed, END_LIMIT_MS);
    }
  }

  /** Whether the start under way ends, well or badly, before its limit. */
  private startsInTime(): Promise<boolean> {
    return within(this.server.start().catch(this.logged), this.startLimitMs);
  }

  private readonly logged = (reason: unknown): void => this.log(String(reason));
}

/** Whether something ends before a limit. */
async function within(end: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  return Promise.race([end.then(() => true), limit]).finally(() => clearTimeout(timer));
}
