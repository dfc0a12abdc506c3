import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { InitializationOptions } from '../protocol/methods.js';
import { keepingMenus } from './features/menus.js';

/** A client that can be restarted, as the Node and browser clients can. */
export type Client = BaseLanguageClient & { restart?(): Promise<void>; nextClose?(): Promise<void> };

/** Whether this runs in a browser, where files come from any provider. */
const IN_BROWSER = 'importScripts' in globalThis;

/** URI schemes of documents that can be analysed: those of the workspace, and unsaved documents. */
const SCHEMES = [
  ...new Set([
    ...(IN_BROWSER ? (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme) : []),
    'file',
    'untitled',
  ]),
];

/** VS Code opens `.h` files as C++, hence the second part. */
export const SELECTOR = SCHEMES.flatMap((scheme) => [
  { scheme, language: 'c' },
  { scheme, language: 'cpp', pattern: '**/*.h' },
]);

/** Options that the Node and the browser client share. */
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
    middleware: keepingMenus(context),
    synchronize: { configurationSection: 'lockOrder' },
    // The hover's links may run the explain command only.
    markdown: { isTrusted: { enabledCommands: ['lockOrder.explain'] } },
  };
}
