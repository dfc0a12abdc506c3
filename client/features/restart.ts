import * as vscode from 'vscode';
import type { Client } from '../options.js';
import { Restarts } from '../restarts.js';

/** `Lock Order: Restart Server`. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const restarts = new Restarts(client, (reason) => client.outputChannel.appendLine(reason));
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.restartServer', () => restarts.restart()),
  );
}
