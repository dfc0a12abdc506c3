import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartsDone, SkippedFile } from '../../host/api.js';
import { rootPath } from '../../host/node/files/list.js';
import { Project } from '../../host/node/project.js';
import { ENDING, inRoom, roomMb } from '../../host/node/room.js';
import { defaultJobs } from '../../host/node/threads/pool.js';
import { divisionOf, partsInShare, type Division, type Share } from './division.js';
import { EXIT } from '../failure.js';
import { joined } from './joined.js';
import { give, PARTS, resultIn, scanGiven, type GivenPart, type PartResult } from './process.js';
import { mention } from '../session/mention.js';
import { locate, mentionRoot, type Located } from '../place.js';
import { PartsProgress, partsText } from '../progress.js';
import { cacheFolder, questionOf, type runShown } from '../session/session.js';
import { noTimes, type CommandSession, type SessionOptions, type Shown } from '../session/types.js';
import { message, ProgressLine } from '../terminal.js';

/**
 * A large scan runs in parts, each in a process of its own: several at once, in little memory, and only the parts that
 * read a changed file run again. Findings whose places are in different parts are missed, unless the user asks for the
 * whole.
 */

/**
 * Source bytes of the parts that a process runs one after the other before another takes its place. The first parts of a
 * process take twice as long: the code that analyses them is compiled while it runs.
 */
const PROCESS_BYTES = 256_000_000;

/** Source bytes per megabyte of heap, without headers; a part that does not fit is halved. */
const BYTES_PER_MB = 100_000;

let isDivided = false;

/** Makes this process scan in parts from now on, for lack of memory. */
export function divideScan(): void {
  isDivided = true;
}

export function isScanDivided(): boolean {
  return isDivided;
}

export interface PartsOptions extends SessionOptions {
  readonly stats?: boolean;
  /** Analyse everything at once, however large it is. */
  readonly whole?: boolean;
  /** Analyse only this share of the parts. */
  readonly share?: Share;
  /** Hears of progress instead of the terminal. */
  readonly onParts?: (progress: PartsDone) => void;
}

/** Runs `run` on everything, in parts if that is much, or on the parts given to this process. */
export async function runWithin(
  run: typeof runShown,
  paths: readonly string[],
  options: PartsOptions,
  use: (session: CommandSession<Shown>) => number,
): Promise<number> {
  const folder = process.env[PARTS];
  if (folder !== undefined) return scanGiven(run, folder, options);
  if (options.whole === true && !isDivided) return run(paths, options, use);
  const place = locate(paths, options);
  const division = divisionOf(place, isDivided ? roomMb() * BYTES_PER_MB : Infinity);
  const { share } = options;
  if (!isDivided && share === undefined && division.parts.length <= 1) return run(paths, options, use);
  const code = await new DividedScan(place, division, options).run(use);
  // Where no process can be started, one has to do.
  return code ?? run(paths, options, use);
}

/** A large scan, or a share of one. */
class DividedScan {
  private readonly start = performance.now();
  private readonly parts: readonly (readonly string[])[];
  /** What ended a part. */
  private signal: NodeJS.Signals | undefined;

  constructor(
    private readonly place: Located,
    private readonly division: Division,
    private readonly options: PartsOptions,
  ) {
    const { share } = options;
    this.parts = share === undefined ? division.parts : partsInShare(division, share);
  }

  /** The exit code; `undefined` if this system starts no process. */
  async run(use: (session: CommandSession<Shown>) => number): Promise<number | undefined> {
    const { place, options } = this;
    const { root } = place;
    // A process that gave up for lack of memory has said it.
    if (options.root === undefined && !isDivided) mentionRoot(root);
    if (isDivided)
      message(`${roomMb()} MB of memory is not enough to analyse everything at once; continuing in parts`);
    // Each part that runs listens to signals, here and where it is started.
    process.setMaxListeners(process.getMaxListeners() + 2 * this.atOnce);
    const folder = cacheFolder(options);
    const project = await Project.open({
      ...place,
      confidence: options.confidence,
      ...(options.rules ? { rules: options.rules } : {}),
      jobs: 1,
      mayNotBlock: true,
      ...(folder === undefined ? {} : { cache: folder }),
    });
    try {
      const results = await this.resultsOf(project);
      if (this.signal !== undefined) process.kill(process.pid, this.signal);
      if (results === 'alone') return undefined;
      if (results === 'failed') return EXIT.failure;
      const inParts = place.paths.map((path): SkippedFile => ({
        file: rootPath(root, path) ?? path,
        reason: 'in-parts',
      }));
      const { shown, skipped, failures } = joined(results, [
        ...this.division.skipped,
        ...(isDivided && results.length > 1 ? inParts : []),
      ]);
      for (const [file, key] of results.flatMap(({ contents }) => contents)) project.keys.set(file, key);
      // A share of few parts may have none.
      if (this.parts.length > 0) mention(place, { skipped, failures }, shown, options);
      if (!isDivided) message(this.told());
      const times = noTimes(performance.now() - this.start);
      const parts = { spent: results.flatMap(({ spent }) => spent ?? []), atOnce: this.atOnce };
      return use({ root, project, snapshot: shown, skipped, failures, times, parts });
    } finally {
      await project.close();
    }
  }

