import * as vscode from 'vscode';
import type { Client } from '../options.js';

/** `Lock Order: Restart Server`. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.restartServer', async () => {
      if (client.needsStop()) await client.stop();
      await client.start();
    }),
  );
}
