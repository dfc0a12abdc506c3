import type { Span } from '../../analysis/base/span.js';
import type { Finding } from '../../analysis/checks/types.js';
import type { FindingPart } from '../../analysis/ide/parts.js';
import type { Config } from '../../analysis/workspace/config.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import type { Extent, Settings } from '../../protocol/methods.js';
import type { FolderLocation, Tree } from '../environment/environment.js';
import { Blame } from '../documents/blame.js';
import { CatchUp } from '../documents/catch-up.js';
import { DiskChanges, FEW_FILES } from '../documents/disk-changes.js';
import { FirstLook } from './first-look.js';
import { Bounds } from './bounds.js';
import { GivingBack } from './giving-back.js';
import { Growth, type GrowthHost, type Limited } from './growth.js';
import { Introduced } from '../documents/introduced.js';
import { KeptFindings } from './kept.js';
import { FoundFixes } from './found-fixes.js';
import { compileEdited, type OpenFile } from '../documents/open-file.js';
import { Rest, REST_MS } from '../rest.js';
import type { RootEvents } from './root-events.js';
import type { Runtime } from './runtime.js';
import type { Task } from './scheduling.js';
import {
  Cancelled,
  findInFiles,
  neighbourhoodOf,
  PRIORITY,
  Stage,
  type LoadState,
  type StageSetting,
} from './stage.js';
import { viewOf, type RootView } from './view.js';

/**
 * A folder with its open documents and the program that analyses them. The program starts with the open documents, for
 * a fast first result, and larger ones replace it. Typing waits only for the effects of the edit.
 */
export class Root {
  readonly open = new Map<string, OpenFile>();
  view: RootView | undefined;
  /** Whether findings in closed files are shown, as after a scan. */
  showsClosed = false;
  /** Whether they will be shown as soon as the program covers the folder. */
  showsClosedLater = false;
  readonly place: FolderLocation;
  settings: Settings;
  readonly config: Config;
  private readonly setting: StageSetting;
  private live: Stage | undefined;
  private readonly first = new FirstLook();
  private readonly growth: Growth;
  private readonly givingBack: GivingBack;
  private readonly edited = new Set<string>();
  private readonly disk = new DiskChanges();
  private isStale = false;
  private task: Task<unknown> | undefined;
  private working: Promise<void> | undefined;
  readonly fixes: FoundFixes;
  private readonly resting = new Rest(() => this.editing && this.rest(this.editing));
  private readonly catchUp = new CatchUp(this.open, () => this.wake());
  /** The document that was edited last. */
  private editing: OpenFile | undefined;
  private readonly closed = new AbortController();
  runtime: Runtime | undefined;
  /** Findings in closed files that no program covers. */
  readonly kept = new KeptFindings();
  private readonly introduced = new Introduced();
  private readonly blame = new Blame();
  /** How far the program may grow. */
  readonly bounds: Bounds;
  private readonly report = (reason: unknown): void =>
    reason instanceof Cancelled ? undefined : this.events.failed(this, reason);

  constructor(
    setting: Omit<StageSetting, 'open' | 'neighbourhood'>,
    private readonly events: RootEvents<Root>,
    givesBackMs?: number,
  ) {
    ({ place: this.place, settings: this.settings, config: this.config } = setting);
    this.setting = { ...setting, open: this.open, neighbourhood: neighbourhoodOf(setting) };
    this.bounds = new Bounds(this.setting, () => events.progressed(this));
    this.fixes = new FoundFixes(setting.scheduler, this.open, this.textOf, this.report);
    this.givingBack = new GivingBack(this, givesBackMs);
    this.growth = new Growth({
      build: (...how) => this.build(...how),
      grown: (level, ms) => events.grown(this, level, ms),
      goOn: () => this.live && this.growIfNeeded(this.live),
      progressed: () => events.progressed(this),
      failed: this.report,
      memoryShare: () => setting.environment.memoryShare(),
      limited: (reason) => this.makeDo(reason),
    });
  }

  /** Falls back to a part of the folder. */
  private makeDo(reason: Limited): void {
    this.bounds.limited = reason;
    // Changes that reading the whole folder would have covered.
    this.disk.again();
    this.events.limited(this, reason);
    this.wake();
  }

  /** Progress of building a larger program; `undefined` if none is being built. */
  get loading(): LoadState | undefined {
    return this.growth.loading ?? this.bounds.loading;
  }

  /** The extent of the live program. */
  get extent(): Extent | undefined {
    return this.live && this.bounds.extent(this.live);
  }

  /** Takes the evidence of runs; it also applies to later results. */
  learn(runtime: Runtime | undefined): void {
    this.runtime = runtime;
    if (this.view && !this.isBusy) this.show(this.view);
  }

  /** Findings in files that are not open. */
  closedParts(): ReadonlyMap<string, readonly FindingPart[]> {
    return this.showsClosed && this.view ? this.view.parts : this.kept.parts;
  }

