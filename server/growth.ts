import { Cancelled, PRIORITY, type Level, type LoadState } from './stage.js';

/** A bigger program under construction. */
export interface Running {
  readonly level: Level;
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

export interface GrowthHost {
  /** Makes a program of a level and puts it in its place. */
  build(
    level: Level,
    priority: number,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
  ): Promise<void>;
  /** A program is in its place, after so many milliseconds: maybe the next one is due. */
  grown(level: Level, ms: number): void;
  progressed(): void;
  failed(reason: unknown): void;
}

/** Makes one bigger program at a time, behind the scenes. */
export class Growth {
  /** Progress of reading and linking; `undefined` while nothing is made. */
  loading: LoadState | undefined;
  running: Running | undefined;
  private hasFailed = false;

  constructor(private readonly host: GrowthHost) {}

  /** Whether something may be begun that nobody asked for: not after a failure, until there is news. */
  get mayStart(): boolean {
    return !this.running && !this.hasFailed;
  }

  /** What failed before may go better now. */
  forgive(): void {
    this.hasFailed = false;
  }

  start(level: Level, priority: number): Running {
    const abort = new AbortController();
    const begin = performance.now();
    const onProgress = (state: LoadState): void => {
      this.loading = state;
      this.host.progressed();
    };
    const end = (): void => {
      if (this.running !== running) return;
      this.running = undefined;
      this.loading = undefined;
      this.host.progressed();
    };
    const done = this.host
      .build(level, priority, abort.signal, onProgress)
      .finally(end)
      .then(() => this.host.grown(level, performance.now() - begin));
    const running = { level, done, abort };
    this.running = running;
    return running;
  }

  startQuietly(level: Level): void {
    this.start(level, PRIORITY.index).done.catch((reason: unknown) => {
      this.hasFailed = !(reason instanceof Cancelled);
      this.host.failed(reason);
    });
  }

  stop(): void {
    this.running?.abort.abort();
  }
}
