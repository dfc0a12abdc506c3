import * as vscode from 'vscode';
import type { Client } from '../options.js';

/** `Lock Order: Show Output`. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.showOutput', () => client.outputChannel.show(true)),
  );
}
