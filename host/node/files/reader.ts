import type { Files, RawFile } from '../../api.js';

/**
 * A disk is slow if most reads take longer than this, in milliseconds; then several are started at once. Single slow
 * reads occur on any busy machine.
 */
const SLOW_MS = 2;
/** Number of reads before a disk can be called slow. */
const FEWEST_ANSWERS = 16;
/** Weight of the last read in the moving share of slow ones. */
const LAST_WEIGHT = 0.01;
const MOST = 0.5;
/** Maximum number of concurrent reads. */
const AT_ONCE = 16;
/**
 * After this many reads ahead, the disk is tried again: it may have been slow only for a moment, and reading ahead
 * takes five times the CPU time. This many quick reads in a row mean that the disk is no longer slow; a single slow one
 * means that it still is.
 */
const TRIED_AFTER = 512;
const QUICK_ANSWERS = 4;

/**
 * Reads files one after another while each is available at once, which is cheapest. From a slow disk (a network's, or a
 * busy one), it reads several ahead without blocking the thread.
 */
export class Reader {
  /** Time spent waiting for files so far, in milliseconds. */
  waitedMs = 0;
  private answers = 0;
  private slowShare = 0;
  /** Remaining reads ahead before the disk is tried again, and the number of quick reads in the current try. */
  private aheadLeft = TRIED_AFTER;
  private quick = 0;

  constructor(private readonly files: Files) {}

  /** The contents of files, in the given order. */
  read(files: readonly string[]): AsyncGenerator<readonly [file: string, raw: RawFile]> {
    this.files.prepare(files);
    const { later } = this.files;
    return this.each(files, (file) => this.files.read(file), later && ((file) => later.read(file)));
  }

  /** Sizes of the files in bytes, where they are known without reading. */
  sizes(files: readonly string[]): AsyncGenerator<readonly [file: string, bytes: number]> {
    const { later } = this.files;
    return this.each(
      files,
      (file) => this.files.sizeOf?.(file) ?? 0,
      later && ((file) => later.sizeOf(file)),
    );
  }

  private get isSlow(): boolean {
    return this.answers >= FEWEST_ANSWERS && this.slowShare > MOST;
  }

  private async *each<T>(
    files: readonly string[],
    now: (file: string) => T,
    later: ((file: string) => Promise<T>) | undefined,
  ): AsyncGenerator<readonly [string, T]> {
    const coming: Promise<T>[] = [];
    let begun = 0;
    for (const [at, file] of files.entries()) {
      if (later && this.isSlow) {
        begun = Math.max(begun, at);
        const next = files.slice(begun, Math.min(at + AT_ONCE, begun + this.aheadLeft));
        coming.push(...next.map(later));
        begun += next.length;
        this.aheadLeft -= next.length;
      }
      const start = performance.now();
      const answer = coming.shift();
      const given = answer ? await answer : this.timed(() => now(file));
      this.waitedMs += performance.now() - start;
      yield [file, given];
    }
  }

  private timed<T>(ask: () => T): T {
    const start = performance.now();
    const answer = ask();
    const isSlow = performance.now() - start > SLOW_MS;
    if (this.isSlow) {
      this.tried(isSlow);
      return answer;
    }
    // The first few reads have equal weight.
    this.slowShare += (Number(isSlow) - this.slowShare) * Math.max(LAST_WEIGHT, 1 / (this.answers + 1));
    this.answers += 1;
    // Must be set before the thread pool starts; by default it has only four threads.
    if (this.isSlow) process.env['UV_THREADPOOL_SIZE'] ??= String(AT_ONCE);
    return answer;
  }

  /** Evaluates a try of a disk that was slow. */
  private tried(isSlow: boolean): void {
    this.quick = isSlow ? 0 : this.quick + 1;
    if (isSlow) this.aheadLeft = TRIED_AFTER;
    if (this.quick < QUICK_ANSWERS) return;
    this.answers = 0;
    this.slowShare = 0;
    this.quick = 0;
    this.aheadLeft = TRIED_AFTER;
  }
}
