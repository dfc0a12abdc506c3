import * as vscode from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import { SUPPRESS } from '../../protocol/views.js';
import type { SuppressParams } from '../../protocol/views.js';
import type { Client } from '../options.js';

/** Asks for a reason, then suppresses a finding by a comment or in lockorder.json. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand(
      'lockOrder.suppress',
      async (uri: unknown, id: unknown, where: unknown) => {
        if (typeof uri !== 'string' || typeof id !== 'string') return;
        const reason = await vscode.window.showInputBox({
          title: vscode.l10n.t('Suppress this finding'),
          prompt: vscode.l10n.t('Why is this not a bug? The reason is saved with the suppression.'),
          // The code may have to be read again before the reason is clear.
          ignoreFocusOut: true,
          validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Enter a reason.') : undefined),
        });
        if (reason === undefined) return;
        const params: SuppressParams = { uri, id, where: where === 'config' ? 'config' : 'comment', reason };
        // The server sees documents that are not C only as saved on disk.
        if (params.where === 'config') await saveConfigurations();
        const edit = await client.sendRequest<WorkspaceEdit | null>(SUPPRESS, params);
        const converted = edit && (await client.protocol2CodeConverter.asWorkspaceEdit(edit));
        if (!converted || !(await vscode.workspace.applyEdit(converted))) {
          void vscode.window.showWarningMessage(
            params.where === 'config'
              ? vscode.l10n.t('lockorder.json cannot be edited. Suppress the finding with a comment instead.')
              : vscode.l10n.t('No comment fits here. Suppress the finding in lockorder.json instead.'),
          );
          return;
        }
        if (params.where === 'config') await saveConfigurations();
      },
    ),
  );
}

async function saveConfigurations(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty && document.fileName.endsWith('lockorder.json')) await document.save();
  }
}
