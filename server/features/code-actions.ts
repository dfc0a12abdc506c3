import {
  CodeActionKind,
  type ChangeAnnotation,
  type CodeAction,
  type CodeActionParams,
  type TextDocumentEdit,
} from 'vscode-languageserver';
import type { Finding, Fix } from '../../analysis/checks/types.js';
import { fixesAt } from '../../analysis/ide/parts.js';
import type { DiagnosticData } from '../../protocol/methods.js';
import { fromPosition, toRange } from '../positions.js';
import type { OpenFile } from '../open-file.js';
import type { Root } from '../root.js';
import type { Session } from '../session.js';

const CONFIRM = 'several-files';

/** The verified fixes of the findings in a range. Looks up, computes nothing and waits for nothing. */
export function codeActions(session: Session, params: CodeActionParams): CodeAction[] {
  const home = session.home(params.textDocument.uri);
  const { root, file } = home ?? {};
  const isWanted = params.context.only?.some((kind) => CodeActionKind.QuickFix.startsWith(kind)) ?? true;
  if (!root?.view || !file || !isWanted || root.isBusy) return [];
  const start = fromPosition(params.range.start);
  const end = fromPosition(params.range.end);
  const from = file.map.toAnalysed(start.line, start.column);
  const to = file.map.toAnalysed(end.line, end.column);
  if (!from || !to) return [];
  return fixesAt(root.view.parts.get(file.file) ?? [], from, to).flatMap(({ finding, fix }, index) => {
    if (!isOfNow(root, fix)) return [];
    const diagnostics = params.context.diagnostics.filter(({ data }) => isOf(finding, data));
    return {
      ...toAction(root, fix),
      isPreferred: index === 0,
      ...(diagnostics.length > 0 ? { diagnostics } : {}),
    };
  });
}

interface Opened {
  readonly open: ReadonlyMap<string, Pick<OpenFile, 'version' | 'map'>>;
}

/** Whether every file of the fix was analysed as it stands in the editor. */
function isOfNow(root: Opened, fix: Fix): boolean {
  return fix.edits.every(({ file }) => root.open.get(file)?.map.isIdentity ?? true);
}

/** The edit of a fix; several files at once ask for confirmation. */
export function toAction(root: Pick<Root, 'uriOf'> & Opened, fix: Fix): CodeAction {
  const byFile = new Map<string, Fix['edits'][number][]>();
  for (const edit of fix.edits) {
    const known = byFile.get(edit.file);
    if (known) known.push(edit);
    else byFile.set(edit.file, [edit]);
  }
  const needsConfirmation = byFile.size > 1;
  const annotation: ChangeAnnotation = {
    label: fix.title,
    needsConfirmation: true,
    description: `Changes ${byFile.size} files`,
  };
  const documentChanges = [...byFile].map(([file, edits]): TextDocumentEdit => ({
    textDocument: { uri: root.uriOf(file), version: root.open.get(file)?.version ?? null },
    edits: edits.map(({ range: { startLine, startColumn, endLine, endColumn }, newText }) => ({
      range: toRange({ line: startLine, column: startColumn, endLine, endColumn }),
      newText,
      ...(needsConfirmation ? { annotationId: CONFIRM } : {}),
    })),
  }));
  const annotations = needsConfirmation ? { changeAnnotations: { [CONFIRM]: annotation } } : {};
  return { title: fix.title, kind: CodeActionKind.QuickFix, edit: { documentChanges, ...annotations } };
}

function isOf(finding: Finding, data: unknown): data is DiagnosticData {
  return typeof data === 'object' && data !== null && 'id' in data && data.id === finding.id;
}
