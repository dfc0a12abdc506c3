import type { TextDocumentEdit, CreateFile, WorkspaceEdit } from 'vscode-languageserver';
import { declares, orderText } from '../../analysis/ide/declare.js';
import type { Root } from '../root.js';
import type { Session } from '../session.js';
import { endOf } from './whole-files.js';

/** The file at the root of a tree that says in which order its locks are taken. */
const ORDER_FILE = '.lockorder';

/** The edit that writes an order down; `undefined` when it stands there already. */
export function declareOrder(
  session: Session,
  root: Root,
  order: readonly string[],
): { readonly text: string; readonly edit: WorkspaceEdit } | undefined {
  const { environment } = session;
  const path = environment.absolute(root.place.root, ORDER_FILE);
  const uri = environment.uriOf(path);
  const before = environment.readText(path);
  if (before !== undefined && declares(before, order)) return undefined;
  const text = orderText(order);
  const at = endOf(before ?? '');
  const lineBreak = before === undefined || before === '' || before.endsWith('\n') ? '' : '\n';
  const create: CreateFile = { kind: 'create', uri, options: { ignoreIfExists: true } };
  const change: TextDocumentEdit = {
    textDocument: { uri, version: null },
    edits: [{ range: { start: at, end: at }, newText: `${lineBreak}${text}\n` }],
  };
  return { text, edit: { documentChanges: before === undefined ? [create, change] : [change] } };
}
