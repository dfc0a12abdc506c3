import * as vscode from 'vscode';

/** Numbers of findings and hints in words, in one form for all views. */
export function countText(findings: number, hints: number): string {
  const { t } = vscode.l10n;
  const parts = [
    ...(findings > 0 || hints === 0 ? [findings === 1 ? t('1 finding') : t('{0} findings', findings)] : []),
    ...(hints > 0 ? [hints === 1 ? t('1 hint') : t('{0} hints', hints)] : []),
  ];
  return parts.join(', ');
}

/** A number of C files in words. */
export function cFiles(count: number): string {
  return count === 1 ? vscode.l10n.t('1 C file') : vscode.l10n.t('{0} C files', count);
}
