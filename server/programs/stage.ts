import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import type { Demand } from '../../analysis/link/types.js';
import type { Parser } from '../../analysis/syntax/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import { Fixer } from '../../analysis/workspace/fixes.js';
import type { FileUpdate, Snapshot, Supply } from '../../analysis/workspace/index.js';
import type { Compiler } from '../../host/compile.js';
import { drive } from '../../host/drive.js';
import { fileFilter } from '../../host/paths.js';
import type { Settings } from '../../protocol/methods.js';
import type { Environment, LargeTree, FolderLocation, Tree } from '../environment/environment.js';
import type { OpenFile } from '../documents/open-file.js';
import { leastConfidence } from '../settings.js';
import { DROPPED, type Scheduler, type Task } from './scheduling.js';

/**
 * How much of the disk a program contains: the headers of open files, their folders, also files related to them by
 * calls, everything.
 */
export const LEVELS = ['headers', 'folders', 'around', 'tree'] as const;
export type Level = (typeof LEVELS)[number];

/** What a program of each level has read, for the log. */
export const READ: Readonly<Record<Level, string>> = {
  headers: 'the headers of open files',
  folders: 'the folders of open files',
  around: 'what is around open files',
  tree: 'the whole folder',
};

/** Lower numbers run first: work that someone waits for goes before background work. */
export const PRIORITY = { edit: 0, scan: 1, fix: 2, index: 3 } as const;

/** Limit of the files in other folders that are read around open ones, in bytes; closest files first. */
const AROUND_BYTES = 4_000_000;

/** The work was cancelled, or newer work replaced it. */
export class Cancelled extends Error {}

export interface LoadState {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Bytes read so far and in total, if known, while files are being read. */
  readonly bytes?: number;
  readonly totalBytes?: number;
}

/** What all programs of a root share. */
export interface StageSetting {
  readonly place: FolderLocation;
  readonly settings: Settings;
  readonly config: Config;
  readonly environment: Environment;
  readonly scheduler: Scheduler;
  readonly compiler: Compiler;
  readonly parser: Parser;
  readonly cacheFolder: string | undefined;
  readonly neighbourhood: LargeTree | undefined;
  readonly open: ReadonlyMap<string, OpenFile>;
}

/** One program of a root. A larger one is built in the background while a smaller one answers, and then replaces it. */
export class Stage {
  private fixing: Fixer | undefined;
  private applied = new Map<string, FileUpdate | undefined>();
  /** Open documents whose headers this program contains, with what they included then. */
  private readonly withHeaders = new Map<string, string>();

  private constructor(
    readonly level: Level,
    /** Files or folders that were requested, depending on the level. */
    private readonly covered: Set<string>,
    private readonly tree: Tree,
    private readonly setting: StageSetting,
  ) {}

  /** Reads what the level requires for some files (the open documents). */
  static async load(
    level: Level,
    setting: StageSetting,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
    files: readonly string[] = [...setting.open.keys()],
  ): Promise<Stage> {
    const { place, settings, config, environment, cacheFolder } = setting;
    const tree = await environment.openTree({
      root: place.root,
      paths: level === 'tree' ? [place.scope] : [],
      config,
      confidence: leastConfidence(settings),
      jobs: level === 'tree' ? environment.jobs : 1,
      signal,
      ...(cacheFolder === undefined ? {} : { cache: cacheFolder }),
      onProgress,
    });
    const stage = new Stage(level, new Set(level === 'folders' ? files.map(folderOf) : files), tree, setting);
    const read = async (): Promise<void> => {
      if (level === 'tree') await tree.load();
      else if (level === 'folders' || level === 'around') {
        const siblings = files.flatMap((file) => environment.siblings(place.root, file));
        const others =
          level === 'around'
            ? await setting.neighbourhood?.around(files, AROUND_BYTES, signal, (done, total) =>
                onProgress({ stage: 'survey', done, total }),
              )
            : [];
        await tree.refresh([...new Set([...siblings, ...(others ?? [])])]);
      } else if (level === 'headers') await tree.refresh(files);
    };
    try {
      // Does not wait for threads at work.
      await unlessCancelled(read(), signal);
      return stage;
    } catch (reason) {
      await tree.close();
      throw signal.aborted ? new Cancelled() : reason;
    }
  }

  /** Whether the program contains more than the open documents and their headers. */
  get isBig(): boolean {
    return this.level !== 'headers';
  }

  /** Number of C files in the program. */
  get fileCount(): number {
    let count = 0;
    for (const file of this.tree.workspace.program.files.keys()) if (file.endsWith('.c')) count += 1;
    return count;
  }

