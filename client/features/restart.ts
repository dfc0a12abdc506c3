import * as vscode from 'vscode';
import type { Client } from '../options.js';

/** `Lock Order: Restart Server`. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.restartServer', async () => {
      // One that hangs is ended, and the next one starts all the same.
      if (client.needsStop())
        await client.stop().catch((reason: unknown) => client.outputChannel.appendLine(String(reason)));
      await client.start();
    }),
  );
}
