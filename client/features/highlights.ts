import * as vscode from 'vscode';
import { DocumentHighlightRequest } from 'vscode-languageclient';
import { SELECTOR, type Client } from '../options.js';
import { onChanged } from './news.js';

/** How long after the start others may still be starting as well, in milliseconds. */
const STARTING_MS = 60_000;

/**
 * Inside a lock call, the calls that end or begin the same stretch. Elsewhere there is no answer, and another
 * extension for C has its say: the editor asks one after the other, whoever has registered last first. So this
 * registers again when others may have come.
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
