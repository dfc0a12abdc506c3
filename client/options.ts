import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { InitializationOptions } from '../protocol/methods.js';

/** A client that can be started anew; both the Node and the browser client can. */
export type Client = BaseLanguageClient & { restart?(): Promise<void> };

/** Whether this runs in a browser, where files come from anywhere. */
const IN_BROWSER = 'importScripts' in globalThis;

/** Where documents come from that can be analysed: what the workspace consists of, and what is nowhere yet. */
const SCHEMES = [
  ...new Set([
    ...(IN_BROWSER ? (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme) : []),
    'file',
    'untitled',
  ]),
];

/** `.h` files open as C++ in VS Code, hence the second part. */
export const SELECTOR = SCHEMES.flatMap((scheme) => [
  { scheme, language: 'c' },
  { scheme, language: 'cpp', pattern: '**/*.h' },
]);

/** What the Node and the browser client have in common. */
export function clientOptions(context: vscode.ExtensionContext): LanguageClientOptions {
  const channel = vscode.window.createOutputChannel('Lock Order', { log: true });
  context.subscriptions.push(channel);
  const initializationOptions: InitializationOptions = {
    cacheDirectory: context.globalStorageUri.fsPath,
    hasCommands: true,
    ...(vscode.l10n.bundle ? { words: vscode.l10n.bundle } : {}),
    rulePages: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
  };
  return {
    documentSelector: [...SELECTOR, ...SCHEMES.map((scheme) => ({ scheme, language: 'lockorder' }))],
    outputChannel: channel,
    initializationOptions,
    synchronize: { configurationSection: 'lockOrder' },
    // The hover's links run the explain command, nothing else.
    markdown: { isTrusted: { enabledCommands: ['lockOrder.explain'] } },
  };
}
