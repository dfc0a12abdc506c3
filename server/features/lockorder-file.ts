import {
  CompletionItemKind,
  DiagnosticSeverity,
  type CompletionList,
  type CompletionParams,
  type DefinitionParams,
  type Diagnostic,
  type Location,
} from 'vscode-languageserver';
import { isOrderFile } from '../../analysis/base/paths.js';
import { classesOf, completeOrderName, orderNameAt, type OrderName } from '../../analysis/ide/order-file.js';
import { kindText } from '../../analysis/models/kind-text.js';
import { fromPosition, toRange } from '../documents/positions.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import type { RootView } from '../programs/view.js';

interface NamedPlace {
  readonly root: Root;
  readonly view: RootView;
  readonly name: OrderName;
}

/** The lock class name at a position of an open `.lockorder` file. Waits until the last edit is analysed. */
async function placeOf(
  session: Session,
  { textDocument, position }: CompletionParams | DefinitionParams,
): Promise<NamedPlace | undefined> {
  const { root, file } = session.home(textDocument.uri) ?? {};
  if (!root || !file || !isOrderFile(file.file)) return undefined;
  const text = file.text.split('\n', position.line + 1)[position.line]?.replace(/\r$/, '');
  const name = orderNameAt(text ?? '', fromPosition(position));
  await root.idle();
  return root.view && name && { root, view: root.view, name };
}

/** Completes the lock classes of the program. */
export async function completeOrder(
  session: Session,
  params: CompletionParams,
): Promise<CompletionList | null> {
  const place = await placeOf(session, params);
  if (!place) return null;
  const { view, name } = place;
  await session.slowly(view.analysis.inspection.prepare());
  const { classes, isComplete } = completeOrderName(view, name);
  return {
    isIncomplete: !isComplete,
    items: classes.map(({ id, kind, declaredAt }) => ({
      label: id,
      kind: CompletionItemKind.Variable,
      detail: kindText(kind),
      ...(declaredAt ? { documentation: `${declaredAt.file}:${declaredAt.line}` } : {}),
      textEdit: { range: toRange(name.at), newText: id },
    })),
  };
}

/** The declarations of the locks that a name means. */
export async function defineOrder(session: Session, params: DefinitionParams): Promise<Location[] | null> {
  const place = await placeOf(session, params);
  if (!place) return null;
  const { root, view, name } = place;
  await session.slowly(view.analysis.inspection.prepare());
  return classesOf(view, name).flatMap(({ declaredAt }) =>
    declaredAt
      ? [{ uri: root.uriOf(declaredAt.file), range: toRange(root.current(declaredAt.file, declaredAt)) }]
      : [],
  );
}

/** Diagnostics of a `.lockorder` file itself: lines that cannot be read, names that match nothing. */
export function orderFileDiagnostics(root: Pick<Root, 'view'>, file: string): Diagnostic[] {
  const { view } = root;
  if (!view || !isOrderFile(file)) return [];
  const malformed = (view.program.outline(file)?.gaps ?? []).map(({ at, detail }) => ({
    at,
    severity: DiagnosticSeverity.Error,
    message: detail,
  }));
  const unknown = view.analysis.declared.unknown
    .filter(({ at, form }) => form === 'declared' && at.file === file)
    .map(({ at, name }) => ({
      at,
      severity: DiagnosticSeverity.Information,
      message: `no lock named ${name} is taken in the files read so far`,
    }));
  return [...malformed, ...unknown].map(({ at, severity, message }) => ({
    range: toRange(at),
    severity,
    source: 'Lock Order',
    message,
  }));
}
