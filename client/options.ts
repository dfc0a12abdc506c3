import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { InitializationOptions } from '../protocol/methods.js';

/** A client that can be started anew; both the Node and the browser client can. */
export type Client = BaseLanguageClient & { restart?(): Promise<void> };

/** `.h` files open as C++ in VS Code, hence the second part. */
export const SELECTOR = [
  { scheme: 'file', language: 'c' },
  { scheme: 'file', language: 'cpp', pattern: '**/*.h' },
];

/** What the Node and the browser client have in common. */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
  const channel = vscode.window.createOutputChannel('Lock Order', { log: true });
  context.subscriptions.push(channel);
  const initializationOptions: InitializationOptions = {
    cacheDirectory: context.globalStorageUri.fsPath,
    rulePages: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
  };
  return {
    documentSelector: [...SELECTOR, { scheme: 'file', language: 'lockorder' }],
    outputChannel: channel,
    initializationOptions,
    synchronize: { configurationSection: 'lockOrder' },
    // The hover's links run the explain command, nothing else.
    markdown: { isTrusted: { enabledCommands: ['lockOrder.explain'] } },
  };
}
