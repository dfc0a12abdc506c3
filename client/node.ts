import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { activateFeatures } from './extension.js';
import { clientOptions } from './options.js';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  const server = { module, transport: TransportKind.ipc };
  const debug = { ...server, options: { execArgv: ['--nolazy', '--inspect=6019', '--enable-source-maps'] } };
  client = new LanguageClient('lockOrder', 'Lock Order', { run: server, debug }, clientOptions(context));
  await activateFeatures(context, client);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
