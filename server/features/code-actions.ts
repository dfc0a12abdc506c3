import { visible } from '../../analysis/base/visible.js';
import {
  CodeActionKind,
  CodeActionTriggerKind,
  type ChangeAnnotation,
  type CodeAction,
  type CodeActionParams,
  type Command,
  type CreateFile,
  type TextDocumentEdit,
} from 'vscode-languageserver';
import { isOrderFile } from '../../analysis/base/paths.js';
import { shortNames } from '../../analysis/graph/orders/side.js';
import type { Finding, Fix } from '../../analysis/checks/types.js';
import { bulkFixes } from '../../analysis/ide/bulk.js';
import { ordersAt } from '../../analysis/ide/declare.js';
import { partsAt, type FindingPart } from '../../analysis/ide/parts.js';
import type { Position } from '../../analysis/ide/view.js';
import { rightOrder } from '../../analysis/report/scenario.js';
import type { DiagnosticData } from '../../protocol/methods.js';
import type { FixesParams, FixesResult, SuppressParams } from '../../protocol/views.js';
import { fromPosition, toRange } from '../documents/positions.js';
import type { OpenFile } from '../documents/open-file.js';
import type { Root } from '../programs/root.js';
import type { RootView } from '../programs/view.js';
import type { Session } from '../session.js';
import { isShown, levelOf } from '../settings.js';
import { translator } from '../words.js';
import { declaration } from './declare.js';
import { findingOf } from './views/explain.js';
import { configPath, suppressEdit } from './suppress.js';

/** The client's command that disables a rule in the workspace. */
const DISABLE = 'lockOrder.disableRule';

