import * as vscode from 'vscode';
import { COUNTERPARTS } from '../../protocol/views.js';
import type { Place } from '../../protocol/views.js';
import type { Client } from '../options.js';
import { cursor, showPlace, toRange } from '../places.js';

/** Reading aids: one switch for hints and lenses, and navigation from a lock call to its release. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.toggleHints', toggleHints),
    vscode.commands.registerCommand('lockOrder.goToCounterpart', () => goToCounterpart(client)),
  );
}

async function toggleHints(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('lockOrder');
  const isOn = settings.get<boolean>('inlayHints') === true || settings.get<boolean>('codeLens') === true;
  const { Global, Workspace } = vscode.ConfigurationTarget;
  for (const name of ['inlayHints', 'codeLens']) {
    const isOfWorkspace = settings.inspect(name)?.workspaceValue !== undefined;
    await settings.update(name, !isOn, isOfWorkspace ? Workspace : Global);
  }
}

async function goToCounterpart(client: Client): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const at = cursor();
  if (!editor || !at) return;
  const places = await client.sendRequest<readonly Place[]>(COUNTERPARTS, at);
  const [only, ...others] = places;
  if (!only) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Nothing else in this function takes or releases this lock.'),
    );
    return;
  }
  if (others.length === 0) {
    const { start } = only.range;
    await showPlace({ uri: only.uri, range: { start, end: start } });
    return;
  }
  const locations = places.map(
    ({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), toRange(range)),
  );
  const { document, selection } = editor;
  await vscode.commands.executeCommand(
    'editor.action.peekLocations',
    document.uri,
    selection.active,
    locations,
    'peek',
  );
}
