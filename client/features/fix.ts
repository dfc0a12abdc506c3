import * as vscode from 'vscode';
import type { CodeAction } from 'vscode-languageclient';
import { FIXES } from '../../protocol/views.js';
import type { FixesParams, FixesResult } from '../../protocol/views.js';
import type { Client } from '../options.js';
import { achieved } from '../progress.js';

/**
 * `lockOrder.fix`: applies the fix of a finding as soon as it is verified, or says why there is none. Used by the menu
 * of fixes and the page of a finding.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.fix', async (uri: unknown, id: unknown, title?: unknown) => {
      if (typeof uri !== 'string' || typeof id !== 'string') return;
      const found = await fixesOf(client, { uri, id });
      if (!found) return;
      const fixes = found.fixes as readonly CodeAction[];
      const fix = fixes.find((each) => each.title === title) ?? (await choose(fixes));
      if (fix) await apply(client, fix);
      else if (fixes.length === 0) refuse(found.refusals);
    }),
    // The menu of fixes runs this after applying a fix.
    vscode.commands.registerCommand('lockOrder.fixed', () => achieved('hasFixed')),
    vscode.commands.registerCommand('lockOrder.disableRule', (rule: unknown) => disable(rule)),
  );
}

/** Waits for the fixes, until the user cancels. */
async function fixesOf(client: Client, params: FixesParams): Promise<FixesResult | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Verifying fixes'),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, token) => {
    const cancelled = new Promise<undefined>((resolve) => {
      token.onCancellationRequested(() => resolve(undefined));
    });
    return Promise.race([client.sendRequest<FixesResult>(FIXES, params), cancelled]);
  });
}

async function choose(fixes: readonly CodeAction[]): Promise<CodeAction | undefined> {
  const [only, ...others] = fixes;
  if (others.length === 0) return only;
  const items = fixes.map((fix) => ({ label: fix.title, fix }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Fix') }))?.fix;
}

async function apply(client: Client, { edit }: CodeAction): Promise<void> {
  const converted = await client.protocol2CodeConverter.asWorkspaceEdit(edit);
  if (!converted) return;
  if (await vscode.workspace.applyEdit(converted, { isRefactoring: true })) achieved('hasFixed');
  // An edit with a preview also ends like this when the user discards it, who knows.
  else if (edit?.changeAnnotations === undefined)
    void vscode.window.showWarningMessage(vscode.l10n.t('The fix was not applied.'));
}

function refuse([reason]: readonly string[]): void {
  const { t } = vscode.l10n;
  void vscode.window.showInformationMessage(
    reason === undefined ? t('No fix is known for this finding.') : t('No fix is offered: {0}', reason),
  );
}

/** Disables a rule in the workspace settings. */
async function disable(rule: unknown): Promise<void> {
  if (typeof rule !== 'string') return;
  const settings = vscode.workspace.getConfiguration('lockOrder');
  const own = settings.inspect<Record<string, unknown>>('rules')?.workspaceValue ?? {};
  await settings.update('rules', { ...own, [rule]: 'off' }, vscode.ConfigurationTarget.Workspace);
}
