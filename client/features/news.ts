import * as vscode from 'vscode';
import { CHANGED } from '../../protocol/views.js';
import type { Client } from '../options.js';

const changed = new vscode.EventEmitter<void>();

/** There may be new findings, or other ones. A client has one listener per notification: this is it. */
export const onChanged = changed.event;

export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(client.onNotification(CHANGED, () => changed.fire()));
}
