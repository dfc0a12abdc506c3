import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeActionTriggerKind,
  DiagnosticSeverity,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  FileChangeType,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  WorkDoneProgress,
  type CodeAction,
  type Command,
  type Diagnostic,
  type FileEvent,
  type Hover,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type TextEdit,
  type WorkspaceFolder,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  SCAN_WORKSPACE,
  type DiagnosticData,
  type InitializationOptions,
  type Settings,
} from '../../../protocol/methods.js';
import { FIXES, type FixesResult } from '../../../protocol/views.js';
import { ROOT } from '../../support/root.js';
import { CAPABILITIES } from './capabilities.js';
import { Watched } from './watched.js';

/** Whether a diagnostic is a mistake, not the mark of another side of one in the same file. */
export function isOwn({ severity }: Diagnostic): boolean {
  return severity !== DiagnosticSeverity.Information;
}

/** The real server, as an editor without features of its own sees it. */
export class Server {
  readonly folder: string;
  readonly connection: ProtocolConnection;
  readonly log: string[] = [];
  private readonly process: ChildProcess;
  private readonly documents = new Map<string, TextDocument>();
  /** By document: the version it was opened with last. */
  private readonly opened = new Map<string, number>();
  /** By document, closed or not: the last version the server was told of. */
  private readonly lastVersion = new Map<string, number>();
  private readonly latest = new Map<string, PublishDiagnosticsParams>();
  private readonly publishing = new Watched();
  private readonly logging = new Watched();
  private isStopping = false;

