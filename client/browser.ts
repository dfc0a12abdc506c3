import * as vscode from 'vscode';
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type MessageTransports,
} from 'vscode-languageclient/browser';
import { activateFeatures } from './extension.js';
import { clientOptions } from './options.js';
import { serveFiles } from './virtual-files.js';

let client: LanguageClient | undefined;
let worker: Worker | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const start = async (): Promise<MessageTransports> => {
    worker?.terminate();
    worker = await startWorker(context);
    // Extensions in the browser get a Worker with the editor's own type, which the library does not recognise.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  client = new LanguageClient('lockOrder', 'Lock Order', start, clientOptions(context));
  serveFiles(client);
  await activateFeatures(context, client);
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
  worker?.terminate();
}

/**
 * Starts the server in a worker. Passes its script as text and its wasm files as bytes, since a worker of an extension
 * from another host can load neither.
 */
async function startWorker(context: vscode.ExtensionContext): Promise<Worker> {
  const read = (name: string): Thenable<Uint8Array> =>
    vscode.workspace.fs.readFile(vscode.Uri.joinPath(context.extensionUri, 'dist', name));
  const [script, runtime, grammar] = await Promise.all([
    read('web/server.js'),
    read('web-tree-sitter.wasm'),
    read('tree-sitter-c.wasm'),
  ]);
  const url = URL.createObjectURL(new Blob([script as Uint8Array<ArrayBuffer>], { type: 'text/javascript' }));
  const started = new Worker(url, { name: 'Lock Order' });
  const ready = new Promise<void>((resolve, reject) => {
    started.addEventListener('message', () => resolve(), { once: true });
    started.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
  });
  const { version } = context.extension.packageJSON as { version: string };
  started.postMessage({ runtime, grammar, version });
  await ready;
  URL.revokeObjectURL(url);
  return started;
}
