import type { Demand } from '../analysis/link/types.js';
import type { Finding } from '../analysis/checks/types.js';
import { partsByFile, partsOf, type FindingPart } from '../analysis/ide/parts.js';
import type { Parser } from '../analysis/syntax/types.js';
import type { Config } from '../analysis/workspace/config.js';
import { Fixer, type FixResult } from '../analysis/workspace/fixes.js';
import type { Snapshot, Supply } from '../analysis/workspace/index.js';
import { drive } from '../host/drive.js';
import type { Compiler } from '../host/compile.js';
import type { Settings } from '../protocol/methods.js';
import type { Environment, Place, Tree } from './environment.js';
import { IdleFixes } from './idleFixes.js';
import type { OpenFile } from './openFile.js';
import { DROPPED, type Scheduler, type Task } from './scheduling.js';

/** Lower goes first: what somebody waits for before what nobody asked for. */
const PRIORITY = { edit: 0, scan: 1, fix: 2, index: 3 } as const;
/** A change of more files on disk (another branch) is read as a whole behind the scenes. */
const FEW_FILES = 64;

export interface RootServices {
  readonly environment: Environment;
  readonly scheduler: Scheduler;
  readonly compiler: Compiler;
  readonly parser: Parser;
  readonly cacheFolder: string | undefined;
  /** A new result is there, and no edit is waiting. */
  published(root: Root): void;
  progressed(root: Root): void;
  failed(root: Root, reason: unknown): void;
}

export interface LoadState {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** A complete result and what it says about each file. */
export interface View extends Snapshot {
  readonly parts: ReadonlyMap<string, readonly FindingPart[]>;
  /** What came of looking for fixes, by finding; nothing yet for a finding that was not looked at. */
  readonly fixes: ReadonlyMap<string, FixResult>;
}

/** Someone else's result came first, or the work was called off. */
export class Cancelled extends Error {}

/**
 * One folder: its open documents, and the program they are analysed in. While a bigger program is read and
 * linked (the index), the smaller one answers; then the bigger one takes its place. So typing waits for
 * nothing but the consequences of what was typed.
 */
export class Root {
  readonly open = new Map<string, OpenFile>();
  view: View | undefined;
  /** Progress of the index; `undefined` while none is made. */
  loading: LoadState | undefined;
  /** Whether findings in closed files are shown, which is what a scan asks for. */
  showsClosed = false;
  private live: Tree | undefined;
  private isIndexed = false;
  private index: { readonly done: Promise<void>; readonly abort: AbortController } | undefined;
  private readonly edited = new Set<string>();
  private readonly changedOnDisk = new Set<string>();
  /** Changed while an index was made, which may have read them before. */
  private readonly changedMeanwhile = new Set<string>();
  /** Folders whose files the live program has. */
  private readonly covered = new Set<string>();
  private isStale = false;
  private task: Task<unknown> | undefined;
  private fixer: Fixer | undefined;
  private readonly fixes: IdleFixes;
  private working: Promise<void> | undefined;
  private readonly closed = new AbortController();

  constructor(
    readonly place: Place,
    readonly settings: Settings,
    private readonly config: Config,
    private readonly services: RootServices,
  ) {
    this.fixes = new IdleFixes(services.scheduler, PRIORITY.fix);
  }

  get isBusy(): boolean {
    return this.working !== undefined;
  }

  /** When no edit waits for its result. */
  idle(): Promise<void> {
    return this.working ?? Promise.resolve();
  }

  /** Files that could not be read. */
  get skipped(): Tree['skipped'] {
    return this.live?.skipped ?? [];
  }

  uriOf(file: string): string {
    const { environment } = this.services;
    return this.open.get(file)?.uri ?? environment.uriOf(environment.absolute(this.place.root, file));
  }

  /** The text of an open document has changed, or there is a new one. */
  edit(file: OpenFile): void {
    this.open.set(file.file, file);
    this.edited.add(file.file);
    this.wake();
  }

  /** A document was closed: from now on the file on disk counts. */
  close(file: string): void {
    this.open.delete(file);
    this.edited.delete(file);
    this.changedOnDisk.add(file);
    this.wake();
  }

