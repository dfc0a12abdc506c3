import * as vscode from 'vscode';
import type { PageParts } from './html.js';

/** Reads the parts of a page from the package. */
export async function readParts(
  { extensionUri }: vscode.ExtensionContext,
  name: 'explain' | 'graph',
): Promise<PageParts> {
  const read = async (kind: string): Promise<string> => {
    const uri = vscode.Uri.joinPath(extensionUri, 'dist', 'webview', `${name}.${kind}`);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  };
  const [style, script] = await Promise.all([read('css'), read('js')]);
  return { style, script };
}
