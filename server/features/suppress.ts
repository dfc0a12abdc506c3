import type { CreateFile, TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import { CONFIG_FILE } from '../../analysis/workspace/config.js';
import type { Finding } from '../../analysis/checks/types.js';
import { partsOf } from '../../analysis/ide/parts.js';
import { ignoreComment, ignoreEntry, insertIgnore } from '../../analysis/ide/suppress.js';
import type { SuppressParams } from '../../protocol/views.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import { findingOf } from './views/explain.js';
import { placeOfOffset } from './whole-files.js';

/** The edit that suppresses a finding with a reason; `undefined` if there is no place for it. */
export function suppressEdit(session: Session, params: SuppressParams): WorkspaceEdit | undefined {
  const found = findingOf(session, params.id);
  if (!found) return undefined;
  const { finding, root } = found;
  return params.where === 'comment'
    ? commentEdit(session, root, finding, params)
    : configEdit(session, root, finding, params.reason);
}

/** A comment on its own line above the finding's part in the document. */
function commentEdit(
  session: Session,
  root: Root,
  finding: Finding,
  { uri, reason }: SuppressParams,
): WorkspaceEdit | undefined {
  const { file } = session.home(uri) ?? {};
  const { environment } = session;
  const { root: folder } = root.place;
  if (!file || !environment.mayEdit(folder, environment.absolute(folder, file.file))) return undefined;
  const part = partsOf(finding).find((each) => each.file === file?.file);
  if (!part) return undefined;
  const { line } = root.current(file.file, part.at);
  const lines = file.text.split('\n');
  // Inside a macro, the comment would swallow the line continuation.
  if (lines[line - 2]?.trimEnd().endsWith('\\') === true) return undefined;
  const own = lines[line - 1] ?? '';
  const indent = /^[ \t]*/.exec(own)?.[0] ?? '';
  const lineBreak = own.endsWith('\r') ? '\r\n' : '\n';
  const at = { line: line - 1, character: 0 };
  const newText = `${ignoreComment(finding.rule, reason, indent)}${lineBreak}`;
  return {
    documentChanges: [
      { textDocument: { uri, version: file.version }, edits: [{ range: { start: at, end: at }, newText }] },
    ],
  };
}

/** The settings file that suppressions go to; `undefined` if it may not be written. */
export function configPath({ environment, settings: { config } }: Session, root: Root): string | undefined {
  const { root: folder } = root.place;
  const path = environment.absolute(folder, config === '' ? CONFIG_FILE : config);
  // One that the user placed elsewhere may be outside of the root.
  return config !== '' || environment.mayEdit(folder, path) ? path : undefined;
}

function configEdit(
  session: Session,
  root: Root,
  finding: Finding,
  reason: string,
): WorkspaceEdit | undefined {
  const { environment } = session;
  const path = configPath(session, root);
  if (path === undefined) return undefined;
  const uri = environment.uriOf(path);
  const before = environment.readText(path);
  const insertion = insertIgnore(before ?? '', ignoreEntry(finding, reason));
  if (!insertion) return undefined;
  const at = placeOfOffset(before ?? '', insertion.offset);
  const create: CreateFile = { kind: 'create', uri, options: { ignoreIfExists: true } };
  const change: TextDocumentEdit = {
    textDocument: { uri, version: null },
    edits: [{ range: { start: at, end: at }, newText: insertion.text }],
  };
  return { documentChanges: before === undefined ? [create, change] : [change] };
}