const CONFIRM = 'several-files';
const ASK = 'ask';
/** Number of findings in one place up to which the menu lists more than their fixes. */
const MAX_LISTED = 3;
const RANKS = { error: 0, warning: 1, info: 2, hint: 3 } as const;

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.lockOrder`;
export const DECLARE = `${CodeActionKind.RefactorRewrite}.lockOrder.declare`;
export const CODE_ACTION_KINDS: readonly string[] = [CodeActionKind.QuickFix, DECLARE, FIX_ALL];

interface ActionPlace {
  readonly session: Session;
  readonly root: Root;
  readonly view: RootView;
  readonly file: OpenFile;
  readonly params: CodeActionParams;
  /** In the analysed text. */
  readonly from: Position;
  readonly to: Position;
}

/**
 * The code actions for a range. Only looks up verified fixes and computes nothing. Waits only for the first result of a
 * document that was just opened and of which nothing is known: VS Code cancels the request when the cursor moves on.
 */
export async function codeActions(session: Session, params: CodeActionParams): Promise<CodeAction[]> {
  if (!session.home(params.textDocument.uri)) await session.settled();
  const { root, file } = session.home(params.textDocument.uri) ?? {};
  if (!root || !file) return [];
  if (!isKnown(root, file)) await file.shown;
  const { only, triggerKind } = params.context;
  // Typing has paused, so what was withheld until now is listed too.
  if (triggerKind === CodeActionTriggerKind.Invoked && file.editedAt !== undefined) root.rest(file);
  const { view } = root;
  if (!view) return [];
  const isWanted = (kind: string): boolean =>
    only?.some((each) => kind === each || kind.startsWith(`${each}.`)) ?? true;
  const start = fromPosition(params.range.start);
  const end = fromPosition(params.range.end);
  const from = file.map.toAnalysed(start.line, start.column);
  const to = file.map.toAnalysed(end.line, end.column);
  if (from) root.cursorAt(file, from.line);
  const place = from && to && { session, root, view, file, params, from, to };
  return [
    ...(place && isWanted(CodeActionKind.QuickFix) ? quickFixes(place) : []),
    ...(place && isWanted(DECLARE) ? declarations(place) : []),
    // Only on explicit request: on save, or from the menu of source actions.
    ...(only !== undefined && isWanted(FIX_ALL) ? await fixAll(session, root, file) : []),
  ];
}

/** Whether the result is already about the text of a document that was just opened, as after a scan. */
export function isKnown(
  { view, textOnDisk }: Pick<Root, 'textOnDisk'> & { readonly view?: Pick<RootView, 'parts'> | undefined },
  { file, text, isUntouched }: Pick<OpenFile, 'file' | 'text' | 'isUntouched'>,
): boolean {
  return isUntouched && view?.parts.has(file) === true && textOnDisk(file) === text;
}

/** The findings at a place, worst first. */
function partsHere({ root, view, file, params, from, to }: ActionPlace): readonly FindingPart[] {
  const all = (view.parts.get(file.file) ?? []).filter(({ finding }) => isShown(finding, root.settings));
  const at = partsAt(all, from, to);
  const isOnLine = ({ at: { line, endLine } }: FindingPart): boolean =>
    line <= from.line && from.line <= endLine;
  const isAsked = params.context.triggerKind === CodeActionTriggerKind.Invoked;
  const isPoint = from.line === to.line && from.column === to.column;
  // A request from anywhere on a line means the findings on that line.
  const parts = at.length === 0 && isAsked && isPoint ? all.filter(isOnLine) : at;
  const rank = ({ finding }: FindingPart): number =>
    RANKS[levelOf(finding, root.settings, root.isIntroduced(finding))];
  const once = new Map([...parts].reverse().map((part) => [part.finding.id, part]));
  return [...once.values()].reverse().sort((a, b) => rank(a) - rank(b));
}

function quickFixes(place: ActionPlace): CodeAction[] {
  const { root, session } = place;
  const parts = partsHere(place);
  const { verified, others } = withoutRepeats(place, parts);
  const fixes = verified.map(({ finding, fix }, index): CodeAction => {
    const outside = leadingOut(place, fix);
    if (outside === undefined) {
      const action = toAction(root, fix, session);
      const fixed = { title: fix.title, command: 'lockOrder.fixed' };
      const command = session.options.hasCommands === true ? { command: fixed } : {};
      return { ...action, isPreferred: index === 0, ...command, ...belonging(place, finding) };
    }
    const reason = session.t('{0} leads out of the folder through a symbolic link', visible(outside));
    return { title: fix.title, kind: CodeActionKind.QuickFix, disabled: { reason } };
  });
  const listed = parts.slice(0, MAX_LISTED);
  return [
    ...fixes,
    ...others.slice(0, MAX_LISTED).map((part) => pending(place, part, listed)),
    ...listed.flatMap((part) => aboutFinding(place, part, listed)).filter(isFirstOfRule()),
  ];
}

/** Lets an action that disables a rule pass once for each rule, however many findings of it are listed. */
function isFirstOfRule(): (action: CodeAction) => boolean {
  const seen = new Set<string>();
  return ({ command, title }) => {
    if (command?.command !== DISABLE) return true;
    const isFirst = !seen.has(title);
    seen.add(title);
    return isFirst;
  };
}

interface Repairs {
  readonly verified: readonly { readonly finding: Finding; readonly fix: Fix }[];
  /** Findings whose fixes have not been searched yet. */
  readonly others: readonly FindingPart[];
}

/** The first file outside of the root that a fix would change. */
function leadingOut({ session, root }: Pick<ActionPlace, 'session' | 'root'>, fix: Fix): string | undefined {
  const { environment } = session;
  const { root: folder } = root.place;
  return fix.edits.find(({ file }) => !environment.mayEdit(folder, environment.absolute(folder, file)))?.file;
}

/** The known fixes without duplicates: two rules may find one mistake and fix it in the same way. */
function withoutRepeats({ root, session }: ActionPlace, parts: readonly FindingPart[]): Repairs {
  // A fix is valid only for the text it was verified in.
  const known = parts.map((part) => ({ part, result: root.fixes.result(part.finding.id) }));
  const seen = new Set<string>();
  const verified = known.flatMap(({ part: { finding }, result }) =>
    (result?.fixes ?? []).flatMap((fix) => {
      const edits = JSON.stringify(fix.edits);
      if (!fix.verified || seen.has(edits)) return [];
      seen.add(edits);
      return [{ finding, fix }];
    }),
  );
  const hasCommands = session.options.hasCommands === true;
  return { verified, others: hasCommands ? known.flatMap(({ part, result }) => (result ? [] : [part])) : [] };
}

/** The action for a fix that is still being searched; it is applied as soon as it is verified. */
function pending(place: ActionPlace, { finding }: FindingPart, listed: readonly FindingPart[]): CodeAction {
  const { session, file } = place;
  const title = session.t('Find a fix for {0}…', nameOf(finding, listed));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    command: { title, command: 'lockOrder.fix', arguments: [file.uri, finding.id] },
    ...belonging(place, finding),
  };
}

/**
 * Names a finding in a menu: by its rule, and by its locks if several of one rule are listed, or by a function that only
 * this one leads through.
 */
function nameOf({ rule, locks, story, id }: Finding, listed: readonly FindingPart[]): string {
  const others = listed.flatMap(({ finding }) =>
    finding.rule === rule && finding.id !== id ? [finding] : [],
  );
  if (others.length === 0) return rule;
  const isAlike = others.some((other) => other.locks.join() === locks.join());
  const own = story.find(({ function: name }) =>
    others.every((other) => other.story.every((step) => step.function !== name)),
  );
  if (isAlike && own) return `${rule} (${own.function}())`;
  return locks.length > 0 ? `${rule} (${locks.map(shortNames(locks)).join(', ')})` : rule;
}

/** The actions for a finding other than its fixes. */
function aboutFinding(place: ActionPlace, part: FindingPart, listed: readonly FindingPart[]): CodeAction[] {
  const { finding } = part;
  const { session, root, file } = place;
  const { uri } = file;
  const kind = CodeActionKind.QuickFix;
  const own = belonging(place, finding);
  const order = rightOrder(finding);
  const places = [...new Set(finding.story.map((step) => step.file))];
  const declared = order && declaration(session, root, order, places);
  const declare = declared ? [{ ...declared, kind, ...own }] : [];
  const name = nameOf(finding, listed);
  if (session.options.hasCommands !== true) {
    const edits = (['comment', 'config'] as const).flatMap((where) => {
      const edit = suppressEdit(session, {
        uri,
        id: finding.id,
        where,
        reason: session.t('why this is not a bug'),
      });
      return edit ? [{ title: suppressTitle(session, name, where), kind, edit, ...own }] : [];
    });
    return [...declare, ...edits];
  }
  const run = (title: string, command: string, ...args: readonly unknown[]): CodeAction => ({
    title,
    kind,
    command: { title, command, arguments: [...args] } satisfies Command,
    ...own,
  });
  const suppress = (where: SuppressParams['where']): CodeAction =>
    run(`${suppressTitle(session, name, where)}…`, 'lockOrder.suppress', uri, finding.id, where);
  const disable = run(session.t('Disable {0} in this workspace', finding.rule), DISABLE, finding.rule);
  return [
    run(session.t('Explain {0}', name), 'lockOrder.explain', uri, finding.id),
    ...declare,
    suppress('comment'),
    ...(configPath(session, root) === undefined ? [] : [suppress('config')]),
    ...(session.folders.length === 0 ? [] : [disable]),
  ];
}

function suppressTitle({ t }: Session, name: string, where: SuppressParams['where']): string {
  return where === 'comment'
    ? t('Suppress {0} with a comment', name)
    : t('Suppress {0} in lockorder.json', name);
}

/** The fixes of a finding as edits, once they are known, and why there are no more. */
export async function fixesOf(session: Session, { id }: FixesParams): Promise<FixesResult> {
  const root = findingOf(session, id)?.root;
  await root?.fixes.known(id);
  // The finding may be gone meanwhile.
  const found = findingOf(session, id) && root?.fixes.result(id);
  if (!root || !found) return { fixes: [], refusals: [] };
  const verified = found.fixes.filter(
    (fix) => fix.verified && leadingOut({ session, root }, fix) === undefined,
  );
  return {
    fixes: verified.map((fix) => toAction(root, fix, session)),
    refusals: found.refusals.map(({ reason }) => reason),
  };
}

/** Actions that declare the lock orders of the code at an acquisition. */
function declarations({ session, root, view, file, from, to }: ActionPlace): CodeAction[] {
  // At a finding, the order to declare is the opposite one and is offered with the finding.
  if (!file.map.isIdentity || partsAt(view.parts.get(file.file) ?? [], from, to).length > 0) return [];
  return ordersAt(view, file.file, from).flatMap((order) => {
    const declared = declaration(session, root, order, [file.file]);
    return declared ? [{ ...declared, kind: DECLARE }] : [];
  });
}

/** What tells when the fixes of a file are verified. */
interface Verifying<View> {
  readonly view: View | undefined;
  readonly isBusy: boolean;
  readonly fixes: { known(id: string): Promise<void> };
  idle(): Promise<void>;
}

interface Parts {
  readonly parts: ReadonlyMap<string, readonly { readonly finding: { readonly id: string } }[]>;
}

/**
 * What is found once the fixes of a file are verified. Waits again if another file has changed meanwhile, so that a save
 * gives the same result on any machine; `undefined` once the file itself has changed.
 */
export async function verifiedView<View extends Parts>(
  root: Verifying<View>,
  file: string,
  isCurrent: () => boolean,
): Promise<View | undefined> {
  for (;;) {
    await root.idle();
    const { view } = root;
    await Promise.all((view?.parts.get(file) ?? []).map(({ finding }) => root.fixes.known(finding.id)));
    if (!isCurrent()) return undefined;
    if (!root.isBusy && root.view === view) return view;
  }
}

/** The verified fixes of a file. */
async function fixAll(session: Session, root: Root, file: OpenFile): Promise<CodeAction[]> {
  const { version } = file;
  const isCurrent = (): boolean => file.version === version && session.home(file.uri)?.root === root;
  const view = await verifiedView(root, file.file, isCurrent);
  if (!view || !file.map.isIdentity) return [];
  const findings = [...new Set((view.parts.get(file.file) ?? []).map(({ finding }) => finding))].map(
    (finding) => ({ ...finding, fixes: root.fixes.result(finding.id)?.fixes ?? [] }),
  );
  const fixes = bulkFixes(findings, file.file).filter(
    (fix) => leadingOut({ session, root }, fix) === undefined,
  );
  const [first] = fixes;
  if (!first) return [];
  const title = fixes.length === 1 ? first.title : session.t('Apply {0} verified lock fixes', fixes.length);
  const edits = fixes.flatMap((fix) => fix.edits);
  return [{ ...toAction(root, { ...first, title, edits }, session), kind: FIX_ALL }];
}

/** The diagnostics of a finding among those in the request. */
function belonging({ params }: ActionPlace, finding: Finding): Pick<CodeAction, 'diagnostics'> {
  const diagnostics = params.context.diagnostics.filter(({ data }) => isOf(finding, data));
  return diagnostics.length > 0 ? { diagnostics } : {};
}

interface Opened {
  readonly open: ReadonlyMap<string, Pick<OpenFile, 'version' | 'map'>>;
}

/** The recipient of an edit. */
type Reader = Pick<Session, 't' | 'options'>;

const ANYBODY: Reader = { t: translator(), options: {} };

/**
 * The edit of a fix. A fix in several files requires confirmation. The preview of VS Code does not tick an edit that
 * requires it, and half a fix is useless. Therefore only the creation of a file that exists requires it: that opens the
 * preview, which neither lists nor performs it.
 */
export function toAction(
  root: Pick<Root, 'uriOf'> & Opened,
  fix: Fix,
  { t, options }: Reader = ANYBODY,
): CodeAction {
  const byFile = new Map<string, Fix['edits'][number][]>();
  for (const edit of fix.edits) {
    const known = byFile.get(edit.file);
    if (known) known.push(edit);
    else byFile.set(edit.file, [edit]);
  }
  const needsConfirmation = byFile.size > 1;
  const hasPreview = options.hasCommands === true;
  const annotations: Record<string, ChangeAnnotation> = {
    [CONFIRM]: {
      label: fix.title,
      needsConfirmation: !hasPreview,
      description: t('Changes {0} files', byFile.size),
    },
    ...(hasPreview ? { [ASK]: { label: fix.title, needsConfirmation: true } } : {}),
  };
  const created = (file: string): CreateFile => ({
    kind: 'create',
    uri: root.uriOf(file),
    options: { ignoreIfExists: true },
  });
  // A fix may create an order file.
  const made = [...byFile.keys()].filter(isOrderFile).map(created);
  const changes = [...byFile].map(([file, edits]): TextDocumentEdit => ({
    textDocument: { uri: root.uriOf(file), version: root.open.get(file)?.version ?? null },
    edits: edits.map(({ range: { startLine, startColumn, endLine, endColumn }, newText }) => ({
      range: toRange({ line: startLine, column: startColumn, endLine, endColumn }),
      newText,
      ...(needsConfirmation ? { annotationId: CONFIRM } : {}),
    })),
  }));
  const [existing] = [...byFile.keys()].filter((file) => !isOrderFile(file));
  const asking =
    needsConfirmation && hasPreview && existing !== undefined
      ? [{ ...created(existing), annotationId: ASK }]
      : [];
  const documentChanges = [...asking, ...made, ...changes];
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    edit: { documentChanges, ...(needsConfirmation ? { changeAnnotations: annotations } : {}) },
  };
}

function isOf(finding: Finding, data: unknown): data is DiagnosticData {
  return typeof data === 'object' && data !== null && 'id' in data && data.id === finding.id;
}
