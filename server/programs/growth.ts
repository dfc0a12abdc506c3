import { Cancelled, PRIORITY, unlessCancelled, type Level, type LoadState } from './stage.js';

/** A bigger program under construction. */
export interface Running {
  readonly level: Level;
  readonly done: Promise<void>;
  readonly abort: AbortController;
}

/** How full memory may get, and how often it is looked at, in milliseconds. */
const MOST_MEMORY = 0.75;
const LOOK_MS = 200;

/** Not all of a folder is read, although its settings ask for that. */
export abstract class Limited extends Error {
  /** The largest program that may be made instead. */
  abstract readonly instead: Level;
}

/** C sources of so many bytes are linked as a whole without being asked for: about 2 GB of memory. */
export const MOST_BYTES = 100_000_000;

/** The folder is so large that reading it as a whole is for those who ask for it. */
export class Vast extends Limited {
  readonly instead = 'around';

  constructor(readonly files: number) {
    super(`The folder has ${files} C files: what is around the open ones is analysed with them.`);
  }
}

/** The program needs more memory than there is for it; what was read until then. */
export class TooLarge extends Limited {
  constructor(
    readonly reached: LoadState,
    readonly instead: Level = 'folders',
  ) {
    const { done, total, stage } = reached;
    const where = stage === 'read' ? `${done} of ${total} files were read` : `in the stage "${stage}"`;
    super(
      `The folder needs more memory than there is for it (${where}): leave folders out with lockOrder.exclude.`,
    );
  }
}

export interface GrowthHost {
  /** How full memory is, 0 to 1. */
  memoryShare(): number;
  /** A program that nobody waits for would be, or has become, too large. */
  limited(reason: Limited): void;
  /** Makes a program of a level and puts it in its place. */
  build(
    level: Level,
    priority: number,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
  ): Promise<void>;
  /** A program is in its place, after so many milliseconds. */
  grown(level: Level, ms: number): void;
  /** Nothing is being made any more: maybe the next one is due. */
  goOn(): void;
  progressed(): void;
  failed(reason: unknown): void;
}

/** Makes one bigger program at a time, behind the scenes. */
export class Growth {
  /** Progress of reading and linking; `undefined` while nothing is made. */
  loading: LoadState | undefined;
  running: Running | undefined;
  private hasFailed = false;
  private isPaused = false;

  constructor(private readonly host: GrowthHost) {}

  /** Whether something may be begun that nobody asked for: not after a failure, until there is news. */
  get mayStart(): boolean {
    return !this.running && !this.hasFailed && !this.isPaused;
  }

  /** Stops what is being made, and begins nothing that nobody asks for until somebody wants it to go on. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    if (isPaused) this.stop();
  }

  /** What failed before may go better now. */
  forgive(): void {
    this.hasFailed = false;
  }

  start(level: Level, priority: number): Running {
    const abort = new AbortController();
    // Until there is something to count, folders are listed.
    this.loading = { stage: 'list', done: 0, total: 0 };
    this.host.progressed();
    const begin = performance.now();
    let looked = begin;
    let isOver = false;
    const onProgress = (state: LoadState): void => {
      // The program reads on later, when files change: that is not this growth any more.
      if (isOver) return;
      this.loading = state;
      const now = performance.now();
      // Folders of open documents are what is left to do when all is too much.
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
   * Makes a program for somebody who waits for it, joining whoever is doing so already. Rejects with
   * {@link Cancelled} when the signal says so; what was not begun here goes on.
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
      // What was read behind the scenes before goes on.
      void growth.done.catch(() => undefined).then(() => this.host.goOn());
      throw reason;
    }
  }

  stop(): void {
    this.running?.abort.abort();
  }
}
