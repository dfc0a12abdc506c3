import {
  DocumentHighlightKind,
  InlayHintKind,
  type CodeLens,
  type CodeLensParams,
  type DocumentHighlight,
  type InlayHint,
  type InlayHintParams,
} from 'vscode-languageserver';
import { shortNames } from '../../analysis/graph/orders/side.js';
import { counterpartsAt } from '../../analysis/ide/counterparts.js';
import { functionLocks, heldHints } from '../../analysis/ide/reading.js';
import { reachesAt } from '../../analysis/ide/reaches.js';
import type { ShownLock } from '../../analysis/checks/engine/engine.js';
import type { Place, PositionParams, ReachGroup, Reaches, ReachPath } from '../../protocol/views.js';
import type { OpenFile } from '../documents/open-file.js';
import { fromPosition, toRange } from '../documents/positions.js';
import type { Root } from '../programs/root.js';
import type { Session } from '../session.js';
import type { RootView } from '../programs/view.js';
import type { Translate } from '../words.js';
import { placeOf } from './views/explain-page.js';

/** Maximum number of locks named in one lens or hint; further ones are only counted. */
const NAMED = 4;

interface Here {
  readonly root: Root;
  readonly view: RootView;
  readonly file: OpenFile;
}

/** An open document, once its last edit is analysed. */
async function here(session: Session, uri: string): Promise<Here | undefined> {
  const { root, file } = session.home(uri) ?? {};
  await root?.idle();
  return root?.view && file ? { root, view: root.view, file } : undefined;
}

/** For a lock call: itself and the calls that end or begin the same critical section; otherwise nothing. */
export async function highlights(
  session: Session,
  params: PositionParams,
): Promise<DocumentHighlight[] | null> {
  const found = await counterpartSpans(session, params);
  const { root, file } = session.home(params.uri) ?? {};
  const at = file && analysedAt(file, params.position);
  if (root && at) root.cursorAt(file, at.line);
  if (!found || found.others.length === 0) return null;
  return [found.at, ...found.others].map((span) => ({
    range: toRange(span),
    kind: DocumentHighlightKind.Text,
  }));
}

/** The calls that end or begin the critical section of the lock call at a position. */
export async function counterparts(session: Session, params: PositionParams): Promise<Place[]> {
  const found = await counterpartSpans(session, params);
  return (found?.others ?? []).map((span) => ({
    uri: params.uri,
    range: toRange(span),
    label: `${found?.file ?? ''}:${span.line}`,
  }));
}

async function counterpartSpans(session: Session, { uri, position }: PositionParams) {
  const place = await here(session, uri);
  const at = place && analysedAt(place.file, position);
  const found = place && at && counterpartsAt(place.view, place.file.file, at);
  if (!place || !found) return undefined;
  const current = place.file.map.toCurrent.bind(place.file.map);
  return { at: current(found.at), others: found.others.map(current), file: place.file.file };
}

export async function inlayHints(session: Session, params: InlayHintParams): Promise<InlayHint[] | null> {
  const place = session.settings.inlayHints ? await here(session, params.textDocument.uri) : undefined;
  if (!place) return null;
  const { file, view } = place;
  const { t } = session;
  const first = analysedAt(file, params.range.start)?.line ?? 1;
  const last = analysedAt(file, params.range.end)?.line ?? Infinity;
  const lines = file.text.split(/\r?\n/);
  return heldHints(view, file.file, first, last).map(({ at, held }) => {
    const { endLine } = file.map.toCurrent(at);
    const character = lines[endLine - 1]?.length ?? 0;
    return {
      position: { line: endLine - 1, character },
      label: t('holds {0}', texts(t, held)),
      kind: InlayHintKind.Type,
      paddingLeft: true,
      tooltip: held.map(({ id, mode }) => (mode === 'read' ? t('{0} (read)', id) : id)).join('\n'),
    };
  });
}

export async function codeLenses(session: Session, params: CodeLensParams): Promise<CodeLens[] | null> {
  const { uri } = params.textDocument;
  const place = session.settings.codeLens ? await here(session, uri) : undefined;
  if (!place) return null;
  const { file, view } = place;
  const { t } = session;
  return functionLocks(view, file.file).map((locks): CodeLens => {
    const title = [
      part(t('takes {0}', texts(t, locks.acquires)), locks.acquires),
      part(
        t('takes {0} in callees', few(t, locks.throughCalls.map(shortNames(locks.throughCalls)))),
        locks.throughCalls,
      ),
      part(t('releases {0}', texts(t, locks.releases)), locks.releases),
      part(t('must hold {0}', texts(t, locks.needs)), locks.needs),
      locks.maySleep ? t('may sleep') : '',
    ]
      .filter((text) => text !== '')
      .join(' · ');
    const first =
      locks.first &&
      file.map.toCurrent({ ...locks.first, endLine: locks.first.line, endColumn: locks.first.column });
    const isCommand = session.options.hasCommands === true && first !== undefined;
    return {
      range: toRange(file.map.toCurrent(locks.at)),
      command: {
        title,
        command: isCommand ? 'lockOrder.showReaches' : '',
        ...(isCommand ? { arguments: [uri, toRange(first).start] } : {}),
      },
    };
  });
}

/** The text, if there are any locks. */
function part(text: string, locks: readonly unknown[]): string {
  return locks.length > 0 ? text : '';
}

function texts(t: Translate, locks: readonly ShownLock[]): string {
  return few(t, [
    ...new Set(locks.map(({ text, mode }) => (mode === 'read' ? t('{0} (read)', text) : text))),
  ]);
}

function few(t: Translate, each: readonly string[]): string {
  const all = each.slice(0, NAMED).join(', ');
  return each.length > NAMED ? t('{0} and {1} more', all, each.length - NAMED) : all;
}

/** The call paths to the acquisition at a position, grouped by held locks. */
export async function reaches(session: Session, { uri, position }: PositionParams): Promise<Reaches | null> {
  const place = await here(session, uri);
  const at = place && analysedAt(place.file, position);
  const found = place && at && reachesAt(place.view, place.file.file, at);
  if (!found) return null;
  const nameOf = shortNames([
    found.lock.id,
    ...found.paths.flatMap((steps) => steps.flatMap(({ held }) => held)),
  ]);
  const groups = new Map<string, ReachPath[]>();
  for (const steps of found.paths) {
    const path: ReachPath = {
      steps: steps.map((step) => ({
        function: step.function,
        held: step.held.map(nameOf),
        place: placeOf(place.root, step.at),
      })),
    };
    const held = new Set(steps.flatMap((step) => step.held.map(nameOf)));
    for (const id of held.size > 0 ? held : ['']) groups.set(id, [...(groups.get(id) ?? []), path]);
  }
  const last = found.paths[0]?.at(-1);
  if (!last) return null;
  return {
    lock: nameOf(found.lock.id),
    place: placeOf(place.root, last.at),
    groups: [...groups]
      .map(([held, paths]): ReachGroup => ({ held, paths }))
      .sort(
        (a, b) =>
          Number(a.held === '') - Number(b.held === '') ||
          b.paths.length - a.paths.length ||
          (a.held < b.held ? -1 : 1),
      ),
  };
}

function analysedAt(
  file: OpenFile,
  position: { readonly line: number; readonly character: number },
): { readonly line: number; readonly column: number } | undefined {
  const { line, column } = fromPosition(position);
  return file.map.toAnalysed(line, column);
}
