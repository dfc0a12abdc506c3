import type { Span } from '../analysis/base/span.js';
import type { Finding } from '../analysis/checks/types.js';
import { partsOf, type FindingPart } from '../analysis/ide/parts.js';
import type { Snapshot } from '../analysis/workspace/index.js';
import type { Settings } from '../protocol/methods.js';
import type { Place, Tree } from './environment.js';
import { EarlyFindings, textsOf } from './early.js';
import { Growth, type GrowthHost } from './growth.js';
import { KeptFindings } from './kept.js';
import { IdleFixes, withFixes } from './idle-fixes.js';
import type { OpenFile } from './open-file.js';
import type { Runtime } from './runtime.js';
import type { Task } from './scheduling.js';
import {
  Cancelled,
  findInFiles,
  nextLevel,
  PRIORITY,
  Stage,
  unlessCancelled,
  wantedLevel,
  type LoadState,
  type StageSetting,
} from './stage.js';
import { viewOf, type RootEvents, type View } from './view.js';

/** How long a function must rest before exit rules speak about it, in milliseconds. */
const REST_MS = 1000;
/** A run that takes no longer needs no first look, in milliseconds. */
const QUICK_MS = 30;
/** Nor does one that is not so many times longer than the first look itself. */
const WORTHWHILE = 3;
/** A change of more files on disk (another branch) is read as a whole behind the scenes. */
const FEW_FILES = 64;

/**
 * One folder: its open documents, and the program they are analysed in. That program starts with the open
 * documents alone, so that there is a first answer at once, and grows by being replaced: typing waits for
 * nothing but the consequences of what was typed.
 */
export class Root {
  readonly open = new Map<string, OpenFile>();
  view: View | undefined;
  /** Whether findings in closed files are shown, which is what a scan asks for. */
  showsClosed = false;
  private readonly setting: StageSetting;
  private live: Stage | undefined;
  /** Open documents and their headers, once `live` has more: quick to say what an edit changes. */
  private small: Stage | undefined;
  private smallFindings: readonly Finding[] | undefined;
  private readonly early = new EarlyFindings();
  /** How long the last run of each program took. */
  private bigMs = 0;
  private smallMs = 0;
  private readonly growth: Growth;
  private readonly edited = new Set<string>();
  private readonly changedOnDisk = new Set<string>();
  /** Changed while a bigger program was made, which may have read them before. */
  private readonly changedMeanwhile = new Set<string>();
  private isStale = false;
  private task: Task<unknown> | undefined;
  private working: Promise<void> | undefined;
  private readonly fixes: IdleFixes;
  private resting: ReturnType<typeof setTimeout> | undefined;
  /** The document that was edited last. */
  private editing: OpenFile | undefined;
  private readonly closed = new AbortController();
  runtime: Runtime | undefined;
  /** Of closed files, where no program stands for them. */
  readonly kept = new KeptFindings();
  private isPaused = false;

  constructor(
    setting: Omit<StageSetting, 'open'>,
    private readonly events: RootEvents,
  ) {
    this.setting = { ...setting, open: this.open };
    this.fixes = new IdleFixes(setting.scheduler, PRIORITY.fix);
    this.growth = new Growth({
      build: (...how) => this.build(...how),
      grown: (level, ms) => {
        events.grown(this, level, ms);
        if (this.live) this.growIfNeeded(this.live);
      },
      progressed: () => events.progressed(this),
      failed: (reason) => this.report(reason),
    });
  }

  /** Progress of reading and linking a bigger program; `undefined` while none is made. */
  get loading(): LoadState | undefined {
    return this.growth.loading;
  }

  get place(): Place {
    return this.setting.place;
  }

  get settings(): Settings {
    return this.setting.settings;
  }

  /** Takes what runs have shown; it holds for later results too. */
  learn(runtime: Runtime | undefined): void {
    this.runtime = runtime;
    if (this.view && !this.isBusy) this.show(this.view);
  }

  /** Everything known: of the program and, until it covers the folder, what was kept. */
  known(): readonly Finding[] {
    const own = this.view?.findings ?? [];
    return this.showsClosed ? own : this.kept.besides(own);
  }

  /** What files that are not open show. */
  closedParts(): ReadonlyMap<string, readonly FindingPart[]> {
    return this.showsClosed && this.view ? this.view.parts : this.kept.parts;
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
    const { environment } = this.setting;
    return this.open.get(file)?.uri ?? environment.uriOf(environment.absolute(this.place.root, file));
  }

