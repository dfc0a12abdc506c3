import { Cancelled, LEVELS, PRIORITY, unlessCancelled, type Level, type LoadState } from './stage.js';

/** A larger program under construction. */
export interface Running {
  readonly level: Level;
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

/** Memory limit, and the interval of its check in milliseconds. */
const MOST_MEMORY = 0.75;
const LOOK_MS = 200;

/** The folder is not read completely although its settings ask for that. */
export abstract class Limited extends Error {
  /** The largest program that may be built instead. */
  abstract readonly instead: Level;
}

/** Up to this many bytes of C are linked completely by default: about 2 GB of memory. */
export const MOST_BYTES = 100_000_000;

/** The folder is too large to be read completely by default. */
export class Vast extends Limited {
  readonly instead = 'around';

  constructor(readonly files: number) {
    super(
      `The folder has ${files} C files, too many to analyse together: open files are analysed with their directories, callers and callees.`,
    );
  }
}

/** The program needs more memory than there is; includes what was read so far. */
export class TooLarge extends Limited {
  constructor(
    readonly reached: LoadState,
    readonly instead: Level = 'folders',
  ) {
    const { done, total, stage } = reached;
    const where = stage === 'read' ? `${done} of ${total} files were read` : `in the stage "${stage}"`;
    super(`Not enough memory for the whole folder (${where}). Exclude folders with lockOrder.exclude.`);
  }
}

export interface GrowthHost {
  /** Memory in use, 0 to 1. */
  memoryShare(): number;
  /** A program that nobody waits for would be, or has become, too large. */
  limited(reason: Limited): void;
  /** Builds a program of a level and installs it. */
  build(
    level: Level,
    priority: number,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
  ): Promise<void>;
  /** A program was installed, after this many milliseconds. */
  grown(level: Level, ms: number): void;
  /** Nothing is being built; the next one may be due. */
  goOn(): void;
  progressed(): void;
  failed(reason: unknown): void;
}

/** Builds one larger program at a time in the background. */
export class Growth {
  /** Progress of reading and linking; `undefined` if nothing is being built. */
  loading: LoadState | undefined;
  running: Running | undefined;
  private hasFailed = false;
  private isPaused = false;

  constructor(private readonly host: GrowthHost) {}

  /** Whether background work may start: not after a failure, until something changes. */
  get mayStart(): boolean {
    return !this.running && !this.hasFailed && !this.isPaused;
  }

  /** Stops the current build and starts no background work until it is resumed. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    if (isPaused) this.stop();
  }

  /** After a failure, the next attempt may succeed. */
  forgive(): void {
    this.hasFailed = false;
  }

  start(level: Level, priority: number): Running {
    const abort = new AbortController();
    // Until there is something to count, folders are being listed.
    this.loading = { stage: 'list', done: 0, total: 0 };
    this.host.progressed();
    const begin = performance.now();
    let looked = begin;
    let isOver = false;
    const onProgress = (state: LoadState): void => {
      // The program reads files again when they change. That is not part of this growth.
      if (isOver) return;
      this.loading = state;
      const now = performance.now();
      // If everything is too much, the folders of open documents remain.
      if ((level === 'tree' || level === 'around') && now - looked > LOOK_MS) {
        looked = now;
        if (this.host.memoryShare() > MOST_MEMORY) abort.abort(new TooLarge(state));
      }
      this.host.progressed();
    };
    const end = (): void => {
      isOver = true;
      if (this.running !== running) return;
      this.running = undefined;
      this.loading = undefined;
      this.host.progressed();
    };
    const done = this.host
      .build(level, priority, abort.signal, onProgress)
      .catch((reason: unknown) => {
        throw abort.signal.reason instanceof TooLarge ? abort.signal.reason : reason;
      })
      .finally(end)
      .then(() => {
        this.host.grown(level, performance.now() - begin);
        this.host.goOn();
      });
    const running = { level, done, abort };
    this.running = running;
    return running;
  }

  /**
   * Starts a level in the background unless something else is being built. The needs of an opened document do not wait
   * for the surroundings of the others: the index for those takes minutes the first time, and is continued later.
   */
  want(level: Level): void {
    const isUrgent = this.running?.level === 'around' && LEVELS.indexOf(level) < LEVELS.indexOf('around');
    if (isUrgent) this.stop();
    if (isUrgent || this.mayStart) this.startQuietly(level);
  }

  startQuietly(level: Level): void {
    this.start(level, PRIORITY.index).done.catch((reason: unknown) => {
      if (reason instanceof Limited) {
        this.host.limited(reason);
        return;
      }
      this.hasFailed = !(reason instanceof Cancelled);
      this.host.failed(reason);
    });
  }

  /**
   * Builds a program for a caller who waits, joining a build in progress. Rejects with {@link Cancelled} if
   * the signal aborts; a build that it did not start continues.
   */
  async make(level: Level, signal: AbortSignal): Promise<void> {
    const { running } = this;
    const joined = running?.level === level && !running.abort.signal.aborted ? running : undefined;
    if (!joined) this.stop();
    const growth = joined ?? this.start(level, PRIORITY.scan);
    try {
      await unlessCancelled(growth.done, signal);
    } catch (reason) {
      if (!joined) growth.abort.abort();
      // What was read in the background before continues.
      void growth.done.catch(() => undefined).then(() => this.host.goOn());
      throw reason;
    }
  }

  stop(): void {
    this.running?.abort.abort();
  }
}