  get skipped(): Tree['skipped'] {
    return this.tree.skipped;
  }

  /** Whether the program contains what its level requires for a file. */
  covers(file: string): boolean {
    if (this.level === 'tree') return true;
    const open = this.isBig ? undefined : this.setting.open.get(file);
    return this.covered.has(this.nameFor(file)) && !(open && this.lacksHeaders(open));
  }

  /** Whether most documents it was built for are closed now. */
  get isMostlyUnused(): boolean {
    if (this.level === 'tree') return false;
    const used = new Set([...this.setting.open.keys()].map((file) => this.nameFor(file)));
    const unused = [...this.covered].filter((each) => !used.has(each));
    return 2 * unused.length > this.covered.size;
  }

  /** The entry in `covered` for a file. */
  private nameFor(file: string): string {
    return this.level === 'folders' ? folderOf(file) : file;
  }

  /** Whether a document has headers that {@link readHeaders} would read. */
  lacksHeaders(file: OpenFile): boolean {
    const known = this.withHeaders.get(file.file);
    if (known === undefined) return this.textOnDisk(file.file) === undefined;
    return file.isSaved && known !== includesOf(file);
  }

  /**
   * Reads the headers of the open documents, without which nothing is known for certain: a macro may take a lock. Those
   * that an edit includes are read when it is saved. Returns true if any were missing.
   */
  async readHeaders(signal: AbortSignal): Promise<boolean> {
    const open = [...this.setting.open.values()];
    const missing = open.filter((file) => this.lacksHeaders(file)).map(({ file }) => file);
    if (missing.length > 0) await unlessCancelled(this.tree.refresh(missing), signal);
    for (const file of open)
      if (file.isSaved || !this.withHeaders.has(file.file)) this.withHeaders.set(file.file, includesOf(file));
    for (const file of missing) {
      if (!this.isBig) this.covered.add(file);
      // What is on disk has replaced it.
      this.applied.delete(file);
    }
    return missing.length > 0;
  }

  /** Applies the documents in the editor; returns true if that changed anything. */
  applyOpen(): boolean {
    const { open } = this.setting;
    const updates = [...open.values()].flatMap((file) =>
      file.update && this.applied.get(file.file) !== file.update ? [file.update] : [],
    );
    this.applied = new Map([...open].map(([name, { update }]) => [name, update]));
    this.tree.workspace.apply(updates);
    return updates.length > 0;
  }

  /** Whether the documents are equivalent to those of the last analysis. */
  get isCurrent(): boolean {
    return this.tree.workspace.isCurrent;
  }

  /**
   * Files in the folders of these that belong to this program but were never read. Editors miss what is written to a new
   * folder before they watch it.
   */
  besides(files: readonly string[]): readonly string[] {
    if (files.length === 0 || (this.level !== 'tree' && this.level !== 'folders')) return [];
    const { environment, place, config } = this.setting;
    const { include = [], exclude = [] } = config;
    const isWanted = fileFilter({ include, exclude });
    const known = new Set(this.tree.skipped.map(({ file }) => file));
    for (const file of files) known.add(file);
    const folders = new Map(files.map((file) => [folderOf(file), file]));
    return [...folders.values()]
      .flatMap((file) => environment.siblings(place.root, file))
      .filter((file) => !this.tree.workspace.program.files.has(file) && !known.has(file) && isWanted(file));
  }

  /** Reads changed files again, if they belong to this program. */
  async refresh(files: readonly string[]): Promise<void> {
    const known = this.tree.workspace.program.files;
    const own = files.filter((file) => known.has(file) || this.covers(file));
    if (own.length > 0) await this.tree.refresh(own);
  }

  /** Runs the analysis to its end, in slices. Rejects with {@link Cancelled} when `isOff` returns true. */
  analyse(
    priority: number,
    isOff: () => boolean,
    onTask: (task: Task<unknown>) => void,
    onProgress: (state: LoadState) => void = () => undefined,
  ): Promise<Snapshot> {
    const { scheduler, open } = this.setting;
    return drive(
      this.tree.workspace,
      { supply: (demands) => this.supply(demands) },
      {
        // Findings in headers alone are left to larger programs.
        ...(this.isBig ? {} : { focus: new Set(open.keys()) }),
        run: async (work) => {
          if (isOff()) throw new Cancelled();
          const task = scheduler.run(priority, work, onProgress);
          onTask(task);
          const result = await task.result;
          if (result === DROPPED) throw new Cancelled();
          return result;
        },
      },
    );
  }