  /** Where a place of the analysed text is in the editor now. */
  current(file: string, span: Span): Span {
    return this.open.get(file)?.map.toCurrent(span) ?? span;
  }

  /** The text that the present result was made from; `undefined` when the file has changed on disk since. */
  textOf(file: string): string | undefined {
    return this.open.get(file)?.analysed ?? this.live?.textOf(file);
  }

  /** The text of an open document has changed, or there is a new one. */
  edit(file: OpenFile): void {
    if (!this.open.has(file.file)) this.growth.forgive();
    this.open.set(file.file, file);
    this.edited.add(file.file);
    this.editing = file;
    this.wake();
  }

  /** The document was saved, or left alone for a while: whatever there is to say can be said. */
  rest(file: OpenFile): void {
    file.editedAt = undefined;
    if (this.view && !this.isBusy) this.show(this.view);
  }

  /** A document was closed: from now on the file on disk counts. */
  close(file: string): void {
    this.open.delete(file);
    this.edited.delete(file);
    this.changed([file]);
    this.wake();
  }

  /** Files were created, changed or deleted; open documents go their own way. */
  changed(files: readonly string[]): void {
    const closed = files.filter((file) => !this.open.has(file));
    if (this.live?.level === 'tree' && closed.length > FEW_FILES) {
      this.growth.stop();
      this.growth.startQuietly('tree');
      return;
    }
    if (this.kept.drop(closed)) this.events.published(this);
    for (const file of closed) {
      this.changedOnDisk.add(file);
      if (this.growth.running) this.changedMeanwhile.add(file);
    }
    if (closed.length > 0) this.wake();
  }

  /**
   * Reads and links the whole folder anew, joining whoever is doing it already. Rejects with
   * {@link Cancelled} when the signal says so; what was not begun here goes on.
   */
  async scan(signal: AbortSignal): Promise<void> {
    const joined = this.growth.running?.level === 'tree' ? this.growth.running : undefined;
    if (!joined) this.growth.stop();
    const growth = joined ?? this.growth.start('tree', PRIORITY.scan);
    try {
      await unlessCancelled(growth.done, signal);
    } catch (reason) {
      if (!joined) growth.abort.abort();
      throw reason;
    }
    this.showsClosed = true;
    await this.idle();
    // An edit that came just now shows it all with its own result.
    if (!this.isBusy) this.events.published(this);
  }

  /** Reads some files with the folders they are in, and keeps what is found in them. */
  async scanFiles(files: readonly string[], signal: AbortSignal): Promise<readonly Finding[]> {
    const found = await findInFiles(this.setting, files, signal);
    this.kept.replace(new Set(files), found);
    this.events.published(this);
    return found;
  }

