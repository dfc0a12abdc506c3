import { totalmem } from 'node:os';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { activateFeatures } from './extension.js';
import { clientOptions } from './options.js';

/** In bytes. */
const MOST_HEAP = 8 * 2 ** 30;

/** A client that tells when the process of a server has ended. */
class ClosingClient extends LanguageClient {
  private readonly waiting = new Set<() => void>();

  nextClose(): Promise<void> {
    return new Promise((resolve) => void this.waiting.add(resolve));
  }

  protected override async handleConnectionClosed(): Promise<void> {
    await super.handleConnectionClosed();
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

let client: ClosingClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  const server = { module, transport: TransportKind.ipc };
  const heap = `--max-old-space-size=${heapMegabytes()}`;
  const run = { ...server, options: { execArgv: [heap] } };
  const debug = {
    ...server,
    options: { execArgv: [heap, '--nolazy', '--inspect=6019', '--enable-source-maps'] },
  };
  client = new ClosingClient('lockOrder', 'Lock Order', { run, debug }, clientOptions(context));
  await activateFeatures(context, client);
}

/** Heap limit of the server, in megabytes: half the machine's memory, but no more than a whole kernel needs. */
function heapMegabytes(): number {
  return Math.round(Math.min(totalmem() / 2, MOST_HEAP) / 2 ** 20);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
