import {
  CreateFile,
  ErrorCodes,
  Message,
  ResponseError,
  TextDocumentEdit,
  type ClientCapabilities,
  type CodeAction,
  type Connection,
  type MessageStrategy,
  type NotificationMessage,
  type RequestMessage,
  type PublishDiagnosticsParams,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { visible } from '../analysis/base/visible.js';
import { problemOf } from './required.js';

/*
 * What the protocol requires of any server: when it answers, which messages it accepts, and what it may send to a
 * client with certain capabilities.
 */

/** Internal method for requests that are refused. */
const REFUSED = '$/lockOrder/refused';
/** Internal method that logs notifications which cannot be understood. */
const IGNORED = '$/lockOrder/ignored';

interface Refusal {
  readonly code: number;
  readonly message: string;
}

/**
 * Passes on what the protocol allows: nothing before `initialize`, nothing after `shutdown`, no missing
 * parameters.
 */
export function lifecycle(): MessageStrategy {
  let state: 'new' | 'open' | 'shut' = 'new';
  return {
    handleMessage: (message, next) => {
      if (Message.isRequest(message)) {
        const refusal = refusalOf(state, message.method, message.params);
        if (refusal) {
          const refused: RequestMessage = { ...message, method: REFUSED, params: { ...refusal } };
          return next(refused);
        }
        if (message.method === 'initialize') state = 'open';
        if (message.method === 'shutdown') state = 'shut';
      } else if (Message.isNotification(message)) {
        const { method, params } = message;
        if (state !== 'open' && method !== 'exit' && !method.startsWith('$/')) return undefined;
        const problem = problemOf(method, params);
        if (problem !== undefined) {
          const text = visible(`${method} is ignored: ${problem}`);
          const ignored: NotificationMessage = { jsonrpc: '2.0', method: IGNORED, params: { text } };
          return next(ignored);
        }
      }
      return next(message);
    },
  };
}

/** Answers requests that {@link lifecycle} refuses, and logs notifications that it ignores. */
export function answerRefused(connection: Connection): void {
  connection.onNotification(IGNORED, ({ text }: { readonly text: string }) => connection.console.warn(text));
  connection.onRequest(REFUSED, ({ code, message }: Refusal) => new ResponseError(code, message));
}

function refusalOf(state: 'new' | 'open' | 'shut', method: string, params: unknown): Refusal | undefined {
  if (state === 'shut') return { code: ErrorCodes.InvalidRequest, message: 'the server was shut down' };
  if (state === 'new' && method !== 'initialize')
    return { code: ErrorCodes.ServerNotInitialized, message: 'the server is not initialized' };
  if (state === 'open' && method === 'initialize')
    return { code: ErrorCodes.InvalidRequest, message: 'the server is initialized already' };
  const problem = problemOf(method, params);
  return problem === undefined ? undefined : { code: ErrorCodes.InvalidParams, message: problem };
}

/** The parameters without what the client cannot show. */
export function diagnosticsFor(
  params: PublishDiagnosticsParams,
  capabilities: ClientCapabilities | undefined,
): PublishDiagnosticsParams {
  if (capabilities?.textDocument?.publishDiagnostics?.relatedInformation === true) return params;
  const diagnostics = params.diagnostics.map(({ relatedInformation: _related, ...rest }) => rest);
  return { ...params, diagnostics };
}

/** An edit in a form that the client supports; `undefined` if it creates a file and the client cannot. */
export function editFor(
  edit: WorkspaceEdit,
  capabilities: ClientCapabilities | undefined,
): WorkspaceEdit | undefined {
  const known = capabilities?.workspace?.workspaceEdit;
  const parts = edit.documentChanges ?? [];
  if (parts.some((part) => CreateFile.is(part)) && known?.resourceOperations?.includes('create') !== true)
    return undefined;
  if (known?.documentChanges === true) {
    if (known.changeAnnotationSupport !== undefined) return edit;
    return {
      documentChanges: parts.map((part) =>
        TextDocumentEdit.is(part) ? { ...part, edits: plainEdits(part) } : part,
      ),
    };
  }
  const changes: NonNullable<WorkspaceEdit['changes']> = {};
  for (const part of parts) {
    if (!TextDocumentEdit.is(part)) continue;
    changes[part.textDocument.uri] = [...(changes[part.textDocument.uri] ?? []), ...plainEdits(part)];
  }
  return { changes };
}

/** Without annotations. */
function plainEdits({ edits }: TextDocumentEdit): TextEdit[] {
  return edits.flatMap((each) => ('newText' in each ? [{ range: each.range, newText: each.newText }] : []));
}

/** Actions that the client can show and apply. */
export function actionsFor(
  actions: readonly CodeAction[],
  capabilities: ClientCapabilities | undefined,
): CodeAction[] {
  const showsDisabled = capabilities?.textDocument?.codeAction?.disabledSupport === true;
  return actions.flatMap((action) => {
    if (action.disabled) return showsDisabled ? [action] : [];
    if (!action.edit) return [action];
    const edit = editFor(action.edit, capabilities);
    return edit ? [{ ...action, edit }] : [];
  });
}
