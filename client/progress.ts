import * as vscode from 'vscode';

/** User actions that complete steps of the walkthrough, instead of clicks. */
export type Achievement = 'hasExample' | 'hasExplained' | 'hasFixed' | 'hasScanned';

export function achieved(what: Achievement): void {
  void vscode.commands.executeCommand('setContext', `lockOrder.${what}`, true);
}