  get isBusy(): boolean {
    return this.working !== undefined;
  }

  /** Resolves when no edit is pending. */
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

  /** Position in the editor of a span in the analysed text. */
  readonly current = (file: string, span: Span): Span => this.open.get(file)?.map.toCurrent(span) ?? span;

  /** The text that the current result was computed from; `undefined` if the file has changed on disk since. */
  readonly textOf = (file: string): string | undefined =>
    this.open.get(file)?.analysed ?? this.live?.textOf(file);

  /** The text of the last result on disk, whether the file is open or not. */
  readonly textOnDisk = (file: string): string | undefined => this.live?.textOnDisk(file);

  /** A document was opened or edited. */
  edit(file: OpenFile): void {
    if (!this.open.has(file.file)) this.growth.forgive();
    this.open.set(file.file, file);
    this.edited.add(file.file);
    this.editing = file;
    this.wake();
  }

  /** The document was saved, or not edited for a while, so nothing is withheld any more. */
  rest(file: OpenFile): void {
    file.editedAt = undefined;
    if (this.live?.lacksHeaders(file) === true) this.wake();
    if (this.view && !this.isBusy) this.show(this.view);
  }

  /** Whether edits introduced an uncertain finding, so that it is shown like a certain one. */
  isIntroduced(finding: Finding): boolean {
    return this.introduced.has(finding, this.open.get(finding.at.file));
  }

  /** The cursor is on a line of the analysed text. */
  cursorAt(file: OpenFile, line: number): void {
    if (!this.view || this.isBusy || !this.introduced.moved(this.view.program, file, line)) return;
    this.events.published(this);
  }

  /** A document was closed: the file on disk counts from now on. */
  close(file: string): void {
    const { environment } = this.setting;
    const isSaved =
      this.open.get(file)?.text === environment.readText(environment.absolute(this.place.root, file));
    this.open.get(file)?.show();
    this.open.delete(file);
    this.edited.delete(file);
    if (!isSaved) this.fixes.forget([file]);
    if (this.editing?.file === file) this.editing = undefined;
    this.reread([file]);
    this.wake();
    this.givingBack.wait();
  }

  /** Frees what was read only for documents that were closed a while ago. */
  giveBack(): void {
    const { live, first } = this;
    if (live && this.open.size > 0) this.growIfNeeded(live);
    if (!live || this.open.size > 0 || this.runtime) return;
    const closing = [first.close()];
    // No document is open: only a program of the whole folder is useful.
    if (live.level !== 'tree') {
      this.live = this.view = undefined;
      this.dropTask();
      this.fixes.drop();
      closing.push(live.close());
      this.events.published(this);
    }
    Promise.all(closing).catch(this.report);
  }

  /** Files were created, changed or deleted; open documents are not affected. */
  changed(files: readonly string[]): void {
    const closed = files.filter((file) => !this.open.has(file));
    this.fixes.forget(closed);
    this.reread(closed);
  }

  private reread(closed: readonly string[]): void {
    this.setting.neighbourhood?.note(closed);
    if (this.live?.level === 'tree' && closed.length > FEW_FILES && !this.bounds.limited) {
      this.disk.noteMeanwhile(closed);
      this.growth.stop();
      this.growth.startQuietly('tree');
      return;
    }
    if (this.kept.drop(closed)) this.events.published(this);
    this.disk.note(closed, this.growth.running !== undefined);
    if (closed.length > 0) this.wake();
  }

  /** Reads and links the whole folder again ({@link Growth.make}), or has a vast one scanned by other processes. */
  async scan(signal: AbortSignal): Promise<void> {
    const found = await this.bounds.scanApart(signal);
    if (found !== undefined) this.kept.take(found);
    else {
      await this.growth.make('tree', signal);
      this.showsClosed = true;
      await this.idle();
    }
    // A new edit publishes with its own result.
    if (!this.isBusy) this.events.published(this);
  }

  /** Analyses some files with their folders, and stores what is found in them. */
  async scanFiles(files: readonly string[], signal: AbortSignal): Promise<readonly Finding[]> {
    const found = await findInFiles(this.setting, files, signal);
    this.kept.replace(new Set(files), found);
    this.events.published(this);
    return found;
  }

  /** Pauses or resumes reading in the background. */
  pause(isPaused: boolean): void {
    this.growth.pause(isPaused);
    if (this.live) this.growIfNeeded(this.live);
  }

  async dispose(): Promise<void> {
    this.closed.abort();
    this.growth.stop();
    this.dropTask();
    this.fixes.end();
    this.givingBack.drop();
    this.resting.drop();
    this.catchUp.drop();
    await Promise.all([this.live?.close(), this.first.close()]);
  }

  private dropTask(): void {
    this.task?.drop();
    this.task = undefined;
  }

