import * as vscode from 'vscode';
import { State } from 'vscode-languageclient';
import { PAUSE, STATUS } from '../../protocol/methods.js';
import type { PauseParams, StatusParams } from '../../protocol/methods.js';
import { SELECTOR } from '../options.js';
import { cFiles, countIn, countText } from '../counts.js';
import type { Client } from '../options.js';

const changed = new vscode.EventEmitter<StatusParams>();

/** Status notifications of the server. */
export const onStatus = changed.event;

/** Whether a server in this state knows all that it will know without further edits. */
export function isComplete(state: StatusParams['state']): boolean {
  return state !== 'indexing' && state !== 'analysing';
}

/** The language status item of C files: indexing, ready with a count, or an error. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const item = vscode.languages.createLanguageStatusItem('lockOrder.status', SELECTOR);
  item.name = vscode.l10n.t('Lock Order');
  item.command = showOutput();
  item.text = vscode.l10n.t('Lock Order: starting');
  item.busy = true;
  let isPaused = false;
  context.subscriptions.push(
    item,
    vscode.commands.registerCommand('lockOrder.togglePause', async () => {
      isPaused = !isPaused;
      const params: PauseParams = { paused: isPaused };
      await client.sendNotification(PAUSE, params);
    }),
    client.onNotification(STATUS, (status: StatusParams) => {
      isPaused = status.state === 'paused';
      show(item, status);
      changed.fire(status);
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Stopped) return;
      item.text = vscode.l10n.t('Lock Order: stopped');
      item.busy = false;
      item.severity = vscode.LanguageStatusSeverity.Warning;
    }),
  );
}

function show(item: vscode.LanguageStatusItem, status: StatusParams): void {
  item.busy = !isComplete(status.state);
  item.severity =
    status.state === 'failed'
      ? vscode.LanguageStatusSeverity.Error
      : status.isPartial === true
        ? vscode.LanguageStatusSeverity.Warning
        : vscode.LanguageStatusSeverity.Information;
  item.text = text(status);
  item.detail = status.detail === undefined || status.isPartial === true ? extentText(status) : status.detail;
  item.command = commandFor(status);
}

/** What is analysed together; findings come from nothing else. */
function extentText({ extent, isPartial }: StatusParams): string {
  const { t } = vscode.l10n;
  if (!extent) return '';
  const { level, files, of } = extent;
  const isFewer = of !== undefined && of > files;
  const count = isFewer ? t('{0} of {1} C files', files, of) : cFiles(files);
  if (isPartial === true) {
    return t(
      '{0}: directories of open files; too little memory for the rest. Exclude folders with lockOrder.exclude.',
      count,
    );
  }
  switch (level) {
    case 'headers':
      return t('{0}: open files and their headers', count);
    case 'folders':
      return t('{0}: directories of open files', count);
    case 'around':
      return t('{0}: directories of open files, callers and callees', count);
    case 'tree':
      return t('{0}: the whole workspace', count);
  }
}

/** The command of a click: the most likely one in that state. */
function commandFor({ state, findings }: StatusParams): vscode.Command {
  if (state === 'failed') return showOutput();
  if (state === 'paused') return { command: 'lockOrder.togglePause', title: vscode.l10n.t('Resume') };
  if (state === 'indexing') return { command: 'lockOrder.togglePause', title: vscode.l10n.t('Pause') };
  return findings > 0 ? { command: 'lockOrder.findings.focus', title: vscode.l10n.t('Show') } : showOutput();
}

function showOutput(): vscode.Command {
  return { command: 'lockOrder.showOutput', title: vscode.l10n.t('Output') };
}

function text(status: StatusParams): string {
  if (status.state === 'paused') return vscode.l10n.t('Lock Order: paused');
  if (status.state === 'failed') return vscode.l10n.t('Lock Order: failed');
  if (status.state === 'indexing') {
    return status.total > 0
      ? vscode.l10n.t('Lock Order: indexing {0} of {1} files', status.indexed, status.total)
      : vscode.l10n.t('Lock Order: indexing');
  }
  const { findings, hints, scope } = status;
  const count = findings + hints === 0 ? vscode.l10n.t('no findings') : countText(findings, hints);
  return vscode.l10n.t('Lock Order: {0}', countIn(count, scope));
}