  /** Analyses the documents as they are in the editor at the end, not at the beginning. */
  async settle(
    priority: number,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
  ): Promise<Snapshot> {
    await this.readHeaders(signal);
    this.applyOpen();
    if (this.isBig) this.tree.wanted?.demand();
    let current: Task<unknown> | undefined;
    const drop = (): void => current?.drop();
    signal.addEventListener('abort', drop);
    try {
      for (;;) {
        const snapshot = await this.analyse(
          priority,
          () => signal.aborted,
          (task) => (current = task),
          onProgress,
        );
        await this.readHeaders(signal);
        if (this.applyOpen()) continue;
        if (this.isBig) this.tree.wanted?.keep();
        return snapshot;
      }
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  /** Searches fixes in the current result. */
  fixer(): Fixer {
    const { compiler, parser, config } = this.setting;
    const textOf = (file: string): string | undefined => this.textOf(file);
    this.fixing ??= new Fixer(this.tree.workspace, { compiler, parser, textOf }, config.fixes);
    return this.fixing;
  }

  /** The analysed text. */
  textOf(file: string): string | undefined {
    return this.setting.open.get(file)?.analysed ?? this.textOnDisk(file);
  }

  /** The text on disk, if it is the one that was analysed. */
  textOnDisk(file: string): string | undefined {
    return this.tree.analysed(file);
  }

  close(): Promise<void> {
    return this.tree.close();
  }

  /** Supplies open documents from the analysed text, other files from disk. */
  private async supply(demands: readonly Demand[]): Promise<readonly Supply[]> {
    const { open, compiler } = this.setting;
    const supplies: Supply[] = [];
    const onDisk: Demand[] = [];
    const inEditor = new Map<OpenFile, Demand[]>();
    for (const demand of demands) {
      const file = open.get(demand.file);
      if (file?.update) inEditor.set(file, [...(inEditor.get(file) ?? []), demand]);
      else onDisk.push(demand);
    }
    for (const [file, wanted] of inEditor) {
      const skeletons = compiler.skeletons(file.analysed, wanted, file.update?.summary?.outline);
      wanted.forEach((demand, index) => supplies.push({ demand, skeleton: skeletons[index] }));
    }
    if (onDisk.length > 0) supplies.push(...(await this.tree.supply(onDisk)));
    return supplies;
  }
}

export function neighbourhoodOf({
  environment,
  place: { root, scope },
  config,
  cacheFolder: cache,
}: Omit<StageSetting, 'open' | 'neighbourhood'>): LargeTree | undefined {
  const { jobs } = environment;
  return environment.survey({ root, scope, config, jobs, ...(cache === undefined ? {} : { cache }) });
}

/** The findings in some files, from a temporary program of their folders. */
export async function findInFiles(
  setting: StageSetting,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const stage = await Stage.load('folders', setting, signal, () => undefined, files);
  try {
    const { findings } = await stage.settle(PRIORITY.scan, signal, () => undefined);
    const wanted = new Set(files);
    return findings.filter((finding) => partsOf(finding).some(({ file }) => wanted.has(file)));
  } finally {
    await stage.close();
  }
}

/** Rejects with {@link Cancelled} as soon as the signal aborts; the work itself continues. */
export function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled()), { once: true });
  });
  return Promise.race([work, cancelled]);
}

/** The level to which a root's program should grow in the background. */
export function wantedLevel({ settings, place }: Pick<StageSetting, 'settings' | 'place'>): Level {
  if (settings.index === 'off') return 'headers';
  return settings.index === 'all' || (settings.index === 'auto' && place.isSourceTree) ? 'tree' : 'folders';
}

/**
 * The level of the program to build next, given the live one and the one for first looks; `undefined` if there is
 * nothing to do. With `isLean`, programs built for many more documents than are open now are rebuilt.
 */
export function nextLevel(
  live: Stage,
  small: Stage | undefined,
  files: readonly string[],
  wanted: Level,
  isLean: boolean,
): Level | undefined {
  const suits = (stage: Stage): boolean =>
    files.every((file) => stage.covers(file)) && !(isLean && stage.isMostlyUnused);
  const lacksSmall = live.isBig && !(small && suits(small));
  if (lacksSmall) return 'headers';
  const isBigger = live.level === 'tree' && wanted !== 'tree';
  // Reads the folders first; finding related files requires indexing the tree.
  if (wanted === 'around' && (live.level === 'headers' || (live.level === 'folders' && !suits(live))))
    return 'folders';
  return !isBigger && (live.level !== wanted || !suits(live)) ? wanted : undefined;
}

function includesOf({ update }: OpenFile): string {
  return (update?.summary?.outline.includes ?? []).map(({ path }) => path).join();
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
