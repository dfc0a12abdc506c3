import * as vscode from 'vscode';
import { CHANGED } from '../../protocol/views.js';
import type { Client } from '../options.js';

const changed = new vscode.EventEmitter<void>();

/** Findings may have changed. A client has only one listener per notification, so features listen to this event. */
export const onChanged = changed.event;

export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(client.onNotification(CHANGED, () => changed.fire()));
}