  private wake(): void {
    this.isStale = true;
    this.dropTask();
    this.first.hurry();
    for (const waiting of [this.fixes, this.resting, this.catchUp]) waiting.drop();
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      this.events.progressed(this);
    });
  }

  private async work(): Promise<void> {
    // Handle messages that arrived together in one go.
    await Promise.resolve();
    while (this.isStale && !this.closed.signal.aborted) {
      this.isStale = false;
      let stage: Stage | undefined;
      try {
        stage = await this.prepare();
        const snapshot = await this.first.analyse(stage, this.open, {
          analyse: (each) => this.analyse(each, PRIORITY.edit),
          show: (seen) => this.isStale || this.show(seen),
          failed: this.report,
        });
        if (!this.isStale && this.live === stage) this.take(stage, snapshot);
      } catch (reason) {
        // Errors of a replaced program do not matter.
        if (stage === undefined || stage === this.live) this.report(reason);
      }
    }
  }

  private async analyse(stage: Stage, priority: number): Promise<Snapshot> {
    const isOff = (): boolean => this.isStale || this.closed.signal.aborted;
    const snapshot = await stage.analyse(priority, isOff, (task) => (this.task = task));
    return this.blame.turned(snapshot, this.editing);
  }

  /** Updates the live program from the editor and the disk. */
  private async prepare(): Promise<Stage> {
    const { scheduler, compiler } = this.setting;
    const compiling = compileEdited(this.edited, this.open, compiler, this.report);
    await scheduler.run(PRIORITY.edit, compiling).result;
    const { signal } = this.closed;
    const stage = (this.live ??= await Stage.load('headers', this.setting, signal, () => undefined, []));
    const start = performance.now();
    if (await stage.readHeaders(signal)) {
      this.bounds.reached(stage);
      this.events.grown(this, 'headers', performance.now() - start);
    }
    const files = this.disk.take(stage, this.open);
    stage.applyOpen();
    await Promise.all([stage.refresh(files), this.first.stage?.refresh(files)]);
    this.growIfNeeded(stage);
    return stage;
  }

  private growIfNeeded(stage: Stage): void {
    if (this.open.size === 0) return;
    const next = this.bounds.next(stage, this.first.stage, this.givingBack.isDue);
    if (next) this.growth.want(next);
  }

  private async build(
    ...[level, priority, signal, onProgress]: Parameters<GrowthHost['build']>
  ): Promise<void> {
    if (level === 'tree' && priority === PRIORITY.index) await this.bounds.expectRoom(signal);
    const stage = await Stage.load(level, this.setting, signal, onProgress);
    try {
      const snapshot = await stage.settle(priority, signal, onProgress);
      await this.replace(stage, snapshot);
    } catch (reason) {
      await stage.close();
      throw reason;
    }
  }

  /** Installs a larger program; the one with headers stays for first looks. */
  private async replace(stage: Stage, snapshot: Snapshot): Promise<void> {
    this.disk.again();
    // A finished task keeps references to its input.
    if (!this.working) this.dropTask();
    if (stage.level === 'headers' && this.live?.isBig) {
      await this.first.replace(stage);
      return;
    }
    const before = this.live;
    this.live = stage;
    this.bounds.reached(stage);
    const small = before?.level === 'headers' && stage.isBig ? before : undefined;
    // The last result shown is the small program's for the same texts.
    this.first.begin(small, this.working ? undefined : this.view?.all);
    // A program that covers the folder finds the stored findings again.
    if (stage.level === 'tree' && (this.kept.all.length > 0 || this.showsClosedLater))
      this.showsClosed = true;
    if (stage.level === 'tree') this.kept.clear();
    if (this.edited.size > 0 || this.disk.any || this.working) this.wake();
    else this.take(stage, this.blame.turned(snapshot, this.editing));
    if (before !== this.first.stage) await before?.close();
  }

  private take(stage: Stage, snapshot: Snapshot): void {
    this.first.settle(snapshot.findings, this.open);
    this.show({ ...snapshot, all: snapshot.findings });
    this.fixes.settle(snapshot.findings);
    if (this.catchUp.wait()) return;
    this.fixes.look(stage, snapshot, () => this.show({ ...snapshot, all: snapshot.findings }));
    this.first.follow((small) => this.analyse(small, PRIORITY.index), this.report);
  }

  /** Shows a result, except what would be reported too early. */
  private show(result: Omit<RootView, 'parts' | 'findings' | 'fixes'>): void {
    const { editing } = this;
    const fixes = this.fixes.of(result.all);
    this.introduced.note(result, this.open.values(), editing);
    this.view = viewOf({ ...result, fixes }, editing, this.view, this.runtime);
    for (const file of this.open.values()) file.show();
    this.events.published(this);
    this.resting.drop();
    const isPremature = this.view.findings.length < result.all.length;
    if (editing?.editedAt !== undefined && isPremature) this.resting.start(REST_MS);
  }
}
