import * as vscode from 'vscode';
import { achieved } from '../progress.js';

interface Example {
  /** Folder below `examples/`, and the files to copy. */
  readonly folder: string;
  readonly files: readonly string[];
  /**
   * The file to open and the text at the finding. For a cycle that is the later of two sides, which is the one blamed.
   */
  readonly opens: string;
  readonly at: string;
}

/** Two files that deadlock with each other. */
const DRIVER: Example = {
  folder: 'driver',
  files: ['Kbuild', 'driver.h', 'device.c', 'queue.c'],
  opens: 'queue.c',
  at: 'device_wake(q',
};
/** One file with a deadlock that has a fix. */
const SEMAPHORES: Example = {
  folder: 'two-semaphores',
  files: ['Kbuild', 'two_semaphores.c'],
  opens: 'two_semaphores.c',
  at: 'down(&sem1);',
};
/** Offers all verified fixes as edits, including kinds that are otherwise suggestions. */
const CONFIGURATION = '{ "fixes": "all" }\n';

/**
 * `Lock Order: Open the Example Driver`: creates a fresh copy of two files that deadlock with each other. With
 * `repair`, used by the walkthrough, a file whose deadlock has a fix.
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
