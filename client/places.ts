import * as vscode from 'vscode';
import type { Place, PlaceRange } from '../protocol/views.js';

export function toRange({ start, end }: PlaceRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** Shows a place in an editor, or a message if its file cannot be opened. */
export async function showPlace(
  { uri, range }: Pick<Place, 'uri' | 'range'>,
  options: vscode.TextDocumentShowOptions = {},
): Promise<void> {
  const target = vscode.Uri.parse(uri);
  try {
    const document = await vscode.workspace.openTextDocument(target);
    await vscode.window.showTextDocument(document, { preview: true, ...options, selection: toRange(range) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(vscode.l10n.t('{0} cannot be opened: {1}', target.path, reason));
  }
}

/** The cursor as a request parameter. */
export function cursor(): { readonly uri: string; readonly position: vscode.Position } | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor && { uri: editor.document.uri.toString(), position: editor.selection.active };
}

/** Shows text without a file, beside the code. */
export async function showText(content: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside, true);
}
