import * as vscode from 'vscode';
import { LSPErrorCodes, ResponseError, WorkDoneProgress } from 'vscode-languageclient';
import { SCAN_WORKSPACE } from '../../protocol/methods.js';
import type { ScanWorkspaceParams, ScanWorkspaceResult } from '../../protocol/methods.js';
import { SARIF } from '../../protocol/views.js';
import type { SarifResult } from '../../protocol/views.js';
import { cFiles, countText, entriesText } from '../counts.js';
import type { Client } from '../options.js';
import { achieved } from '../progress.js';

/**
 * `Lock Order: Scan Workspace` and `Scan Changed Files`: a notification with progress and cancel, results in the
 * Problems panel. `Export as SARIF` writes the findings to a file.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  let running: Thenable<void> | undefined;
  const start = async (changed: boolean): Promise<void> => {
    if (vscode.workspace.workspaceFolders === undefined) {
      await askForFolder();
      return;
    }
    running ??= vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: changed
          ? vscode.l10n.t('Scanning changed files for locking bugs')
          : vscode.l10n.t('Scanning for locking bugs'),
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

async function askForFolder(): Promise<void> {
  const open = vscode.l10n.t('Open Folder');
  const message = vscode.l10n.t('No folder is open to scan.');
  if ((await vscode.window.showInformationMessage(message, open)) === open)
    await vscode.commands.executeCommand('vscode.openFolder');
}

let scans = 0;

/** Resolves when the user cancels. */
function called(token: vscode.CancellationToken): Promise<undefined> {
  return new Promise((resolve) => token.onCancellationRequested(() => resolve(undefined)));
}

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
    if (token.isCancellationRequested) return;
    const percentage = value.percentage ?? shown;
    progress.report({ message: value.message ?? '', increment: Math.max(0, percentage - shown) });
    shown = Math.max(shown, percentage);
  });
  const params: ScanWorkspaceParams = { workDoneToken, changed };
  try {
    const asked = client.sendRequest<ScanWorkspaceResult>(SCAN_WORKSPACE, params, token);
    // The server finishes its current step first; the user does not have to wait for that.
    const result = await Promise.race([asked, called(token)]);
    if (result?.complete === true) {
      announce(result, changed);
      achieved('hasScanned');
    } else if (!result) {
      asked.catch(() => undefined);
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The scan was cancelled. Earlier findings are still shown.'),
      );
    }
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
  const { cFiles: files = 0, findings, hints = 0, problems = 0, filesWithFindings } = result;
  const showProblems = t('Show Problems');
  const showFindings = t('Show Findings');
  const summary =
    changed && result.files === 0
      ? t('No C file has changed since the last commit.')
      : findings + hints === 0
        ? t('No findings in {0}.', cFiles(files))
        : t('{0} in {1} of {2}.', countText(findings, hints), filesWithFindings, cFiles(files));
  const entries = problems > findings && result.notShown === 0 ? entriesText(problems) : '';
  const notShown =
    result.notShown > 0 ? t('{0} more entries are only in the Lock Order view.', result.notShown) : '';
  const unread = result.skipped.length;
  const skipped =
    unread === 0 ? '' : unread === 1 ? t('1 file was skipped.') : t('{0} files were skipped.', unread);
  const message = [summary, entries, notShown, skipped].filter((part) => part !== '').join(' ');
  const actions = findings > 0 ? [showProblems, showFindings] : hints > 0 ? [showFindings] : [];
  void vscode.window.showInformationMessage(message, ...actions).then((chosen) => {
    if (chosen === showProblems) void vscode.commands.executeCommand('workbench.actions.view.problems');
    if (chosen === showFindings) void vscode.commands.executeCommand('lockOrder.findings.focus');
  });
}

async function exportSarif(client: Client): Promise<void> {
  const { t } = vscode.l10n;
  await client.start();
  const { text, findings, scope } = await client.sendRequest<SarifResult>(SARIF);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: { SARIF: ['sarif', 'sarif.json'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'lockorder.sarif') } : {}),
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    const written = t('{0} written to {1}.', countText(findings, 0), target.path);
    const rest = scope === 'workspace' ? '' : t('Scan the workspace to export the findings of all files.');
    void vscode.window.showInformationMessage([written, rest].filter((part) => part !== '').join(' '));
  } catch (error) {
    void vscode.window.showErrorMessage(t('{0} cannot be written: {1}', target.path, String(error)));
  }
}
