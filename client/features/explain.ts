import * as vscode from 'vscode';
import { EXPLAIN } from '../../protocol/methods.js';
import type { ExplainParams, ExplainResult } from '../../protocol/methods.js';
import type { Client } from '../options.js';

const SCHEME = 'lockorder-explain';

/**
 * `Lock Order: Explain Finding`: opens the story of the finding at the cursor (or of the one given by uri
 * and id) as a read-only text.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  context.subscriptions.push(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()),
    }),
    vscode.workspace.onDidCloseTextDocument((document) => texts.delete(document.uri.toString())),
    vscode.commands.registerCommand('lockOrder.explain', async (uri?: string, id?: string) => {
      const params = request(uri, id);
      const result = params && (await client.sendRequest<ExplainResult | null>(EXPLAIN, params));
      if (!result) {
        void vscode.window.showInformationMessage(vscode.l10n.t('There is no lock-order finding here.'));
        return;
      }
      const target = vscode.Uri.from({ scheme: SCHEME, path: `/${result.title}.txt`, query: result.id });
      texts.set(target.toString(), result.text);
      changed.fire(target);
      const document = await vscode.workspace.openTextDocument(target);
      await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
    }),
  );
}

function request(uri: unknown, id: unknown): ExplainParams | undefined {
  if (typeof uri === 'string' && typeof id === 'string') return { uri, id };
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}
