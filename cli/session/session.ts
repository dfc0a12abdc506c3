import { resolve } from 'node:path';
import type { Finding, Progress } from '../../analysis/checks/types.js';
import type { Question } from '../../host/node/cache/kept-runs.js';
import { keepDecoded } from '../../analysis/skeleton/codec/decoded.js';
import { runToEnd, type Snapshot } from '../../analysis/workspace/index.js';
import { reversals, unusedModels } from '../../analysis/workspace/unused-models.js';
import type { Counts } from '../../analysis/workspace/stats.js';
import { defaultCacheFolder } from '../../host/node/cache/cache.js';
import { rootPath } from '../../host/node/files/list.js';
import { tuneForOneRun } from '../../host/node/engine.js';
import { defaultJobs } from '../../host/node/threads/pool.js';
import { Project } from '../../host/node/project.js';
import { RevisionFiles } from '../../host/node/git/revision.js';
import { HeapWatch, type HeapRoom } from '../../host/node/heap-watch.js';
import { ENDING, exitWhenOrphaned, growWithRoom, roomMb } from '../../host/node/room.js';
import type { Shard } from '../../host/node/shard.js';
import { CommandFailure } from '../failure.js';
import type { CommonOptions } from '../options.js';
import { mention, mentionSkipped } from './mention.js';
import { locate, mentionRoot, type Located } from '../place.js';
import { WholeProgress } from '../progress.js';
import { noTimes, type CommandSession, type SessionOptions, type Shown, type StageTimes } from './types.js';
import { message, ProgressLine } from '../terminal.js';

