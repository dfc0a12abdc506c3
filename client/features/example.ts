import * as vscode from 'vscode';
import { achieved } from '../progress.js';

interface Example {
  readonly files: readonly string[];
  /** The file to open and the text at the finding: in a cycle, the later of the two sides is blamed. */
  readonly opens: string;
  readonly at: string;
}

/** Drivers that deadlock, by their folder below `examples/`. */
const EXAMPLES: Readonly<Record<'driver' | 'port', Example>> = {
  driver: { files: ['Kbuild', 'driver.h', 'device.c', 'queue.c'], opens: 'queue.c', at: 'device_wake(q' },
  // Its fix changes two files.
  port: {
    files: ['Kbuild', 'port.h', 'port.c', 'reset.c', 'show.c'],
    opens: 'reset.c',
    at: 'mutex_lock(&port->config_lock)',
  },
};
/** Offers all verified fixes as edits, including kinds that are otherwise suggestions. */
const CONFIGURATION = '{ "fixes": "all" }\n';

/** `Lock Order: Open the Example Driver`: creates a fresh copy of an example, which an argument may name. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.openExample', async (wanted: unknown) => {
      const folder = wanted === 'port' ? wanted : 'driver';
      const { files, opens, at } = EXAMPLES[folder];
      const source = vscode.Uri.joinPath(context.extensionUri, 'examples', folder);
      const target = vscode.Uri.joinPath(context.globalStorageUri, 'example', folder);
      try {
        await vscode.workspace.fs.createDirectory(target);
        for (const name of files) {
          const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(source, name));
          await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(target, name), text);
        }
        const configuration = vscode.Uri.joinPath(target, 'lockorder.json');
        await vscode.workspace.fs.writeFile(configuration, new TextEncoder().encode(CONFIGURATION));
        const uri = vscode.Uri.joinPath(target, opens);
        const document = await vscode.workspace.openTextDocument(uri);
        // VS Code shows no light bulb for a cursor in the indentation.
        const place = document.positionAt(document.getText().lastIndexOf(at));
        const selection = new vscode.Range(place, place);
        await vscode.window.showTextDocument(document, { preview: false, selection });
        achieved('hasExample');
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        void vscode.window.showErrorMessage(vscode.l10n.t('The example cannot be copied: {0}', reason));
      }
    }),
  );
}
