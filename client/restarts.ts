/** In milliseconds: a server that starts needs about one second, and some seconds on a machine under load. */
const START_LIMIT_MS = 20_000;

/** What a restart needs of a language client. */
export interface Server {
  needsStop(): boolean;
  isRunning(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
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
    if (server.needsStop()) await server.stop().catch(this.logged);
    await server.start();
  }

  /** Whether the start under way ends, well or badly, before its limit. */
  private async startsInTime(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), this.startLimitMs);
    });
    const ended = this.server.start().then(
      () => true,
      (reason: unknown) => {
        this.logged(reason);
        return true;
      },
    );
    return Promise.race([ended, limit]).finally(() => clearTimeout(timer));
  }

  private readonly logged = (reason: unknown): void => this.log(String(reason));
}
