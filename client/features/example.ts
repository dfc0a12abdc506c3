import * as vscode from 'vscode';
import { achieved } from '../progress.js';

const FILES = ['Kbuild', 'driver.h', 'device.c', 'queue.c'];

/**
 * `Lock Order: Open the Example Driver`: a fresh copy of two files that deadlock with one another, to try
 * things out on.
 */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.openExample', async () => {
      const source = vscode.Uri.joinPath(context.extensionUri, 'examples', 'driver');
      const target = vscode.Uri.joinPath(context.globalStorageUri, 'example');
      try {
        await vscode.workspace.fs.createDirectory(target);
        for (const name of FILES) {
          const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(source, name));
          await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), text);
        }
        const uri = vscode.Uri.joinPath(target, 'queue.c');
        const document = await vscode.workspace.openTextDocument(uri);
        const line = document
          .getText()
          .split('\n')
          .findIndex((text) => text.includes('device_wake(q'));
        const place = new vscode.Range(line, 0, line, 0);
        await vscode.window.showTextDocument(document, { preview: false, selection: place });
        achieved('hasExample');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(vscode.l10n.t('The example cannot be copied: {0}', reason));
      }
    }),
  );
}
