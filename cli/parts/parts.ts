import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartsDone, SkippedFile } from '../../host/api.js';
import type { KeptResult } from '../../host/node/cache/kept-runs.js';
import { rootPath } from '../../host/node/files/list.js';
import { Project } from '../../host/node/project.js';
import { ENDING, inRoom, roomMb } from '../../host/node/room.js';
import { defaultJobs } from '../../host/node/threads/pool.js';
import { divisionOf, partsInShare, type Division, type Share } from './division.js';
import { EXIT } from '../failure.js';
import { joined } from './joined.js';
import { mention } from '../session/mention.js';
import { locate, mentionRoot, type Located } from '../place.js';
import { PartsProgress, partsText } from '../progress.js';
import { cacheFolder, questionOf, type runShown } from '../session/session.js';
import {
  noTimes,
  type CommandSession,
  type SessionOptions,
  type Shown,
  type Spent,
} from '../session/types.js';
import { spentBy } from '../session/stats.js';
import { message, ProgressLine } from '../terminal.js';

/**
 * A large scan runs in parts, each in a process of its own: several at once, in little memory, and only the parts that
 * read a changed file run again. Findings whose places are in different parts are missed, unless the user asks for the
 * whole.
 */

/** Environment variable with the folder in which a process finds its part and leaves its result. */
const PART = 'LOCKORDER_PART';
const GIVEN = 'part.json';
const RESULT = 'result.json';

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

/** A part of a scan, as the process that runs it finds it. */
interface ScanPart {
  readonly root: string;
  /** Relative to the root. */
  readonly files: readonly string[];
  readonly jobs: number;
  readonly headersKey: string;
  readonly isOfRoot: boolean;
}

interface PartResult extends KeptResult {
  readonly contents: readonly (readonly [file: string, key: string])[];
  readonly spent?: Spent;
}

/** Runs `run` on everything, in parts if that is much, or on the part given to this process. */
export async function runWithin(
  run: typeof runShown,
  paths: readonly string[],
  options: PartsOptions,
  use: (session: CommandSession<Shown>) => number,
): Promise<number> {
  const folder = process.env[PART];
  if (folder !== undefined) return scanPart(run, folder, options);
  if (options.whole === true && !isDivided) return run(paths, options, use);
  const place = locate(paths, options);
  const division = divisionOf(place, isDivided ? roomMb() * BYTES_PER_MB : Infinity);
  const { share } = options;
  if (!isDivided && share === undefined && division.parts.length <= 1) return run(paths, options, use);
  const code = await new DividedScan(place, division, options).run(use);
  // Where no process can be started, one has to do.
  return code ?? run(paths, options, use);
}

function scanPart(run: typeof runShown, folder: string, options: PartsOptions): Promise<number> {
  const { root, files, ...part } = JSON.parse(readFileSync(join(folder, GIVEN), 'utf8')) as ScanPart;
  const paths = files.map((file) => join(root, file));
  const inPart = { ...options, ...part, root, files, isSilent: true, isAlone: true };
  return run(paths, inPart, (session) => {
    const { snapshot, skipped, failures, project } = session;
    const { findings, notes, reportedFiles, counts, unfinished } = snapshot;
    const result: PartResult = {
      findings,
      notes,
      reportedFiles,
      unfinished: unfinished(),
      skipped,
      failures: [...failures],
      ...(options.stats === true ? { counts: counts() } : {}),
      contents: [...project.keys],
      spent: spentBy(session),
    };
    writeFileSync(join(folder, RESULT), JSON.stringify(result));
    return EXIT.clean;
  });
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
    const line = new ProgressLine();
    const progress = new PartsProgress(
      { parts: this.parts.length, bytes: this.division.bytesOf(this.parts.flat()) },
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
        progress.done(this.division.bytesOf(files));
      }
    }
    const headersKey = project.kept?.headersKey() ?? '';
    project.cache?.rest();
    let failure: 'alone' | 'failed' | undefined;
    const work = async (): Promise<void> => {
      for (let files = open.shift(); files && failure === undefined; files = open.shift()) {
        progress.show();
        const result = await this.resultOf(files, headersKey);
        if (result === 'alone' || result === 'failed') failure = result;
        else if (result !== 'full') {
          results.set(files[0] ?? '', result);
          progress.done(this.division.bytesOf(files));
        } else if (files.length > 1) {
          const middle = Math.ceil(files.length / 2);
          open.unshift(files.slice(0, middle), files.slice(middle));
        } else results.set(files[0] ?? '', tooLarge(files[0] ?? ''));
      }
    };
    await Promise.all(Array.from({ length: this.atOnce }, work));
    line.clear();
    if (failure !== undefined) return failure;
    return [...results].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
  }

  /** The result of scanning a part in a separate process. If it has failed, it has said why. */
  private async resultOf(
    files: readonly string[],
    headersKey: string,
  ): Promise<PartResult | 'full' | 'alone' | 'failed'> {
    const { root, paths } = this.place;
    const { atOnce } = this;
    const jobs = Math.max(1, Math.floor((this.options.jobs ?? defaultJobs()) / atOnce));
    const isOfRoot = paths.some((path) => rootPath(root, path) === '.');
    const part: ScanPart = { root, files, jobs, headersKey, isOfRoot };
    const folder = mkdtempSync(join(tmpdir(), 'lockorder-part-'));
    // A signal ends this process with that of the part.
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    for (const signal of ENDING) process.on(signal, remove);
    try {
      writeFileSync(join(folder, GIVEN), JSON.stringify(part));
      const limit = Math.floor(roomMb() / atOnce);
      const code = await inRoom({ variables: { [PART]: folder }, limit, isHeard: false });
      if (code === 'full' || code === 'alone') return code;
      if (typeof code === 'string') this.signal = code;
      if (code !== EXIT.clean) return 'failed';
      return JSON.parse(readFileSync(join(folder, RESULT), 'utf8')) as PartResult;
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
