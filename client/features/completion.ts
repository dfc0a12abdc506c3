import * as vscode from 'vscode';
import { CLASSES } from '../../protocol/views.js';
import type { ClassEntry } from '../../protocol/views.js';
import type { Client } from '../options.js';

/** Inside a string in a list of locks. */
const IN_LOCKS = /"locks"\s*:\s*\[[^\]]*"([^"\]]*)$/;
const CONTEXT_LINES = 20;

/** Completes the folder's lock classes in `lockorder.json`; the server does so in `.lockorder`. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const items = async (range: vscode.Range): Promise<vscode.CompletionItem[]> => {
    if (!client.isRunning()) return [];
    const classes = await client.sendRequest<readonly ClassEntry[]>(CLASSES);
    return classes.map(({ id, kind, place }) => {
      const item = new vscode.CompletionItem(id, vscode.CompletionItemKind.Reference);
      item.detail = kind;
      item.range = range;
      if (place) item.documentation = place.label;
      return item;
    });
  };
  context.subscriptions.push(
    vscode.languages.registerCompletionItemProvider(
      { pattern: '**/lockorder.json' },
      {
        provideCompletionItems(document, position) {
          const first = Math.max(0, position.line - CONTEXT_LINES);
          const before = document.getText(new vscode.Range(first, 0, position.line, position.character));
          const typed = IN_LOCKS.exec(before)?.[1];
          return typed === undefined
            ? []
            : items(new vscode.Range(position.translate(0, -typed.length), position));
        },
      },
      '"',
    ),
  );
}
