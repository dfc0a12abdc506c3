import {
  CodeLensRefreshRequest,
  CompletionRequest,
  DefinitionRequest,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver';
import { model } from './features/views/model.js';
import { why } from './features/views/why.js';
import { EXPLAIN, GRAPH, MODEL, PAUSE, SCAN_WORKSPACE, STATUS, WHY } from '../protocol/methods.js';
import type {
  ExplainParams,
  GraphParams,
  ModelParams,
  InitializationOptions,
  PauseParams,
  ScanWorkspaceParams,
  StatusParams,
  WhyParams,
} from '../protocol/methods.js';
import {
  CHANGED,
  CLASSES,
  COUNTERPARTS,
  FIXES,
  IMPORT_EVIDENCE,
  OVERVIEW,
  REACHES,
  SARIF,
  SUPPRESS,
  type FixesParams,
  type ImportEvidenceParams,
  type PositionParams,
  type SuppressParams,
} from '../protocol/views.js';
import { actionsFor, answerRefused, diagnosticsFor, editFor } from './conformance.js';
import type { Environment } from './environment/environment.js';
import { CODE_ACTION_KINDS, codeActions, fixesOf } from './features/code-actions.js';
import { importEvidence } from './features/evidence.js';
import { explain } from './features/views/explain.js';
import { graph } from './features/views/graph.js';
import { completeOrder, defineOrder, orderFileDiagnostics } from './features/lockorder-file.js';
import { hover, toPlainText } from './features/hover.js';
import { classes, overview, sarif } from './features/views/overview.js';
import { MAX_CLOSED, Publisher } from './features/diagnostics/publisher.js';
import { PulledDiagnostics } from './features/diagnostics/pulled.js';
import { codeLenses, counterparts, highlights, inlayHints, reaches } from './features/reading.js';
import { scanWorkspace } from './features/scan.js';
import { statusOf } from './features/status.js';
import { suppressEdit } from './features/suppress.js';
import { TooLarge } from './programs/growth.js';
import { Root } from './programs/root.js';
import { Session } from './session.js';

/** Minimum time between two status notifications, in milliseconds. */
const STATUS_MS = 100;
/** The same for notifications to the client's views, which then request everything. */
const CHANGED_MS = 300;

const ORDER_TRIGGERS = ['.', ':', '/', '<'] as const;

/** Serves a client until it disconnects. */
export function serve(connection: Connection, environment: Environment): void {
  let initialize: InitializeParams | undefined;
  const status = throttled(STATUS_MS, () => sendStatus());
  const changed = throttled(CHANGED_MS, () => {
    void connection.sendNotification(CHANGED);
    refreshReading();
  });
  const session = new Session(connection, environment, {
    published: (root) => {
      publisher.publish(root);
      if (session.isShown) publisher.forgetLeft();
      status();
      changed();
    },
    gone: (root) => {
      publisher.leave(root);
      status();
      changed();
    },
    restarted: () => {
      if (session.isShown) publisher.forgetLeft();
    },
    progressed: status,
    read: () => refreshReading(true),
  });
  const rulePages = (): string | undefined => session.options.rulePages ?? environment.rulePages;
  const push = (params: PublishDiagnosticsParams): void =>
    void connection.sendDiagnostics(diagnosticsFor(params, initialize?.capabilities));
  // Our own client gets the notification, which lets it keep its menus open.
  const pulls = (): boolean =>
    initialize?.capabilities.textDocument?.diagnostic !== undefined && session.options.hasCommands !== true;
  const refreshPulled = throttled(CHANGED_MS, () => {
    if (pulled.isOutdated && initialize?.capabilities.workspace?.diagnostics?.refreshSupport === true)
      connection.languages.diagnostics.refresh().catch(ignore);
  });
  const pulled = new PulledDiagnostics(push, (uri) => session.isOpen(uri), refreshPulled);
  const publisher = new Publisher(
    (params) => (pulls() ? pulled.take(params) : push(params)),
    rulePages,
    (root, file) => (root instanceof Root ? orderFileDiagnostics(root, file) : []),
  );
  let lastStatus = '';
  const sendStatus = (): void => {
    const params: StatusParams = statusOf(session);
    const text = JSON.stringify(params);
    if (text === lastStatus) return;
    lastStatus = text;
    void connection.sendNotification(STATUS, params);
  };

  answerRefused(connection);
  connection.onInitialize((params): InitializeResult => {
    initialize = params;
    session.options = readOptions(params.initializationOptions);
    session.applySettings(session.options.settings);
    session.changeFolders(foldersOf(params), []);
    return {
      serverInfo: { name: 'lockorder' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        // Our own client requests them itself.
        documentHighlightProvider: session.options.hasCommands !== true,
        inlayHintProvider: true,
        codeLensProvider: {},
        ...(pulls()
          ? { diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false } }
          : {}),
        codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS] },
        // Other providers of C have better definitions and completions. Ours are for `.lockorder` files only.
        ...(registersForOrderFiles(params)
          ? {}
          : { definitionProvider: true, completionProvider: { triggerCharacters: [...ORDER_TRIGGERS] } }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  /**
   * Settings that the client does not have keep the values of its start-up options, which is all that many
   * clients send.
   */
  const applySettings = (value: unknown): void =>
    session.applySettings({ ...session.options.settings, ...(typeof value === 'object' ? value : {}) });
  /** Makes the client request hints and lenses again when they may have changed. */
  const refreshReading = (isSwitched = false): void => {
    const { workspace } = initialize?.capabilities ?? {};
    const showsHints = isSwitched || session.settings.inlayHints;
    const showsLenses = isSwitched || session.settings.codeLens;
    if (showsHints && workspace?.inlayHint?.refreshSupport)
      connection.languages.inlayHint.refresh().catch(ignore);
    if (showsLenses && workspace?.codeLens?.refreshSupport)
      connection.sendRequest(CodeLensRefreshRequest.type).catch(ignore);
  };
  const pullSettings = async (): Promise<void> => {
    if (!initialize?.capabilities.workspace?.configuration) return;
    applySettings(await connection.workspace.getConfiguration('lockOrder'));
  };

  connection.onInitialized(async () => {
    const { workspace } = initialize?.capabilities ?? {};
    if (workspace?.didChangeConfiguration?.dynamicRegistration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'lockOrder' });
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        // Editors report a folder that was added, removed or replaced as a whole, without its files.
        watchers: [{ globPattern: '**/*' }],
      });
    }
    if (workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        session.changeFolders(
          added.map(({ uri }) => uri),
          removed.map(({ uri }) => uri),
        ),
      );
    }
    if (registersForOrderFiles(initialize)) {
      const documentSelector = [{ pattern: '**/.lockorder' }];
      await connection.client.register(DefinitionRequest.type, { documentSelector });
      await connection.client.register(CompletionRequest.type, {
        documentSelector,
        triggerCharacters: [...ORDER_TRIGGERS],
      });
    }
    await pullSettings();
    session.restoreKept();
    status();
  });

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (initialize?.capabilities.workspace?.configuration) await pullSettings();
    else applySettings(sectionOf(settings));
  });
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) =>
    session.didOpen(uri, languageId, version, text),
  );
  connection.onDidChangeTextDocument((params) => session.didChange(params));
  connection.onDidSaveTextDocument(({ textDocument }) => session.didSave(textDocument.uri));
  connection.onDidCloseTextDocument(({ textDocument }) => session.didClose(textDocument.uri));
  connection.onDidChangeWatchedFiles(({ changes }) => session.didChangeOnDisk(changes.map(({ uri }) => uri)));

  // A document that was just opened is not in a folder yet.
  const settled =
    <Params, Result>(answer: (params: Params) => Result) =>
    async (params: Params): Promise<Awaited<Result>> => {
      await session.settled();
      return await answer(params);
    };
  connection.onHover(
    settled(async (params) => {
      // In the order of the client's preference; one that names none is not known to have more than plain text.
      const formats: readonly string[] = initialize?.capabilities.textDocument?.hover?.contentFormat ?? [];
      const format = formats.find((each) => each === MarkupKind.Markdown || each === MarkupKind.PlainText);
      const found = await hover(session, params);
      return found && format !== MarkupKind.Markdown ? toPlainText(found) : found;
    }),
  );
  connection.languages.diagnostics.on(
    settled(async ({ textDocument: { uri }, previousResultId }) => {
      await session.home(uri)?.root.idle();
      return pulled.report(uri, previousResultId);
    }),
  );
  connection.onCompletion(settled((params) => completeOrder(session, params)));
  connection.onDefinition(settled((params) => defineOrder(session, params)));
  connection.onCodeAction(
    settled(async (params) => actionsFor(await codeActions(session, params), initialize?.capabilities)),
  );
  connection.onDocumentHighlight(
    settled(({ textDocument: { uri }, position }) => highlights(session, { uri, position })),
  );
  connection.languages.inlayHint.on(settled((params) => inlayHints(session, params)));
  connection.onCodeLens(settled((params) => codeLenses(session, params)));
  connection.onRequest(
    COUNTERPARTS,
    settled((params: PositionParams) => counterparts(session, params)),
  );
  connection.onRequest(
    REACHES,
    settled((params: PositionParams) => reaches(session, params)),
  );
  connection.onRequest(OVERVIEW, () => overview(session));
  connection.onRequest(CLASSES, () => classes(session));
  connection.onRequest(IMPORT_EVIDENCE, (params: ImportEvidenceParams) => importEvidence(session, params));
  connection.onRequest(SARIF, () => sarif(session, environment.version));
  connection.onNotification(PAUSE, ({ paused }: PauseParams) => session.pause(paused));
  connection.onRequest(
    FIXES,
    settled((params: FixesParams) => fixesOf(session, params)),
  );
  connection.onRequest(SUPPRESS, (params: SuppressParams) => {
    const edit = suppressEdit(session, params);
    return (edit && editFor(edit, initialize?.capabilities)) ?? null;
  });
  connection.onRequest(
    EXPLAIN,
    settled((params: ExplainParams) => explain(session, params, rulePages())),
  );
  connection.onRequest(
    GRAPH,
    settled((params: GraphParams) => graph(session, params)),
  );
  connection.onRequest(
    MODEL,
    settled((params: ModelParams) => model(session, params)),
  );
  connection.onRequest(
    WHY,
    settled((params: WhyParams) => why(session, params)),
  );
  connection.onRequest(SCAN_WORKSPACE, async (params: ScanWorkspaceParams, token) => {
    const progress = connection.window.attachWorkDoneProgress(params.workDoneToken);
    const result = await scanWorkspace(session, publisher, params, token, progress).catch(
      (reason: unknown) => {
        if (reason instanceof TooLarge)
          throw new ResponseError(LSPErrorCodes.RequestFailed, tooLargeText(session, reason));
        throw reason;
      },
    );
    if (!result.complete)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, session.t('The scan was cancelled.'));
    // Our own client reports it with the result.
    if (result.notShown > 0 && session.options.hasCommands !== true) {
      connection.window.showInformationMessage(
        session.t(
          '{0} more findings are not listed: the limit for closed files is {1}.',
          result.notShown,
          MAX_CLOSED,
        ),
      );
    }
    return result;
  });

  connection.onShutdown(() => session.dispose());
  connection.listen();
}

function tooLargeText({ t }: Session, { reached: { done, total, stage } }: TooLarge): string {
  const where = stage === 'read' ? t('{0} of {1} files were read', done, total) : stage;
  return t(
    'Not enough memory for this folder ({0}). Exclude folders with lockOrder.exclude, or use the command line.',
    where,
  );
}

/** Whether the client can limit completions and definitions to `.lockorder` files. */
function registersForOrderFiles(params: InitializeParams | undefined): boolean {
  const { completion, definition } = params?.capabilities.textDocument ?? {};
  return completion?.dynamicRegistration === true && definition?.dynamicRegistration === true;
}

function readOptions(value: unknown): InitializationOptions {
  return typeof value === 'object' && value !== null ? value : {};
}

function sectionOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'lockOrder' in settings
    ? settings.lockOrder
    : settings;
}

function foldersOf(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(({ uri }) => uri);
  // Older clients send a single folder.
  return params.rootUri ? [params.rootUri] : [];
}

function ignore(): void {
  // The client has disconnected or does not answer.
}

/** Limits calls to one per interval. The last call is never lost. */
function throttled(ms: number, call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      call();
    }, ms);
  };
}
