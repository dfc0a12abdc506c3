import * as vscode from 'vscode';
import { DocumentHighlightRequest } from 'vscode-languageclient';
import { SELECTOR, type Client } from '../options.js';
import { onChanged } from './news.js';

/** How long after start-up other extensions may still be starting, in milliseconds. */
const STARTING_MS = 60_000;

/**
 * Inside a lock call, highlights the calls that end or begin the same critical section. Elsewhere it returns nothing,
 * so that another C extension can answer. The editor asks providers in turn, the last registered one first; this one
 * therefore registers again once others may have started.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const provider: vscode.DocumentHighlightProvider = {
    provideDocumentHighlights: async (document, position, token) => {
      if (!client.isRunning()) return undefined;
      const { code2ProtocolConverter: asked, protocol2CodeConverter: answered } = client;
      const params = asked.asTextDocumentPositionParams(document, position);
      const found = await client.sendRequest(DocumentHighlightRequest.type, params, token);
      return answered.asDocumentHighlights(found, token);
    },
  };
  let registered: vscode.Disposable | undefined;
  const register = (): void => {
    registered?.dispose();
    registered = vscode.languages.registerDocumentHighlightProvider(SELECTOR, provider);
  };
  register();
  const start = Date.now();
  context.subscriptions.push(
    { dispose: () => registered?.dispose() },
    vscode.window.onDidChangeActiveTextEditor(register),
    onChanged(() => {
      if (Date.now() - start < STARTING_MS) register();
    }),
  );
}