  /** Starts a server on a new folder, where every verified fix is an edit; with a seed, on a slow machine. */
  constructor(files: Readonly<Record<string, string>> = {}, slow?: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'lockorder-lsp-'));
    this.write('lockorder.json', '{ "fixes": "all" }');
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    const program = join(ROOT, 'dist', 'server.cjs');
    const preload = ['clock.js', ...(slow === undefined ? [] : ['slow-machine.js'])].flatMap((name) => [
      '--import',
      join(ROOT, 'out', 'test', 'lsp', 'support', name),
    ]);
    this.process = spawn(process.execPath, ['--enable-source-maps', ...preload, program, '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, LOCKORDER_SLOW: String(slow) },
    });
    const { stdin, stdout, stderr } = this.process;
    if (!stdin || !stdout || !stderr) throw new Error('the server has no pipes');
    stderr.on('data', (data: Buffer) => this.log.push(data.toString()));
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
      this.logging.changed();
    });
    this.connection.onRequest(RegistrationRequest.type, () => undefined);
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.latest.set(params.uri, params);
      this.publishing.changed();
    });
    this.connection.listen();
    this.process.once('exit', (code) => {
      if (!this.isStopping) this.log.push(`the server ended with ${code}`);
      this.connection.end();
      this.connection.dispose();
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  initialize(
    settings: InitializationOptions['settings'] = {},
    options: InitializationOptions = {},
  ): Promise<void> {
    return this.initializeOn(this.folder, settings, options);
  }

  /** The same on the folder of another server. */
  async initializeOn(
    folder: string,
    settings: InitializationOptions['settings'] = {},
    options: InitializationOptions = {},
  ): Promise<void> {
    const initializationOptions: InitializationOptions = {
      cacheDirectory: join(this.folder, '.cache'),
      rulePages: 'file:///pages',
      settings,
      ...options,
    };
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: CAPABILITIES,
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'test' }],
      initializationOptions,
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
  }

  /** Makes folders below the first one folders of the workspace, or takes them out again. */
  async changeFolders(change: { readonly add?: string; readonly remove?: string }): Promise<void> {
    const folder = (name: string | undefined): WorkspaceFolder[] =>
      name === undefined ? [] : [{ uri: this.uri(name), name }];
    await this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: folder(change.add), removed: folder(change.remove) },
    });
  }

  async configure(lockOrder: Partial<Settings>): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { lockOrder },
    });
  }

  write(name: string, text: string | Uint8Array): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  text(name: string): string {
    return this.documents.get(name)?.getText() ?? '';
  }

  /** Opens a document and waits for its diagnostics. */
  async open(name: string, text: string): Promise<readonly Diagnostic[]> {
    await this.show(name, text);
    return this.diagnostics(name);
  }

  /**
   * Opens a document without waiting. Its version is higher than all before: what the server says of an earlier opening
   * may arrive after the document was closed, and must not count for this one.
   */
  async show(name: string, text: string): Promise<void> {
    const version = (this.lastVersion.get(name) ?? 0) + 1;
    this.opened.set(name, version);
    this.keep(name, TextDocument.create(this.uri(name), 'c', version, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), languageId: 'c', version, text },
    });
  }

  /** Replaces the first occurrence of a text (or a range) and waits for the diagnostics of the new version. */
  async edit(name: string, what: string | Range, by: string): Promise<readonly Diagnostic[]> {
    const version = await this.type(name, what, by);
    return this.diagnostics(name, version);
  }

  /** Edits without waiting. Returns the version of the edit. */
  async type(name: string, what: string | Range, by: string): Promise<number> {
    const document = this.documents.get(name);
    if (!document) throw new Error(`${name} is not open`);
    const range = typeof what === 'string' ? this.range(name, what) : what;
    const version = document.version + 1;
    const change = { range, text: by };
    this.keep(name, TextDocument.update(document, [change], version));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [change],
    });
    return version;
  }

  private keep(name: string, document: TextDocument): void {
    this.documents.set(name, document);
    this.lastVersion.set(name, document.version);
  }

  async save(name: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  async close(name: string): Promise<void> {
    this.documents.delete(name);
    this.opened.delete(name);
    this.latest.delete(this.uri(name));
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  async changedOnDisk(...names: readonly string[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: names.map((name): FileEvent => ({ uri: this.uri(name), type: FileChangeType.Changed })),
    });
  }

  /** The diagnostics of a document once they are those of a version (or newer) and satisfy the test. */
  diagnostics(
    name: string,
    version = this.opened.get(name) ?? 0,
    isWanted: (diagnostics: readonly Diagnostic[]) => boolean = () => true,
  ): Promise<readonly Diagnostic[]> {
    return this.diagnosticsOf(this.uri(name), isWanted, version);
  }

  /** The same by the URI of a document. */
  diagnosticsOf(
    uri: string,
    isWanted: (diagnostics: readonly Diagnostic[]) => boolean,
    version = 0,
  ): Promise<readonly Diagnostic[]> {
    return this.publishing.until(() => {
      const found = this.latest.get(uri);
      const isThis = found && (found.version ?? 0) >= version && isWanted(found.diagnostics);
      return isThis === true ? found.diagnostics : undefined;
    });
  }

  /** Waits until the log satisfies the test. */
  async logged(isWanted: (log: readonly string[]) => boolean): Promise<void> {
    await this.logging.until(() => isWanted(this.log) || undefined);
  }

  /** The diagnostics once it is known which of them can be repaired. */
  async settled(name: string): Promise<readonly Diagnostic[]> {
    for (;;) {
      const diagnostics = await this.diagnostics(name);
      for (const { data } of diagnostics) await this.fixes(name, (data as DiagnosticData).id);
      if (this.shown(name) === diagnostics) return diagnostics;
    }
  }

  /** The fixes of a finding, once they are verified. */
  fixes(name: string, id: string): Promise<FixesResult> {
    return this.connection.sendRequest(FIXES, { uri: this.uri(name), id });
  }

  /** Listens to everything that is published about an open document, with the number of edits it includes. */
  onDiagnostics(
    name: string,
    listener: (edits: number, diagnostics: readonly Diagnostic[]) => void,
  ): { dispose(): void } {
    return this.publishing.onChange(() => {
      const found = this.latest.get(this.uri(name));
      const opened = this.opened.get(name) ?? 0;
      if (found?.version !== undefined && found.version >= opened)
        listener(found.version - opened, found.diagnostics);
    });
  }

  /** The diagnostics of a document that were published last; does not wait. */
  shown(name: string): readonly Diagnostic[] {
    return this.latest.get(this.uri(name))?.diagnostics ?? [];
  }

  /** The published diagnostics of all files, open or not, except hints. */
  get published(): readonly Diagnostic[] {
    return [...this.latest.values()]
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ severity }) => severity !== DiagnosticSeverity.Hint);
  }

  async hover(name: string, at: string): Promise<string> {
    const { start } = this.range(name, at);
    const hover: Hover | null = await this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: this.uri(name) },
      position: start,
    });
    const contents = hover?.contents;
    return typeof contents === 'object' && 'value' in contents ? contents.value : '';
  }

  /** The code actions that fix a diagnostic. */
  async codeActions(name: string, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    const actions = await this.actionsAt(name, diagnostic.range, [diagnostic]);
    return actions.filter(({ isPreferred }) => isPreferred !== undefined);
  }

  /** The code actions at a range or at a text, of all kinds or only of some. */
  async actionsAt(
    name: string,
    what: string | Range,
    diagnostics: readonly Diagnostic[] = [],
    only?: readonly string[],
    triggerKind: CodeActionTriggerKind = CodeActionTriggerKind.Automatic,
  ): Promise<readonly CodeAction[]> {
    const actions: readonly (CodeAction | Command)[] | null = await this.connection.sendRequest(
      CodeActionRequest.type,
      {
        textDocument: { uri: this.uri(name) },
        range: typeof what === 'string' ? this.range(name, what) : what,
        context: { diagnostics: [...diagnostics], triggerKind, ...(only ? { only: [...only] } : {}) },
      },
    );
    return (actions ?? []).filter((action): action is CodeAction => !('arguments' in action));
  }

  /** The text of a document after an action, by document name. */
  applied(action: Pick<CodeAction, 'edit'>): ReadonlyMap<string, string> {
    const result = new Map<string, string>();
    for (const change of action.edit?.documentChanges ?? []) {
      if (!('edits' in change)) continue;
      const { uri } = change.textDocument;
      const [name = uri.slice(this.uri('').length + 1), document = this.onDisk(uri)] =
        [...this.documents].find(([, each]) => each.uri === uri) ?? [];
      const edits = change.edits.filter((edit): edit is TextEdit => 'newText' in edit);
      result.set(name, TextDocument.applyEdits(document, edits));
    }
    return result;
  }

  private onDisk(uri: string): TextDocument {
    const path = fileURLToPath(uri);
    return TextDocument.create(uri, 'text', 0, existsSync(path) ? readFileSync(path, 'utf8') : '');
  }

  range(name: string, of: string): Range {
    const document = this.documents.get(name);
    const offset = document?.getText().indexOf(of) ?? -1;
    if (!document || offset < 0) throw new Error(`${name} has no ${JSON.stringify(of)}`);
    return { start: document.positionAt(offset), end: document.positionAt(offset + of.length) };
  }

  onProgress(token: string, listener: (value: { readonly kind: string }) => void): void {
    this.connection.onProgress(WorkDoneProgress.type, token, listener);
  }

  /** A scan that can be called off. */
  cancellableScan(): { readonly done: Promise<unknown>; cancel(): void } {
    const source = new CancellationTokenSource();
    const done = this.connection.sendRequest(SCAN_WORKSPACE, {}, source.token);
    return { done, cancel: () => source.cancel() };
  }

  /** Makes time go by in the server: what waits for a timer has had its turn. What it starts may take longer. */
  async pass(): Promise<void> {
    const passed = once(this.process, 'message');
    this.process.send('pass');
    await passed;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const gone = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await gone;
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}: ${this.log.join('')}`);
  }
}
