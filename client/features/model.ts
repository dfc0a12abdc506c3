import * as vscode from 'vscode';
import { MODEL } from '../../protocol/methods.js';
import type { ModelParams, ModelResult } from '../../protocol/methods.js';
import type { Client } from '../options.js';
import { showText } from '../places.js';

/**
 * `Lock Order: Show Function Model`: asks for a name, by default the word at the cursor, and prints its
 * records.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.model', async () => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) return;
      const { document, selection } = editor;
      const word = document.getWordRangeAtPosition(selection.active);
      const name = await vscode.window.showInputBox({
        prompt: vscode.l10n.t('Name of a function, macro, type, op table field (record.field) or lock class'),
        value: word ? document.getText(word) : '',
      });
      if (!name) return;
      const params: ModelParams = { uri: document.uri.toString(), name: name.trim() };
      const { text } = await client.sendRequest<ModelResult>(MODEL, params);
      await showText(text);
    }),
  );
}
