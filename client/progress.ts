import * as vscode from 'vscode';

/** What somebody has done, for the steps of the walkthrough: they are ticked off then, not on a click. */
export type Achievement = 'hasExample' | 'hasExplained' | 'hasFixed' | 'hasScanned';

export function achieved(what: Achievement): void {
  void vscode.commands.executeCommand('setContext', `lockOrder.${what}`, true);
}