  /** Files were created, changed or deleted; open documents go their own way. */
  changed(files: readonly string[]): void {
    const closed = files.filter((file) => !this.open.has(file));
    if (this.isIndexed && closed.length > FEW_FILES) {
      void this.makeIndex(PRIORITY.index).catch((reason: unknown) => this.report(reason));
      return;
    }
    for (const file of closed) {
      this.changedOnDisk.add(file);
      if (this.index) this.changedMeanwhile.add(file);
    }
    if (closed.length > 0) this.wake();
  }

  /**
   * Reads and links the whole folder anew, joining an index that is already being made. Rejects with
   * {@link Cancelled} when the signal says so; an index that was not begun here goes on.
   */
  async scan(signal: AbortSignal): Promise<void> {
    const own = this.index === undefined;
    const done = this.makeIndex(PRIORITY.scan);
    const index = this.index;
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Cancelled()), { once: true });
    });
    try {
      await Promise.race([done, cancelled]);
    } catch (reason) {
      if (own) index?.abort.abort();
      throw reason;
    }
    this.showsClosed = true;
    this.services.published(this);
  }

  async dispose(): Promise<void> {
    this.closed.abort();
    this.index?.abort.abort();
    this.task?.drop();
    this.fixes.drop();
    await this.live?.close();
  }

  private wake(): void {
    this.isStale = true;
    this.task?.drop();
    this.fixes.drop();
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      this.services.progressed(this);
    });
  }

  private async work(): Promise<void> {
    // Messages that have arrived together are handled together.
    await Promise.resolve();
    while (this.isStale && !this.closed.signal.aborted) {
      this.isStale = false;
      let tree: Tree | undefined;
      try {
        tree = await this.prepare();
        if (this.isStale) continue;
        const snapshot = await this.analyse(tree, PRIORITY.edit, () => this.isStale);
        if (!this.isStale && this.live === tree) this.take(snapshot);
      } catch (reason) {
        // What happens in a program that is no longer the live one is no news.
        if (tree === undefined || tree === this.live) this.report(reason);
      }
    }
  }

  /** Brings the live program up to date with the editor and the disk. */
  private async prepare(): Promise<Tree> {
    if (!this.live) {
      this.live = await this.openTree([], 1, this.closed.signal);
      if (this.settings.index === 'auto' && this.place.isSourceTree) {
        void this.makeIndex(PRIORITY.index).catch((reason: unknown) => this.report(reason));
      }
    }
    const tree = this.live;
    const files = new Set(this.changedOnDisk);
    this.changedOnDisk.clear();
    for (const file of this.uncovered()) files.add(file);
    for (const file of this.open.keys()) files.delete(file);
    this.compileEdited(tree);
    if (files.size > 0) await tree.refresh([...files]);
    return tree;
  }

  private compileEdited(tree: Tree): void {
    for (const name of this.edited) {
      const file = this.open.get(name);
      if (!file) continue;
      try {
        file.compile(this.services.compiler);
      } catch (reason) {
        this.report(reason);
      }
    }
    const updates = [...this.edited].flatMap((name) => this.open.get(name)?.update ?? []);
    this.edited.clear();
    tree.workspace.apply(updates);
  }

  /** Files beside open ones, as long as there is no index that has them. */
  private uncovered(): string[] {
    if (this.isIndexed || this.settings.index === 'off') return [];
    return [...this.open.keys()].flatMap((file) => {
      const folder = file.slice(0, file.lastIndexOf('/') + 1);
      if (this.covered.has(folder)) return [];
      this.covered.add(folder);
      return this.services.environment.siblings(this.place.root, file);
    });
  }

  private makeIndex(priority: number): Promise<void> {
    if (!this.index) {
      const abort = new AbortController();
      const done = this.buildIndex(priority, abort.signal).finally(() => {
        this.index = undefined;
        this.loading = undefined;
        this.services.progressed(this);
      });
      this.index = { done, abort };
    }
    return this.index.done;
  }

  private async buildIndex(priority: number, signal: AbortSignal): Promise<void> {
    const tree = await this.openTree([this.place.scope], this.services.environment.jobs, signal);
    try {
      await tree.load();
      tree.workspace.apply([...this.open.values()].flatMap((file) => file.update ?? []));
      let applied = new Map([...this.open].map(([name, file]) => [name, file.update]));
      for (;;) {
        const snapshot = await this.analyse(tree, priority, () => signal.aborted);
        const late = [...this.open.values()].filter((file) => applied.get(file.file) !== file.update);
        applied = new Map([...this.open].map(([name, file]) => [name, file.update]));
        if (late.length === 0) return await this.swap(tree, snapshot);
        tree.workspace.apply(late.flatMap((file) => file.update ?? []));
      }
    } catch (reason) {
      await tree.close();
      throw signal.aborted ? new Cancelled() : reason;
    }
  }

  /** The index takes over. */
  private async swap(tree: Tree, snapshot: Snapshot): Promise<void> {
    const before = this.live;
    this.live = tree;
    this.fixes.drop();
    this.fixer = undefined;
    this.isIndexed = true;
    for (const file of this.changedMeanwhile) this.changedOnDisk.add(file);
    this.changedMeanwhile.clear();
    if (this.edited.size + this.changedOnDisk.size > 0 || this.working) this.wake();
    else this.take(snapshot);
    await before?.close();
  }

  private openTree(paths: readonly string[], jobs: number, signal: AbortSignal): Promise<Tree> {
    const { environment, cacheFolder } = this.services;
    return environment.openTree({
      root: this.place.root,
      paths,
      config: this.config,
      confidence: this.settings.confidence,
      jobs,
      signal,
      ...(cacheFolder === undefined ? {} : { cache: cacheFolder }),
      onProgress: (state) => {
        if (paths.length === 0) return;
        this.loading = state;
        this.services.progressed(this);
      },
    });
  }

  private analyse(tree: Tree, priority: number, isOff: () => boolean): Promise<Snapshot> {
    return drive(
      tree.workspace,
      { supply: (demands) => this.supply(tree, demands) },
      {
        run: async (work) => {
          if (isOff()) throw new Cancelled();
          const task = this.services.scheduler.run(priority, work, () => {
            if (isOff()) task.drop();
          });
          if (priority === PRIORITY.edit) this.task = task;
          const result = await task.result;
          if (result === DROPPED) throw new Cancelled();
          return result;
        },
      },
    );
  }

  /** Open documents answer from the text that was analysed, other files from disk. */
  private async supply(tree: Tree, demands: readonly Demand[]): Promise<readonly Supply[]> {
    const supplies: Supply[] = [];
    const onDisk: Demand[] = [];
    const inEditor = new Map<OpenFile, Demand[]>();
    for (const demand of demands) {
      const file = this.open.get(demand.file);
      if (file?.update) inEditor.set(file, [...(inEditor.get(file) ?? []), demand]);
      else onDisk.push(demand);
    }
    for (const [file, wanted] of inEditor) {
      const skeletons = this.services.compiler.skeletons(file.analysed, wanted);
      wanted.forEach((demand, index) => supplies.push({ demand, skeleton: skeletons[index] }));
    }
    if (onDisk.length > 0) supplies.push(...(await tree.supply(onDisk)));
    return supplies;
  }

  private take(snapshot: Snapshot): void {
    this.view = { ...snapshot, parts: partsByFile(snapshot.findings), fixes: new Map() };
    this.services.published(this);
    this.lookForFixes(snapshot);
  }

  /** For what is on the screen; the rest can wait until it is opened. */
  private lookForFixes(snapshot: Snapshot): void {
    const { compiler, parser } = this.services;
    const tree = this.live;
    if (!tree) return;
    this.fixer ??= new Fixer(tree.workspace, {
      compiler,
      parser,
      textOf: (file) => this.open.get(file)?.analysed ?? tree.analysed(file),
    });
    const isOpen = (finding: Finding): boolean => partsOf(finding).some(({ file }) => this.open.has(file));
    this.fixes.start(
      this.fixer,
      snapshot,
      snapshot.findings.filter(isOpen),
      (fixes) => {
        const findings = snapshot.findings.map((finding) => {
          const found = fixes.get(finding.id);
          return found && found.fixes.length > 0 ? { ...finding, fixes: found.fixes } : finding;
        });
        this.view = { ...snapshot, findings, parts: partsByFile(findings), fixes };
        this.services.published(this);
      },
      (reason) => this.report(reason),
    );
  }

  private report(reason: unknown): void {
    if (!(reason instanceof Cancelled)) this.services.failed(this, reason);
  }
}
