import * as vscode from 'vscode';
import { achieved } from '../progress.js';

interface Example {
  /** Folder below `examples/`, and what is copied of it. */
  readonly folder: string;
  readonly files: readonly string[];
  /** The file to open, and the words of the finding: the last of them, since of two sides the later one is blamed. */
  readonly opens: string;
  readonly at: string;
}

/** Two files that deadlock with one another. */
const DRIVER: Example = {
  folder: 'driver',
  files: ['Kbuild', 'driver.h', 'device.c', 'queue.c'],
  opens: 'queue.c',
  at: 'device_wake(q',
};
/** One file with a deadlock that has a repair. */
const SEMAPHORES: Example = {
  folder: 'two-semaphores',
  files: ['Kbuild', 'two_semaphores.c'],
  opens: 'two_semaphores.c',
  at: 'down(&sem1);',
};
/** Makes edits of all verified fixes, also of kinds that are suggestions elsewhere. */
const CONFIGURATION = '{ "fixes": "all" }\n';

/**
 * `Lock Order: Open the Example Driver`: a fresh copy of two files that deadlock with one another, to try
 * things out on. With `repair`, as the walkthrough asks, of a file whose deadlock has a repair.
 */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.openExample', async (which?: unknown) => {
      const example = which === 'repair' ? SEMAPHORES : DRIVER;
      const source = vscode.Uri.joinPath(context.extensionUri, 'examples', example.folder);
      const target = vscode.Uri.joinPath(context.globalStorageUri, 'example', example.folder);
      try {
        await vscode.workspace.fs.createDirectory(target);
        for (const name of example.files) {
          const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(source, name));
          await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), text);
        }
        const configuration = vscode.Uri.joinPath(target, 'lockorder.json');
        await vscode.workspace.fs.writeFile(configuration, new TextEncoder().encode(CONFIGURATION));
        const uri = vscode.Uri.joinPath(target, example.opens);
        const document = await vscode.workspace.openTextDocument(uri);
        const { line } = document.positionAt(document.getText().lastIndexOf(example.at));
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
