import type { CreateFile, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import { declareOrder } from '../../analysis/fixes/ideas/declare-order.js';
import { shortNames } from '../../analysis/graph/orders/side.js';
import { toRange } from '../documents/positions.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';

/** The edit that declares an order in some files; `undefined` if it is already declared. */
export function declaration(
  session: Session,
  root: Root,
  order: readonly string[],
  files: readonly string[],
): { readonly title: string; readonly edit: WorkspaceEdit } | undefined {
  const { environment } = session;
  const textOf = (file: string): string | undefined =>
    root.open.get(file)?.text ?? environment.readText(environment.absolute(root.place.root, file));
  const declared = declareOrder(order, files, textOf);
  if (!declared) return undefined;
  const { file, edits, isNew } = declared;
  const { root: folder } = root.place;
  if (!environment.mayEdit(folder, environment.absolute(folder, file))) return undefined;
  const uri = root.uriOf(file);
  const create: CreateFile = { kind: 'create', uri, options: { ignoreIfExists: true } };
  const change: TextDocumentEdit = {
    textDocument: { uri, version: root.open.get(file)?.version ?? null },
    edits: edits.map(({ range: { startLine, startColumn, endLine, endColumn }, newText }) => ({
      range: toRange({ line: startLine, column: startColumn, endLine, endColumn }),
      newText,
    })),
  };
  return {
    title: session.t('Declare the order {0} in {1}', order.map(shortNames(order)).join(' < '), file),
    edit: { documentChanges: isNew ? [create, change] : [change] },
  };
}