  /** Stops reading behind the scenes, or goes on with it. */
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    if (isPaused) this.growth.stop();
    else if (this.live) this.growIfNeeded(this.live);
  }

  async dispose(): Promise<void> {
    this.closed.abort();
    this.growth.stop();
    this.task?.drop();
    this.fixes.drop();
    clearTimeout(this.resting);
    await Promise.all([this.live?.close(), this.small?.close()]);
  }

  private wake(): void {
    this.isStale = true;
    this.task?.drop();
    this.fixes.drop();
    clearTimeout(this.resting);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      this.events.progressed(this);
    });
  }

  private async work(): Promise<void> {
    // Messages that have arrived together are handled together.
    await Promise.resolve();
    while (this.isStale && !this.closed.signal.aborted) {
      this.isStale = false;
      let stage: Stage | undefined;
      try {
        stage = await this.prepare();
        await this.lookEarly();
        const start = performance.now();
        const snapshot = await this.analyse(stage, PRIORITY.edit);
        this.bigMs = performance.now() - start;
        if (!this.isStale && this.live === stage) this.take(stage, snapshot);
      } catch (reason) {
        // What happens in a program that is no longer the live one is no news.
        if (stage === undefined || stage === this.live) this.report(reason);
      }
    }
  }

  /** The first phase, where the second one takes its time: what the edit changes in the small program. */
  private async lookEarly(): Promise<void> {
    const { small } = this;
    this.smallFindings = undefined;
    if (!small || ![...this.open.keys()].every((file) => small.covers(file))) return;
    if (this.bigMs < Math.max(QUICK_MS, WORTHWHILE * this.smallMs)) return;
    try {
      const start = performance.now();
      small.applyOpen();
      const snapshot = await this.analyse(small, PRIORITY.edit);
      this.smallMs = performance.now() - start;
      this.smallFindings = snapshot.findings;
      const all = this.early.after(snapshot.findings, textsOf(this.open));
      if (all && !this.isStale) this.show({ ...snapshot, all, fixes: new Map() });
    } catch (reason) {
      if (reason instanceof Cancelled) throw reason;
      // The second phase may do better.
      this.report(reason);
    }
  }

  private analyse(stage: Stage, priority: number): Promise<Snapshot> {
    return stage.analyse(
      priority,
      () => this.isStale,
      (task) => (this.task = task),
    );
  }

  /** Brings the live program up to date with the editor and the disk. */
  private async prepare(): Promise<Stage> {
    this.live ??= await Stage.load('open', this.setting, this.closed.signal, () => undefined);
    const stage = this.live;
    const files = [...this.changedOnDisk].filter((file) => !this.open.has(file));
    this.changedOnDisk.clear();
    for (const name of this.edited) this.compile(name);
    this.edited.clear();
    stage.applyOpen();
    await Promise.all([stage.refresh(files), this.small?.refresh(files)]);
    this.growIfNeeded(stage);
    return stage;
  }

  private compile(name: string): void {
    try {
      this.open.get(name)?.compile(this.setting.compiler);
    } catch (reason) {
      this.report(reason);
    }
  }

  private growIfNeeded(stage: Stage): void {
    if (!this.growth.mayStart || this.open.size === 0 || this.isPaused) return;
    const next = nextLevel(stage, this.small, [...this.open.keys()], wantedLevel(this.setting));
    if (next) this.growth.startQuietly(next);
  }

  private async build(
    ...[level, priority, signal, onProgress]: Parameters<GrowthHost['build']>
  ): Promise<void> {
    const stage = await Stage.load(level, this.setting, signal, onProgress);
    try {
      const snapshot = await stage.settle(priority, signal, onProgress);
      await this.replace(stage, snapshot);
    } catch (reason) {
      await stage.close();
      throw reason;
    }
  }

  /** The bigger program takes over; the one of the headers stays for first looks. */
  private async replace(stage: Stage, snapshot: Snapshot): Promise<void> {
    for (const file of this.changedMeanwhile) this.changedOnDisk.add(file);
    this.changedMeanwhile.clear();
    if (
      stage.level === 'headers' &&
      this.live &&
      this.live.level !== 'open' &&
      this.live.level !== 'headers'
    ) {
      const before = this.small;
      this.small = stage;
      await before?.close();
      return;
    }
    const before = this.live;
    this.live = stage;
    this.early.forget();
    this.smallFindings = undefined;
    if (before?.level === 'headers' && stage.isBig) {
      this.small = before;
      // What was shown until now is the small program's word on the same texts.
      if (!this.working) this.smallFindings = this.view?.all;
    }
    this.smallMs = 0;
    this.bigMs = Infinity;
    // What was kept is shown anew by the program that covers it.
    if (stage.level === 'tree' && this.kept.all.length > 0) this.showsClosed = true;
    if (stage.level === 'tree') this.kept.clear();
    if (this.edited.size + this.changedOnDisk.size > 0 || this.working) this.wake();
    else this.take(stage, snapshot);
    if (before !== this.small) await before?.close();
  }

  private take(stage: Stage, snapshot: Snapshot): void {
    if (this.smallFindings) this.early.settle(this.smallFindings, snapshot.findings, textsOf(this.open));
    else this.early.forget();
    this.show({ ...snapshot, all: snapshot.findings, fixes: new Map() });
    this.lookForFixes(stage, snapshot);
  }

  /** Makes a result the one that is shown, but for what is said too early. */
  private show(result: Omit<View, 'parts' | 'findings'>): void {
    const { editing } = this;
    this.view = viewOf(result, editing, this.view, this.runtime);
    this.events.published(this);
    clearTimeout(this.resting);
    const isPremature = this.view.findings.length < result.all.length;
    if (editing && isPremature) this.resting = setTimeout(() => this.rest(editing), REST_MS);
  }

  /** For what is on the screen; the rest can wait until it is opened. */
  private lookForFixes(stage: Stage, snapshot: Snapshot): void {
    const isOpen = (finding: Finding): boolean => partsOf(finding).some(({ file }) => this.open.has(file));
    this.fixes.start(
      stage.fixer(),
      snapshot,
      snapshot.findings.filter(isOpen),
      (fixes) => this.show({ ...snapshot, all: withFixes(snapshot.findings, fixes), fixes }),
      (reason) => this.report(reason),
    );
  }

  private report(reason: unknown): void {
    if (!(reason instanceof Cancelled)) this.events.failed(this, reason);
  }
}
