import * as vscode from 'vscode';
import { achieved } from '../progress.js';

/** Two files that deadlock with each other, below `examples/`. */
const FOLDER = 'driver';
const FILES = ['Kbuild', 'driver.h', 'device.c', 'queue.c'];
/** The file to open and the text at the finding: in a cycle, the later of the two sides is blamed. */
const OPENS = 'queue.c';
const AT = 'device_wake(q';
/** Offers all verified fixes as edits, including kinds that are otherwise suggestions. */
const CONFIGURATION = '{ "fixes": "all" }\n';

/** `Lock Order: Open the Example Driver`: creates a fresh copy of two files that deadlock with each other. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.openExample', async () => {
      const source = vscode.Uri.joinPath(context.extensionUri, 'examples', FOLDER);
      const target = vscode.Uri.joinPath(context.globalStorageUri, 'example', FOLDER);
      try {
        await vscode.workspace.fs.createDirectory(target);
        for (const name of FILES) {
          const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(source, name));
          await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), text);
        }
        const configuration = vscode.Uri.joinPath(target, 'lockorder.json');
        await vscode.workspace.fs.writeFile(configuration, new TextEncoder().encode(CONFIGURATION));
        const uri = vscode.Uri.joinPath(target, OPENS);
        const document = await vscode.workspace.openTextDocument(uri);
        // VS Code shows no light bulb for a cursor in the indentation.
        const at = document.positionAt(document.getText().lastIndexOf(AT));
        const selection = new vscode.Range(at, at);
        await vscode.window.showTextDocument(document, { preview: false, selection });
        achieved('hasExample');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(vscode.l10n.t('The example cannot be copied: {0}', reason));
      }
    }),
  );
}
