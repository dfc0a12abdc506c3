import * as vscode from 'vscode';
import type { ListedFiles } from '../protocol/views.js';

/** Numbers of findings and hints in words, in one form for all views. */
export function countText(findings: number, hints: number): string {
  const { t } = vscode.l10n;
  const parts = [
    ...(findings > 0 || hints === 0 ? [findings === 1 ? t('1 finding') : t('{0} findings', findings)] : []),
    ...(hints > 0 ? [hints === 1 ? t('1 hint') : t('{0} hints', hints)] : []),
  ];
  return parts.join(', ');
}

/** The same, with the files that were looked at. */
export function countIn(count: string, scope: ListedFiles): string {
  const { t } = vscode.l10n;
  return {
    open: t('{0} in open files', count),
    scanned: t('{0} in open and scanned files', count),
    workspace: t('{0} in the workspace', count),
  }[scope];
}

/** Explains why the Problems view lists more entries than there are findings; empty if it does not. */
export function entriesText(problems: number | undefined): string {
  return problems === undefined
    ? ''
    : vscode.l10n.t('Problems lists {0} entries, one for each place of a finding.', problems);
}

/** A number of C files in words. */
export function cFiles(count: number): string {
  return count === 1 ? vscode.l10n.t('1 C file') : vscode.l10n.t('{0} C files', count);
}
