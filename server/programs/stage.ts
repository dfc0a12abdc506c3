import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import type { Demand } from '../../analysis/link/types.js';
import type { Parser } from '../../analysis/syntax/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import { Fixer } from '../../analysis/workspace/fixes.js';
import type { FileUpdate, Snapshot, Supply } from '../../analysis/workspace/index.js';
import type { Compiler } from '../../host/compile.js';
import { drive } from '../../host/drive.js';
import type { Settings } from '../../protocol/methods.js';
import type { Environment, Neighbourhood, Place, Tree } from '../environment.js';
import type { OpenFile } from '../documents/open-file.js';
import { leastConfidence } from '../settings.js';
import { DROPPED, type Scheduler, type Task } from './scheduling.js';

/**
 * How much of the disk a program has: nothing, what open files include, their folders, what is around them by
 * calls as well, everything.
 */
export const LEVELS = ['open', 'headers', 'folders', 'around', 'tree'] as const;
export type Level = (typeof LEVELS)[number];

/** What a program of a level has read, for the log. */
export const READ: Readonly<Record<Level, string>> = {
  open: 'open files',
  headers: 'the headers of open files',
  folders: 'the folders of open files',
  around: 'what is around open files',
  tree: 'the whole folder',
};

/** Lower goes first: what somebody waits for before what nobody asked for. */
export const PRIORITY = { edit: 0, scan: 1, fix: 2, index: 3 } as const;

/** Of the files around open ones that are in other folders, the closest are read, of so many bytes. */
const AROUND_BYTES = 4_000_000;

/** The work was called off, or a newer one took its place. */
export class Cancelled extends Error {}

export interface LoadState {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Read so far, while files are read, and of all files, where that is known. */
  readonly bytes?: number;
  readonly totalBytes?: number;
}

/** What all programs of a root have in common. */
export interface StageSetting {
  readonly place: Place;
  readonly settings: Settings;
  readonly config: Config;
  readonly environment: Environment;
  readonly scheduler: Scheduler;
  readonly compiler: Compiler;
  readonly parser: Parser;
  readonly cacheFolder: string | undefined;
  readonly neighbourhood: Neighbourhood | undefined;
  readonly open: ReadonlyMap<string, OpenFile>;
}

/**
 * One program of a root. A bigger one is made behind the scenes while a smaller one answers, and then takes
 * its place.
 */
export class Stage {
  private fixing: Fixer | undefined;
  private applied = new Map<string, FileUpdate | undefined>();

  private constructor(
    readonly level: Level,
    /** Files or folders that were asked for, as the level says. */
    private readonly covered: ReadonlySet<string>,
    private readonly tree: Tree,
    private readonly setting: StageSetting,
  ) {}

  /** Reads what the level and some files (the open documents) ask for; `open` reads nothing. */
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
      // What threads are at work on is not waited for.
      await unlessCancelled(read(), signal);
      return stage;
    } catch (reason) {
      await tree.close();
      throw signal.aborted ? new Cancelled() : reason;
    }
  }

  /** Whether the program has more than what its open documents name. */
  get isBig(): boolean {
    return this.level !== 'open' && this.level !== 'headers';
  }

  /** C files that the program has. */
  get fileCount(): number {
    let count = 0;
    for (const file of this.tree.workspace.program.files.keys()) if (file.endsWith('.c')) count += 1;
    return count;
  }

  get skipped(): Tree['skipped'] {
    return this.tree.skipped;
  }

  /** Whether the program has what its level promises for a file. */
  covers(file: string): boolean {
    if (this.level === 'tree') return true;
    return this.covered.has(this.nameFor(file));
  }

  /** Whether most of what it was made for is closed now. */
  get isMostlyUnused(): boolean {
    if (this.level === 'open' || this.level === 'tree') return false;
    const used = new Set([...this.setting.open.keys()].map((file) => this.nameFor(file)));
    const unused = [...this.covered].filter((each) => !used.has(each));
    return 2 * unused.length > this.covered.size;
  }

  /** What stands among the covered ones for a file. */
  private nameFor(file: string): string {
    return this.level === 'folders' ? folderOf(file) : file;
  }

  /** Brings documents in as they are in the editor; true when that changed anything. */
  applyOpen(): boolean {
    const { open } = this.setting;
    const updates = [...open.values()].flatMap((file) =>
      file.update && this.applied.get(file.file) !== file.update ? [file.update] : [],
    );
    this.applied = new Map([...open].map(([name, { update }]) => [name, update]));
    this.tree.workspace.apply(updates);
    return updates.length > 0;
  }

  /** Whether the documents mean what they meant when the program was analysed last. */
  get isCurrent(): boolean {
    return this.tree.workspace.isCurrent;
  }

  /** Reads files again that have changed on disk, as far as they belong here. */
  async refresh(files: readonly string[]): Promise<void> {
    const known = this.tree.workspace.program.files;
    const own = files.filter((file) => known.has(file) || this.covers(file));
    if (own.length > 0) await this.tree.refresh(own);
  }

  /** Runs the analysis to its end, in slices. Rejects with {@link Cancelled} when `isOff` says so. */
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
        // What is wrong in headers alone is for the bigger programs to say.
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

  /** Analyses documents as they are in the editor when it ends, not as they were when it began. */
  async settle(
    priority: number,
    signal: AbortSignal,
    onProgress: (state: LoadState) => void,
  ): Promise<Snapshot> {
    this.applyOpen();
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
        if (!this.applyOpen()) return snapshot;
      }
    } finally {
      signal.removeEventListener('abort', drop);
    }
  }

  /** Looks for fixes in the program's present result. */
  fixer(): Fixer {
    const { compiler, parser, config } = this.setting;
    const textOf = (file: string): string | undefined => this.textOf(file);
    this.fixing ??= new Fixer(this.tree.workspace, { compiler, parser, textOf }, config.fixes);
    return this.fixing;
  }

  /** The text that was analysed. */
  textOf(file: string): string | undefined {
    return this.setting.open.get(file)?.analysed ?? this.tree.analysed(file);
  }

  close(): Promise<void> {
    return this.tree.close();
  }

  /** Open documents answer from the text that was analysed, other files from disk. */
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
}: Omit<StageSetting, 'open' | 'neighbourhood'>): Neighbourhood | undefined {
  const { jobs } = environment;
  return environment.survey({ root, scope, config, jobs, ...(cache === undefined ? {} : { cache }) });
}

/** What is found in some files, from a program of their folders that is made for this and dropped again. */
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

/** Rejects with {@link Cancelled} as soon as the signal says so; the work itself goes on. */
export function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const cancelled = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Cancelled()), { once: true });
  });
  return Promise.race([work, cancelled]);
}

/** How far a root's program should grow behind the scenes. */
export function wantedLevel({ settings, place }: Pick<StageSetting, 'settings' | 'place'>): Level {
  if (settings.index === 'off') return 'headers';
  return settings.index === 'all' || (settings.index === 'auto' && place.isSourceTree) ? 'tree' : 'folders';
}

/**
 * The program to make next, given the live one and the one for first looks; `undefined` when all is there.
 * When `isLean`, programs that were made for many more documents than are open now are made anew.
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
  if (live.level === 'open' || lacksSmall) return 'headers';
  const isBigger = live.level === 'tree' && wanted !== 'tree';
  // The folders are read at once; what else is around them only when every file was looked at.
  if (wanted === 'around' && live.level === 'headers') return 'folders';
  return !isBigger && (live.level !== wanted || !suits(live)) ? wanted : undefined;
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}