  private told(): string {
    const { length } = this.division.parts;
    return this.options.share === undefined
      ? `scanned in ${length} parts; --whole also finds what spans them, in more time and memory`
      : `scanned ${this.parts.length} of ${length} parts`;
  }

  /** Parts that run at the same time. */
  private get atOnce(): number {
    return isDivided ? 1 : Math.max(1, Math.min(this.options.jobs ?? defaultJobs(), this.parts.length));
  }

  /** The results of all parts, in order: kept ones, and those of new processes. */
  private async resultsOf(project: Project): Promise<readonly PartResult[] | 'alone' | 'failed'> {
    const { onParts } = this.options;
    const { bytesOf } = this.division;
    const line = new ProgressLine();
    const progress = new PartsProgress(
      { parts: this.parts.length, bytes: bytesOf(this.parts.flat()) },
      onParts ?? ((done) => line.show(partsText(done))),
    );
    const results = new Map<string, PartResult>();
    const open: (readonly string[])[] = [];
    for (const files of this.parts) {
      const kept = await project.kept?.recall(
        questionOf(this.place, { ...this.options, files, isAlone: true }),
      );
      if (kept === undefined) open.push(files);
      else {
        results.set(files[0] ?? '', { ...kept, contents: [] });
        progress.done(bytesOf(files));
      }
    }
    const headersKey = project.kept?.headersKey() ?? '';
    project.cache?.rest();
    let failure: 'alone' | 'failed' | undefined;
    const work = async (): Promise<void> => {
      for (let first = open.shift(); first !== undefined && failure === undefined; first = open.shift()) {
        progress.show();
        // A process that ends before it asks has failed at its first part.
        const given = [first];
        let isFirst = true;
        let left = (isDivided ? 0 : PROCESS_BYTES) - bytesOf(first);
        const next = (): GivenPart => {
          if (isFirst) {
            isFirst = false;
            return { files: first };
          }
          progress.done(bytesOf(given.at(-1) ?? []));
          const files = left > 0 && failure === undefined ? open.shift() : undefined;
          if (files === undefined) return {};
          given.push(files);
          left -= bytesOf(files);
          return { files };
        };
        const done = await this.resultsOfProcess(next, headersKey);
        if (typeof done === 'string') {
          failure = done;
          return;
        }
        for (const [at, result] of done.entries()) results.set(given[at]?.[0] ?? '', result);
        const files = given[done.length];
        if (files === undefined) continue;
        const [file = ''] = files;
        const middle = Math.ceil(files.length / 2);
        // Memory may suffice for a part that is the first in a process.
        if (done.length > 0) open.unshift(files);
        else if (files.length > 1) open.unshift(files.slice(0, middle), files.slice(middle));
        else {
          results.set(file, tooLarge(file));
          progress.done(bytesOf(files));
        }
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, work));
    line.clear();
    if (failure !== undefined) return failure;
    return [...results].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
  }

  /**
   * The results of parts that a separate process asks for one after the other: without the last if memory did not suffice
   * for it. If the process has failed, it has said why.
   */
  private async resultsOfProcess(
    next: () => GivenPart,
    headersKey: string,
  ): Promise<readonly PartResult[] | 'alone' | 'failed'> {
    const { root, paths } = this.place;
    const { atOnce } = this;
    const jobs = Math.max(1, Math.floor((this.options.jobs ?? defaultJobs()) / atOnce));
    const isOfRoot = paths.some((path) => rootPath(root, path) === '.');
    const folder = mkdtempSync(join(tmpdir(), 'lockorder-part-'));
    // A signal ends this process with that of the parts.
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    for (const signal of ENDING) process.on(signal, remove);
    try {
      give(folder, { root, jobs, headersKey, isOfRoot });
      const limit = Math.floor(roomMb() / atOnce);
      const code = await inRoom({ variables: { [PARTS]: folder }, limit, isHeard: false, answer: next });
      if (code === 'alone') return code;
      if (typeof code === 'string' && code !== 'full' && code !== 'cut') this.signal = code;
      if (code !== EXIT.clean && code !== 'full') return 'failed';
      const results: PartResult[] = [];
      for (let result = resultIn(folder, 0); result; result = resultIn(folder, results.length))
        results.push(result);
      return results;
    } finally {
      for (const signal of ENDING) process.off(signal, remove);
      remove();
    }
  }
}

/** The result for a file that memory does not suffice for. */
function tooLarge(file: string): PartResult {
  return {
    findings: [],
    notes: [],
    reportedFiles: 0,
    unfinished: [],
    skipped: [{ file, reason: 'out-of-memory' }],
    failures: [],
    contents: [],
  };
}
