import { realpathSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Confidence, Finding, Progress, RuleId } from '../analysis/checks/types.js';
import type { Config } from '../analysis/workspace/config.js';
import type { Snapshot } from '../analysis/workspace/index.js';
import { skipText, type SkippedFile } from '../host/api.js';
import { defaultCacheFolder } from '../host/node/cache.js';
import { loadConfig } from '../host/node/config.js';
import { rootPath } from '../host/node/list.js';
import { tuneForOneRun } from '../host/node/engine.js';
import { defaultJobs } from '../host/node/pool.js';
import { Project } from '../host/node/project.js';
import { RevisionFiles } from '../host/node/revision.js';
import { findRoot } from '../host/node/root.js';
import type { Shard } from '../host/node/shard.js';
import { CommandFailure } from './failure.js';
import type { CommonOptions } from './options.js';
import { message, ProgressLine } from './terminal.js';

export interface SessionOptions extends CommonOptions {
  readonly confidence: Confidence;
  readonly rules?: readonly RuleId[];
  /** For which findings fixes are looked for and verified; none when absent. */
  readonly fixFor?: ((finding: Finding) => boolean) | undefined;
  /** Analyse this revision instead of the files on disk. */
  readonly revision?: string;
  /** Say nothing about what cannot be read, and take it as empty. */
  readonly quiet?: boolean;
  /** Link these summaries instead of reading the paths, which are theirs. */
  readonly shard?: Shard;
}

/** One analysis from the command line: what was found, and the project to ask for source. */
export interface Session {
  readonly root: string;
  readonly project: Project;
  readonly snapshot: Snapshot;
  /** Paths not analysed. */
  readonly skipped: readonly SkippedFile[];
  readonly times: StageTimes;
}

/** Wall milliseconds of the stages that run in the main thread. */
export interface StageTimes {
  link: number;
  check: number;
  total: number;
}

export interface Place {
  readonly root: string;
  readonly paths: readonly string[];
  readonly config: Config;
}

/** Finds the root and the configuration for paths as given. */
export function locate(paths: readonly string[], options: CommonOptions): Place {
  const given = paths.length > 0 ? paths : ['.'];
  const root = options.root === undefined ? findRoot(given, process.cwd()) : existingFolder(options.root);
  const loaded = loadConfig(root, options.config === undefined ? undefined : resolve(options.config));
  if ('error' in loaded) throw new CommandFailure(loaded.error);
  return { root, paths: given.map((path) => inside(root, resolve(path))), config: loaded.config };
}

/** A path that goes through a symbolic link into the root counts as the place it leads to. */
function inside(root: string, path: string): string {
  if (rootPath(root, path) !== undefined) return path;
  try {
    const real = realpathSync(path);
    const name = rootPath(realpathSync(root), real);
    return name === undefined ? path : resolve(root, name);
  } catch {
    return path;
  }
}

function existingFolder(path: string): string {
  const folder = resolve(path);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new CommandFailure(`--root ${path}: there is no such directory`);
  }
  return folder;
}

function filesAt(root: string, revision: string): RevisionFiles {
  try {
    return new RevisionFiles(root, revision);
  } catch (error) {
    throw new CommandFailure(`--diff: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Fixes are verified in a second program beside the first. Beyond so many files it would take as much memory
 * again as the scan itself.
 */
const MOST_FILES_WITH_FIXES = 6000;

/** Reads, compiles and analyses; mentions what was skipped, and fails when nothing could be read. */
export async function runSession<T>(
  paths: readonly string[],
  options: SessionOptions,
  use: (session: Session) => T | Promise<T>,
): Promise<T> {
  const start = performance.now();
  const { place, project, progress } = await openProject(paths, options);
  try {
    if (options.shard) await linkShard(project, options.shard);
    else await project.load();
    progress.clear();
    const times: StageTimes = { link: 0, check: 0, total: 0 };
    const run = <R>(work: Generator<Progress, R>): R => runTimed(work, times, progress);
    let snapshot = await project.analyse({ run: (work) => Promise.resolve(run(work)) });
    const { fixFor } = options;
    if (fixFor && snapshot.findings.some(fixFor)) {
      if (snapshot.program.files.size <= MOST_FILES_WITH_FIXES) {
        snapshot = run((await project.fixer()).fixAll(snapshot, fixFor));
      } else {
        message('too many files to verify fixes for all of them; lockorder fix or explain on a folder does');
      }
    }
    progress.clear();
    const { skipped } = project;
    if (options.quiet !== true) mentionSkipped(place.root, project);
    if (snapshot.reportedFiles === 0 && options.quiet !== true) {
      throw new CommandFailure('nothing could be read');
    }
    for (const note of options.quiet === true ? [] : snapshot.notes) {
      message(`${note.file === undefined ? 'lockorder.json' : `${note.file}:${note.line}`}: ${note.text}`);
    }
    times.total = performance.now() - start;
    return await use({ root: place.root, project, snapshot, skipped, times });
  } finally {
    progress.clear();
    await project.close();
  }
}

/** Reads and compiles the paths for others to link. */
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

async function openProject(
  paths: readonly string[],
  options: SessionOptions,
): Promise<{ readonly place: Place; readonly project: Project; readonly progress: ProgressLine }> {
  tuneForOneRun();
  const { cache } = options;
  const place = locate(paths, options);
  const progress = new ProgressLine();
  const project = await Project.open({
    ...place,
    ...(options.revision === undefined ? {} : { files: filesAt(place.root, options.revision) }),
    confidence: options.confidence,
    ...(options.rules ? { rules: options.rules } : {}),
    jobs: options.jobs ?? defaultJobs(),
    ...(cache === false ? {} : { cache: typeof cache === 'string' ? resolve(cache) : defaultCacheFolder() }),
    onProgress: ({ stage, done }) => progress.show(`${stage}: ${done} files`),
  });
  return { place, project, progress };
}

function mentionSkipped(root: string, project: Project): void {
  for (const skip of project.skipped) {
    const detail = project.failures.get(skip.file);
    message(`${shown(root, skip.file)}: ${skipText(skip)}${detail === undefined ? '' : `\n${detail}`}`);
  }
}

/** The root itself has no name of its own in paths relative to it. */
function shown(root: string, file: string): string {
  return file === '.' ? relative(process.cwd(), root) || '.' : file;
}

function runTimed<T>(work: Generator<Progress, T>, times: StageTimes, progress: ProgressLine): T {
  for (let last = performance.now(); ;) {
    const next = work.next();
    const now = performance.now();
    const isLinking = !next.done && (next.value.stage === 'link' || next.value.stage === 'effects');
    times[isLinking ? 'link' : 'check'] += now - last;
    last = now;
    if (next.done) return next.value;
    progress.show(`${next.value.stage}: ${next.value.done} of ${next.value.total}`);
  }
}