function filesAt(root: string, revision: string): RevisionFiles {
  try {
    return new RevisionFiles(root, revision);
  } catch (error) {
    throw new CommandFailure(`--diff: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads, indexes and analyses the paths. Reports skipped files, and fails if none could be read. */
export async function runSession<T>(
  paths: readonly string[],
  options: SessionOptions,
  use: (session: CommandSession) => T | Promise<T>,
): Promise<T> {
  const open = await openProject(paths, options);
  return closing(open, async () => use(await analysed(open, options)));
}

/** The same for commands that only show findings: reuses the kept result if nothing has changed. */
export async function runShown<T>(
  paths: readonly string[],
  options: SessionOptions & { readonly stats?: boolean },
  use: (session: CommandSession<Shown>) => T | Promise<T>,
): Promise<T> {
  const open = await openProject(paths, options);
  const { place, project, start } = open;
  return closing(open, async () => {
    const question = questionOf(place, options);
    const kept = await project.kept?.recall(question);
    if (kept === undefined) {
      const session = await analysed(open, options);
      const { findings, notes, reportedFiles, counts, unfinished, refusals } = session.snapshot;
      const { skipped } = session;
      const failures = [...project.failures];
      const unshown = options.withUnshown === true ? unshownIn(session.snapshot) : undefined;
      const known = options.stats === true ? { counts: counts() } : {};
      if (session.lacksFixes !== true)
        project.kept?.keep(question, {
          findings,
          notes,
          reportedFiles,
          unfinished: unfinished(),
          ...(refusals ? { refusals: [...refusals] } : {}),
          skipped,
          failures,
          ...known,
          ...(unshown ? { unshown } : {}),
        });
      return use(unshown ? { ...session, snapshot: { ...session.snapshot, unshown } } : session);
    }
    const { findings, unshown, notes, reportedFiles, unfinished, skipped, counts } = kept;
    const failures = new Map(kept.failures);
    mention(place, { skipped, failures }, { notes, reportedFiles }, options);
    const shown: Shown = {
      findings,
      notes,
      reportedFiles,
      counts: () => counts as Counts,
      unfinished: () => unfinished,
      ...(unshown ? { unshown } : {}),
    };
    const times = noTimes(performance.now() - start);
    return use({ root: place.root, project, snapshot: shown, skipped, failures, times });
  });
}

function unshownIn({ findings, analysis }: Snapshot): readonly Finding[] {
  const shown = new Set(findings.map(({ id }) => id));
  return analysis.findings.filter(({ id }) => !shown.has(id));
}

/** Identifies a result: everything it depends on besides the files and the analysis itself. */
export function questionOf(
  { root, paths, config }: Located,
  options: SessionOptions & { readonly stats?: boolean },
): Question {
  const { confidence, rules, fixFor, stats, isAlone, files, withUnshown } = options;
  const inRoot = files?.slice(0, 1) ?? paths.map((path) => rootPath(root, path) ?? path);
  const text = JSON.stringify([
    inRoot,
    config,
    confidence,
    rules,
    fixFor !== undefined,
    stats === true,
    isAlone,
    withUnshown,
  ]);
  return files === undefined ? { text } : { text, files };
}

export async function closing<T>({ project, progress }: OpenProject, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    progress.clear();
    await project.close();
  }
}

async function analysed(
  { place, project, progress, whole, start }: OpenProject,
  options: SessionOptions,
): Promise<CommandSession> {
  if (options.shard) await linkShard(project, options.shard);
  else await keptWhenInterrupted(project, () => project.load());
  growWithRoom();
  progress.clear();
  const times = noTimes(0);
  const watch: Watch = { times, progress, whole, heap: new HeapWatch() };
  const { workspace } = project;
  const analysing = <R>(work: Generator<Progress, R>): R => {
    whole.beginPass();
    return runToEnd(watched(work, watch, () => workspace.lighten()));
  };
  const found = await project.analyse({ run: (work) => Promise.resolve(analysing(work)) });
  const snapshot = { ...found, notes: [...found.notes, ...modelNotes(place, found, options)] };
  const withFixes = await fixed(snapshot, project, watch, options);
  if (withFixes === undefined)
    message('not enough memory to verify fixes; run lockorder fix or explain on one directory');
  const shown = withFixes ?? snapshot;
  progress.clear();
  const { skipped } = project;
  mention(place, project, shown, options);
  times.total = performance.now() - start;
  const { failures } = project;
  const lacksFixes = withFixes === undefined;
  return { root: place.root, project, snapshot: shown, skipped, failures, times, lacksFixes };
}

/** Flushes the cache if a signal ends the program while files are read; later everything is already written. */
async function keptWhenInterrupted(project: Project, work: () => Promise<void>): Promise<void> {
  const end = (signal: NodeJS.Signals): void => {
    project.cache?.flush();
    for (const each of ENDING) process.off(each, end);
    process.kill(process.pid, signal);
  };
  for (const signal of ENDING) process.on(signal, end);
  try {
    await work();
  } finally {
    for (const signal of ENDING) process.off(signal, end);
  }
}

/** The result with the wanted fixes; `undefined` if memory does not suffice for the second program they need. */
async function fixed(
  snapshot: Snapshot,
  project: Project,
  watch: Watch,
  { fixFor, fixes }: SessionOptions,
): Promise<Snapshot | undefined> {
  if (!fixFor || !snapshot.findings.some(fixFor)) return snapshot;
  const fixer = await project.fixer();
  if (fixer.isPartial(snapshot))
    message(`fixes are verified in the files around them, not in all ${snapshot.program.files.size}`);
  const lighten = (): void => {
    project.workspace.lighten();
    fixer.lighten();
  };
  const steps = watched(fixer.fixAll(snapshot, fixFor, fixes), watch, lighten, 'fix');
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    if (step.value === 'full' && watch.heap.isFull()) return undefined;
  }
}

/**
 * Entries of `models` that reverse a built-in record, or match nothing in the whole tree. A part of the tree need not
 * contain their functions.
 */
function modelNotes(
  { root, paths, config: { models = [] } }: Located,
  { program }: Snapshot,
  { isOfRoot = paths.some((path) => rootPath(root, path) === '.') }: SessionOptions,
): Shown['notes'] {
  const isWhole = models.length > 0 && isOfRoot;
  return [...reversals(models), ...(isWhole ? unusedModels(program, models) : [])];
}

/** Reads and indexes the paths, for other runs to link. */
export async function summarize(
  paths: readonly string[],
  options: CommonOptions,
): Promise<{ readonly shard: Shard; readonly root: string }> {
  const { place, project, progress } = await openProject(paths, { ...options, confidence: 'low' });
  try {
    const shard = await project.summarize();
    progress.clear();
    mentionSkipped(place.root, project);
    if (shard.files.length === 0) throw new CommandFailure('nothing could be read');
    return { shard, root: place.root };
  } finally {
    progress.clear();
    await project.close();
  }
}

async function linkShard(project: Project, shard: Shard): Promise<void> {
  try {
    await project.loadShard(shard);
  } catch (error) {
    throw new CommandFailure(error instanceof Error ? error.message : String(error));
  }
}

/** Megabytes of heap in which everything useful can stay decoded. */
const AMPLE_MB = 1024;

export interface OpenProject {
  readonly place: Located;
  readonly project: Project;
  readonly progress: ProgressLine;
  readonly whole: WholeProgress;
  /** Start time, by `performance.now()`. */
  readonly start: number;
}

/** Folder of results kept between runs; `undefined` if nothing is kept. */
export function cacheFolder({ cache }: Pick<CommonOptions, 'cache'>): string | undefined {
  if (cache === false) return undefined;
  return typeof cache === 'string' ? resolve(cache) : defaultCacheFolder();
}

export async function openProject(paths: readonly string[], options: SessionOptions): Promise<OpenProject> {
  const start = performance.now();
  tuneForOneRun();
  keepDecoded(roomMb() / AMPLE_MB);
  const folder = cacheFolder(options);
  const place = locate(paths, options);
  if (options.isSilent !== true && options.root === undefined) mentionRoot(place.root);
  const progress = new ProgressLine();
  const whole = new WholeProgress();
  const project = await Project.open({
    ...place,
    ...(options.revision === undefined ? {} : { files: filesAt(place.root, options.revision) }),
    beside: options.isAlone !== true,
    confidence: options.confidence,
    ...(options.rules ? { rules: options.rules } : {}),
    jobs: options.jobs ?? defaultJobs(),
    ...(folder === undefined ? {} : { cache: folder }),
    ...(options.headersKey === undefined ? {} : { headersKey: options.headersKey }),
    onProgress: ({ stage, done, bytes, totalBytes = 0 }) =>
      progress.show(whole.reading(stage, done, totalBytes > 0 ? bytes / totalBytes : 0)),
  });
  return { place, project, progress, whole, start };
}

interface Watch {
  readonly times: StageTimes;
  readonly progress: ProgressLine;
  readonly whole: WholeProgress;
  readonly heap: HeapWatch;
}

/**
 * Runs `work`, measures its time (as `phase` if given), and calls `lighten` to free memory when it is short. Yields how
 * much memory is left.
 */
function* watched<T>(
  work: Generator<Progress, T>,
  { times, progress, whole, heap }: Watch,
  lighten: () => void,
  phase?: Progress['stage'],
): Generator<HeapRoom, T> {
  for (let last = performance.now(); ;) {
    const next = work.next();
    const now = performance.now();
    // Time after the last step counts as time in the checks.
    times[phase ?? (next.done ? 'check' : next.value.stage)] += now - last;
    last = now;
    if (next.done) return next.value;
    const { stage, done, total } = next.value;
    // Trying out a fix links and checks a small program, which is no progress of the whole run.
    if (phase === undefined) progress.show(whole.analysing(next.value));
    else if (stage === 'fix' && total > 0) progress.show(whole.fixing(done, total));
    exitWhenOrphaned(now);
    const room = heap.look(now);
    if (room !== 'enough') lighten();
    yield room;
  }
}
