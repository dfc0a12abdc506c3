import {
  MessageType,
  ShowMessageNotification,
  type Connection,
  type DidChangeTextDocumentParams,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { reselected } from '../analysis/workspace/findings.js';
import { CONFIG_FILE } from '../analysis/workspace/config.js';
import type { UserModel } from '../analysis/models/records/record.js';
import type { Parser } from '../analysis/syntax/types.js';
import { Compiler } from '../host/compile.js';
import type { InitializationOptions, Settings } from '../protocol/methods.js';
import type { ClassEntry } from '../protocol/views.js';
import { analysed, Configurations } from './configurations.js';
import type { Environment } from './environment/environment.js';
import { Memory } from './environment/memory.js';
import { Vast } from './programs/growth.js';
import { Logs } from './logs.js';
import { changedSources } from './documents/disk-changes.js';
import { OpenFile } from './documents/open-file.js';
import { known, owesClosed } from './listed.js';
import { Root } from './programs/root.js';
import { Scheduler } from './programs/scheduling.js';
import { PRIORITY, READ } from './programs/stage.js';
import { DEFAULT_SETTINGS, needsAnalysis, readSettings, unknownRules, usableGlobs } from './settings.js';
import { translator, type Translate } from './words.js';

/** Events for features. */
export interface SessionEvents {
  /** A root has a new result, or shows more or less of it. */
  published(root: Root): void;
  /** A root is gone, with everything it showed. */
  gone(root: Root): void;
  /** All roots were recreated, and documents reassigned. */
  restarted(): void;
  /** The server's status may have changed. */
  progressed(): void;
  /** Hints and lenses may have changed. */
  read(): void;
}

/** The folders and documents of one client. A document belongs to the innermost folder around it. */
export class Session {
  settings: Settings = DEFAULT_SETTINGS;
  options: InitializationOptions = {};
  /** Lock classes as last reported, for times without a result. */
  classesBefore: readonly ClassEntry[] = [];
  /** The last error, until something succeeds. */
  failure: string | undefined;
  /** Texts for people, in the client's language. */
  readonly t: Translate = (...given) => translator(this.options.words)(...given);
  private readonly documents = new Map<string, TextDocument>();
  private typedIn: string | undefined;
  private readonly roots = new Map<string, Root>();
  private readonly homes = new Map<string, { readonly root: Root; readonly file: OpenFile }>();
  private readonly scheduler = new Scheduler();
  private readonly compilers = new Map<string, Compiler>();
  private parser: Promise<Parser> | undefined;
  /** Absolute paths. */
  folders: readonly string[] = [];
  private queue: Promise<void> = Promise.resolve();
  private paused = false;
  private restarting = 0;
  private readonly noticed = new Set<string>();
  private readonly configurations: Configurations;
  /** Stored results of scans. */
  readonly memory = new Memory(this);
  /** Evidence from running kernels. */
  readonly logs = new Logs(this);

  constructor(
    readonly connection: Connection,
    readonly environment: Environment,
    private readonly events: SessionEvents,
  ) {
    this.configurations = new Configurations(environment, (message) => this.warn(message));
  }

  allRoots(): readonly Root[] {
    return [...this.roots.values()];
  }

  /** The user's own roots: a copy of the example counts only if there is nothing else. */
  ownRoots(): readonly Root[] {
    const { cacheDirectory = '' } = this.options;
    const isOurs = ({ place: { scope } }: Root): boolean =>
      cacheDirectory !== '' && this.environment.relative(cacheDirectory, scope) !== undefined;
    return this.folders.length === 0 ? this.allRoots() : this.allRoots().filter((root) => !isOurs(root));
  }

  /** Whether there is a result for everything shown, under the current settings. */
  get isShown(): boolean {
    const isSaid = [...this.homes.values()].every(({ file }) => file.isShown);
    return this.restarting === 0 && isSaid && !this.allRoots().some(owesClosed);
  }

  /** Runs requested work in slices; returns when it is done or cancelled. */
  async slowly(work: Generator<unknown, void>): Promise<void> {
    await this.scheduler.run(PRIORITY.scan, work).result;
  }

  /** The root and the file of an open document. */
  home(uri: string): { readonly root: Root; readonly file: OpenFile } | undefined {
    return this.homes.get(uri);
  }

  isOpen(uri: string): boolean {
    return this.documents.has(uri);
  }

  changeFolders(added: readonly string[], removed: readonly string[]): void {
    const paths = (uris: readonly string[]): string[] =>
      uris.flatMap((uri) => this.environment.pathOf(uri) ?? []);
    const gone = new Set(paths(removed));
    this.folders = [...this.folders.filter((folder) => !gone.has(folder)), ...paths(added)];
    // Findings of a folder may belong to another one now.
    this.restart(false);
  }

  applySettings(value: unknown): void {
    const settings = readSettings(value);
    for (const rule of unknownRules(value)) {
      this.notice(this.t('Unknown rule “{0}” in the setting lockOrder.rules.', rule));
    }
    const before = this.settings;
    this.settings = settings;
    if (needsAnalysis(settings, before)) this.restart();
    else
      this.enqueue(() => {
        for (const root of this.allRoots()) root.settings = settings;
        for (const root of this.allRoots()) this.events.published(root);
        return Promise.resolve();
      });
    this.events.read();
  }

  didOpen(uri: string, languageId: string, version: number, text: string): void {
    this.documents.set(uri, TextDocument.create(uri, languageId, version, text));
    void this.settled();
    this.enqueue(() => this.settle(uri));
  }

  didChange({ textDocument, contentChanges }: DidChangeTextDocumentParams): void {
    const document = this.documents.get(textDocument.uri);
    if (!document) return;
    if (this.typedIn !== textDocument.uri) this.leave(this.typedIn);
    this.typedIn = textDocument.uri;
    this.documents.set(
      textDocument.uri,
      TextDocument.update(document, [...contentChanges], textDocument.version),
    );
    const home = this.homes.get(textDocument.uri);
    // A document without a root gets this text when it is assigned to one.
    if (!home) return;
    home.file.edit(document.getText(), textDocument.version);
    home.root.edit(home.file);
  }

  /** Line starts are kept for the edited document only. */
  private leave(uri: string | undefined): void {
    const document = uri === undefined ? undefined : this.documents.get(uri);
    if (!document) return;
    const { languageId, version } = document;
    this.documents.set(
      document.uri,
      TextDocument.create(document.uri, languageId, version, document.getText()),
    );
  }

  didSave(uri: string): void {
    void this.settled();
    const home = this.homes.get(uri);
    if (!home) return;
    home.file.isSaved = true;
    // Anything still missing is missing on purpose.
    if (home.file.accept()) home.root.edit(home.file);
    home.root.rest(home.file);
  }

  didClose(uri: string): void {
    this.documents.delete(uri);
    this.enqueue(() => {
      const home = this.homes.get(uri);
      this.homes.delete(uri);
      home?.root.close(home.file.file);
      return Promise.resolve();
    });
  }

  didChangeOnDisk(uris: readonly string[]): void {
    const paths = uris.flatMap((uri) => this.environment.pathOf(uri) ?? []);
    if (paths.some((path) => path.endsWith(CONFIG_FILE))) return this.restart();
    for (const root of this.roots.values()) {
      const names = paths.flatMap((path) => this.environment.nameIn(root.place.root, path) ?? []);
      const { place, view } = root;
      root.changed(changedSources(names, { place, view, known: known(root) }, this.environment));
    }
  }

  /** Creates roots for all workspace folders, also for those without open documents. */
  async folderRoots(): Promise<readonly Root[]> {
    await this.queue;
    return Promise.all(this.folders.map((folder) => this.rootOf(folder)));
  }

  /** Whether background reading is paused. */
  get isPaused(): boolean {
    return this.paused;
  }

  pause(paused: boolean): void {
    this.paused = paused;
    for (const root of this.roots.values()) root.pause(paused);
    this.events.progressed();
  }

  /** Shows the stored findings of each folder whose files have not changed. */
  restoreKept(): void {
    this.enqueue(async () => {
      for (const folder of this.folders) {
        const text = this.memory.read(folder);
        if (text === undefined) continue;
        const root = await this.rootOf(folder);
        this.memory.restore(root, text);
        this.events.published(root);
      }
    });
  }

  /** Resolves when every change so far has been recorded, also of a settings file that no event named. */
  settled(): Promise<void> {
    if (this.restarting === 0 && this.configurations.isOutdated) this.restart();
    return this.queue;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.allRoots().map((root) => root.dispose()));
  }

  private restart(handsOver = true): void {
    this.restarting += 1;
    this.enqueue(async () => {
      const before = this.allRoots();
      this.roots.clear();
      this.configurations.restart();
      this.homes.clear();
      try {
        for (const root of before) this.events.gone(root);
        if (handsOver) for (const root of before) await this.handOver(root);
        await Promise.all(before.map((root) => root.dispose()));
        for (const uri of this.documents.keys()) await this.settle(uri);
      } finally {
        this.restarting -= 1;
        this.events.restarted();
      }
    });
  }

  /** Findings in closed files stay valid if only suppressions and severities changed. */
  private async handOver(before: Root): Promise<void> {
    const { scope } = before.place;
    const closed = [
      ...new Set([...before.closedParts().values()].flatMap((parts) => parts.map((part) => part.finding))),
    ];
    if (closed.length === 0 || !this.folders.includes(scope)) return;
    const root = await this.rootOf(scope);
    root.showsClosedLater = before.showsClosed;
    if (analysed(before.config) !== analysed(root.config)) return;
    const { ignore, rules } = root.config;
    root.kept.take(
      reselected(closed, { ...(ignore ? { ignore } : {}), ...(rules ? { severities: rules } : {}) }),
    );
    this.events.published(root);
  }

  private enqueue(step: () => Promise<void>): void {
    this.queue = this.queue.then(step).catch((reason: unknown) => this.fail(reason));
  }

  /** Assigns a document to a root. */
  private async settle(uri: string): Promise<void> {
    const path = this.environment.pathOf(uri);
    if (path === undefined || !this.documents.has(uri)) return;
    const root = await this.rootOf(this.folderOf(path) ?? (await this.scopeAround(path)));
    const real = this.environment.nameIn(root.place.root, path);
    // Under two of its paths, a file is open twice.
    const isTwice = real !== undefined && root.open.has(real);
    const name = isTwice ? this.environment.relative(root.place.root, path) : real;
    const document = this.documents.get(uri);
    if (name === undefined || !document) return;
    const file = new OpenFile(uri, name, document.getText(), document.version);
    this.homes.set(uri, { root, file });
    root.edit(file);
  }

  /** The root for a document outside of all workspace folders. */
  private async scopeAround(path: string): Promise<string> {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 1));
    await this.environment.prepare(folder, this.settings.config || undefined);
    return this.environment.locate(folder).scope;
  }

  /** The innermost workspace folder around a path. */
  private folderOf(path: string): string | undefined {
    const around = this.folders.filter((folder) => this.environment.relative(folder, path) !== undefined);
    return around.sort((a, b) => b.length - a.length)[0];
  }

  private async rootOf(folder: string): Promise<Root> {
    const known = this.roots.get(folder);
    if (known) return known;
    await this.environment.prepare(folder, this.settings.config || undefined);
    const place = { ...this.environment.locate(folder), scope: folder };
    const config = this.configurations.read(folder, place.root, this.settings.config);
    this.parser ??= this.environment.createParser();
    const parser = await this.parser;
    // Another caller may have waited for the parser as well.
    const first = this.roots.get(folder);
    if (first) return first;
    const compiler = this.compilerFor(config.models ?? [], parser);
    const { architectures } = this.settings;
    const exclude = [...(config.exclude ?? []), ...usableGlobs(this.settings, this.connection.console)];
    const preemptRt = this.settings.preemptRt || config.preemptRt === true;
    const root = new Root(
      {
        place,
        settings: this.settings,
        config: {
          ...config,
          exclude,
          preemptRt,
          ...(architectures.length > 0 ? { arch: [...architectures] } : {}),
        },
        environment: this.environment,
        scheduler: this.scheduler,
        compiler,
        parser,
        cacheFolder: this.options.cacheDirectory,
      },
      {
        published: (each) => {
          this.failure = undefined;
          this.events.published(each);
        },
        progressed: () => this.events.progressed(),
        grown: (grown, level, ms) => {
          const { place: own, view } = grown;
          this.logs.join(grown);
          const files = view?.program.files.size ?? 0;
          this.log(`${own.scope}: read ${READ[level]} in ${Math.round(ms)} ms, ${files} files in all`);
        },
        failed: (_, reason) => this.fail(reason),
        limited: ({ place: { scope } }, reason) => {
          const { console: log } = this.connection;
          if (reason instanceof Vast) log.info(`${scope}: ${reason.message}`);
          else log.warn(`${scope}: ${reason.message}`);
        },
      },
    );
    root.pause(this.paused);
    this.roots.set(folder, root);
    return root;
  }

  private compilerFor(models: readonly UserModel[], parser: Parser): Compiler {
    const key = JSON.stringify(models);
    const compiler = this.compilers.get(key) ?? new Compiler(models, parser);
    this.compilers.set(key, compiler);
    return compiler;
  }

  /** Shows a message once that the user should act on. */
  private notice(message: string): void {
    if (this.noticed.has(message)) this.connection.console.warn(message);
    else this.warn(message);
    this.noticed.add(message);
  }

  private warn(message: string): void {
    this.connection.console.warn(message);
    void this.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message,
    });
  }

  private log(message: string): void {
    this.connection.console.info(message);
  }

  private fail(reason: unknown): void {
    this.failure = reason instanceof Error ? reason.message : String(reason);
    this.connection.console.error(
      reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
    );
    this.events.progressed();
  }
}
