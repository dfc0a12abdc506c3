import * as vscode from 'vscode';
import { LSPErrorCodes, ResponseError, WorkDoneProgress } from 'vscode-languageclient';
import { SCAN_WORKSPACE } from '../../protocol/methods.js';
import type { ScanWorkspaceParams, ScanWorkspaceResult } from '../../protocol/methods.js';
import type { Client } from '../options.js';

/** `Lock Order: Scan Workspace`: progress and cancel in a notification, results in the Problems panel. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  let running: Thenable<void> | undefined;
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.scanWorkspace', async () => {
      running ??= vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Looking for lock-order deadlocks'),
          cancellable: true,
        },
        (progress, token) => scan(client, progress, token),
      );
      try {
        await running;
      } finally {
        running = undefined;
      }
    }),
  );
}

let scans = 0;

async function scan(
  client: Client,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<void> {
  await client.start();
  scans += 1;
  const workDoneToken = `lockOrder.scan.${scans}`;
  let shown = 0;
  const listener = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind === 'end') return;
    const percentage = value.percentage ?? shown;
    progress.report({ message: value.message ?? '', increment: Math.max(0, percentage - shown) });
    shown = Math.max(shown, percentage);
  });
  const params: ScanWorkspaceParams = { workDoneToken };
  try {
    const result = await client.sendRequest<ScanWorkspaceResult>(SCAN_WORKSPACE, params, token);
    if (result.complete) announce(result);
  } catch (error) {
    if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) return;
    void vscode.window.showErrorMessage(vscode.l10n.t('The scan failed: {0}', String(error)));
  } finally {
    listener.dispose();
  }
}

function announce(result: ScanWorkspaceResult): void {
  const showProblems = vscode.l10n.t('Show Problems');
  const summary =
    result.findings === 0
      ? vscode.l10n.t('No lock-order problem found in {0} files.', result.files)
      : vscode.l10n.t(
          '{0} lock-order problems in {1} of {2} files.',
          result.findings,
          result.filesWithFindings,
          result.files,
        );
  const notShown = result.notShown > 0 ? vscode.l10n.t('{0} more are not listed.', result.notShown) : '';
  const skipped =
    result.skipped.length > 0 ? vscode.l10n.t('{0} files were skipped.', result.skipped.length) : '';
  const message = [summary, notShown, skipped].filter((part) => part !== '').join(' ');
  const actions = result.findings > 0 ? [showProblems] : [];
  void vscode.window.showInformationMessage(message, ...actions).then((chosen) => {
    if (chosen === showProblems) void vscode.commands.executeCommand('workbench.actions.view.problems');
  });
}
