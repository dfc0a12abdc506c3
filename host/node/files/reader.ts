import type { Files, RawFile } from '../../api.js';

/**
 * A disk is slow when most answers take longer, in milliseconds: then it is asked for several things at once. Single
 * ones take long on any machine that does other work as well.
 */
const SLOW_MS = 2;
/** Answers that are needed to say so. */
const FEWEST_ANSWERS = 16;
/** How much the last answer counts in the share of slow ones. */
const LAST_WEIGHT = 0.01;
const MOST = 0.5;
/** Questions on the way at once. */
const AT_ONCE = 16;
/**
 * After so many the disk is tried again: it may have been slow for a moment, and asking ahead takes the processor five
 * times as long. As many quick answers say that it is slow no more, one slow answer that it still is.
 */
const TRIED_AFTER = 512;
const QUICK_ANSWERS = 4;

/**
 * Reads files one after the other for as long as each is there at once, which costs least. From a disk that makes one
 * wait (a network's, one that is busy) it reads several ahead, without blocking the thread.
 */
export class Reader {
  /** Milliseconds that files were waited for so far. */
  waitedMs = 0;
  private answers = 0;
  private slowShare = 0;
  /** Questions that are still asked ahead before the disk is tried again, and quick answers since it is. */
  private aheadLeft = TRIED_AFTER;
  private quick = 0;

  constructor(private readonly files: Files) {}

  /** What is in files, in the order given. */
  read(files: readonly string[]): AsyncGenerator<readonly [file: string, raw: RawFile]> {
    this.files.prepare(files);
    const { later } = this.files;
    return this.each(files, (file) => this.files.read(file), later && ((file) => later.read(file)));
  }

  /** Their bytes, where that is known without reading them. */
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
    // The first few count alike.
    this.slowShare += (Number(isSlow) - this.slowShare) * Math.max(LAST_WEIGHT, 1 / (this.answers + 1));
    this.answers += 1;
    // Before the first of them is started: four would be all that there are.
    if (this.isSlow) process.env['UV_THREADPOOL_SIZE'] ??= String(AT_ONCE);
    return answer;
  }

  /** A disk that was slow has answered again. */
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
