import * as vscode from 'vscode';
import { LSPErrorCodes, ResponseError, WorkDoneProgress } from 'vscode-languageclient';
import { SCAN_WORKSPACE } from '../../protocol/methods.js';
import type { ScanWorkspaceParams, ScanWorkspaceResult } from '../../protocol/methods.js';
import { SARIF } from '../../protocol/views.js';
import type { SarifResult } from '../../protocol/views.js';
import type { Client } from '../options.js';

/**
 * `Lock Order: Scan Workspace` and `Scan Changed Files`: progress and cancel in a notification, results in the
 * Problems panel. `Export as SARIF` writes what is found to a file.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  let running: Thenable<void> | undefined;
  const start = async (changed: boolean): Promise<void> => {
    running ??= vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: changed
          ? vscode.l10n.t('Looking for lock-order problems in changed files')
          : vscode.l10n.t('Looking for lock-order problems'),
        cancellable: true,
      },
      (progress, token) => scan(client, changed, progress, token),
    );
    try {
      await running;
    } finally {
      running = undefined;
    }
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.scanWorkspace', () => start(false)),
    vscode.commands.registerCommand('lockOrder.scanChanged', () => start(true)),
    vscode.commands.registerCommand('lockOrder.exportSarif', () => exportSarif(client)),
  );
}

let scans = 0;

async function scan(
  client: Client,
  changed: boolean,
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
  const params: ScanWorkspaceParams = { workDoneToken, changed };
  try {
    const result = await client.sendRequest<ScanWorkspaceResult>(SCAN_WORKSPACE, params, token);
    if (result.complete) announce(result, changed);
  } catch (error) {
    if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled) return;
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('The scan failed: {0}', reason));
  } finally {
    listener.dispose();
  }
}

function announce(result: ScanWorkspaceResult, changed: boolean): void {
  const { t } = vscode.l10n;
  const showProblems = t('Show Problems');
  const summary =
    changed && result.files === 0
      ? t('No C file differs from the last commit.')
      : result.findings === 0
        ? t('No lock-order problem found in {0} files.', result.files)
        : t(
            '{0} lock-order problems in {1} of {2} files.',
            result.findings,
            result.filesWithFindings,
            result.files,
          );
  const notShown = result.notShown > 0 ? t('{0} more are in the tree “Lock Order”.', result.notShown) : '';
  const skipped = result.skipped.length > 0 ? t('{0} files were skipped.', result.skipped.length) : '';
  const message = [summary, notShown, skipped].filter((part) => part !== '').join(' ');
  const actions = result.findings > 0 ? [showProblems] : [];
  void vscode.window.showInformationMessage(message, ...actions).then((chosen) => {
    if (chosen === showProblems) void vscode.commands.executeCommand('workbench.actions.view.problems');
  });
}

async function exportSarif(client: Client): Promise<void> {
  const { t } = vscode.l10n;
  await client.start();
  const { text, findings } = await client.sendRequest<SarifResult>(SARIF);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: { SARIF: ['sarif', 'sarif.json'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'lockorder.sarif') } : {}),
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void vscode.window.showInformationMessage(t('{0} findings written to {1}.', findings, target.path));
  } catch (error) {
    void vscode.window.showErrorMessage(t('{0} cannot be written: {1}', target.path, String(error)));
  }
}
