import type { Hover as LspHover, HoverParams } from 'vscode-languageserver';
import type { ShownLock } from '../../analysis/checks/engine.js';
import type { LockContext, LockOrder } from '../../analysis/checks/inspect.js';
import { pairKey } from '../../analysis/evidence/edges.js';
import type { DeclaredOrder } from '../../analysis/graph/declared.js';
import type { ChainStep, LockClass } from '../../analysis/graph/types.js';
import {
  hoverAt,
  type CallHover,
  type Hover,
  type LockHover,
  type VariableHover,
} from '../../analysis/ide/hover.js';
import { plural } from '../../analysis/report/text.js';
import { fromPosition, toRange } from '../positions.js';
import type { Session } from '../session.js';

/** Orders listed on each side before the rest is only counted. */
const LISTED = 5;

/** Orders of classes that runs have shown, as pairs of keys. */
type Seen = ReadonlySet<string>;

export type UriOf = (file: string) => string;

/** What is known about a position in an open document, once the last edit is analysed. */
export async function hover(session: Session, params: HoverParams): Promise<LspHover | null> {
  const { root, file } = session.home(params.textDocument.uri) ?? {};
  await root?.idle();
  if (!root?.view || !file) return null;
  // As a rule done at rest already; the first time it may take a while, which nobody else has to wait for.
  await session.slowly(root.view.analysis.inspection.prepare());
  const { line, column } = fromPosition(params.position);
  const at = file.map.toAnalysed(line, column);
  const text = at && file.analysed.split('\n', at.line)[at.line - 1];
  const found = at && hoverAt(root.view, file.file, at, text ?? '');
  if (!found) return null;
  const range = toRange(file.map.toCurrent(found.at));
  return { ...renderHover(found, (name) => root.uriOf(name), root.runtime?.evidence.seen), range };
}

/** Markdown for what is known about a position. */
export function renderHover(hover: Hover, uriOf: UriOf, seen: Seen = new Set()): LspHover {
  return { contents: { kind: 'markdown', value: linesOf(hover, uriOf, seen).join('\n') } };
}

/** The same for a client that shows no markdown. */
export function toPlainText(hover: LspHover): LspHover {
  const { contents } = hover;
  if (typeof contents === 'string' || Array.isArray(contents) || !('kind' in contents)) return hover;
  const value = contents.value
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/^\*([^*]+)\*$/gm, '$1');
  return { ...hover, contents: { kind: 'plaintext', value } };
}

function linesOf(hover: Hover, uriOf: UriOf, seen: Seen): string[] {
  switch (hover.kind) {
    case 'lock':
      return lockLines(hover, uriOf, seen);
    case 'call':
      return callLines(hover, uriOf);
    case 'variable':
      return variableLines(hover, uriOf);
  }
}

function lockLines(
  { lock, contexts, declared, before, after, held }: LockHover,
  uriOf: UriOf,
  seen: Seen,
): string[] {
  const ran = (from: string, to: string): boolean => seen.has(pairKey(from, to));
  return [
    headLine(lock, uriOf),
    ...contextLine(contexts, uriOf),
    ...declaredLine(declared, uriOf),
    ...section('Taken while holding', before, uriOf, (other) => ran(other, lock.key)),
    ...section('While it is held, takes', after, uriOf, (other) => ran(lock.key, other)),
    ...(before.length + after.length === 0 ? ['', 'Never taken together with another lock.'] : []),
    ...heldLine(held),
  ];
}

function headLine(lock: LockClass, uriOf: UriOf): string {
  const declared = lock.declaredAt && ` · ${link(uriOf, lock.declaredAt, fileOf(lock.declaredAt))}`;
  return `**${code(lock.id)}** · ${kindOf(lock)}${declared ?? ''}`;
}

function kindOf({ kind }: LockClass): string {
  return kind.replaceAll('_', ' ');
}

function contextLine(contexts: readonly LockContext[], uriOf: UriOf): string[] {
  if (contexts.length === 0) return [];
  return ['', `Used in ${contexts.map(({ title, at }) => link(uriOf, at, title)).join(', ')}`];
}

function declaredLine(declared: readonly DeclaredOrder[], uriOf: UriOf): string[] {
  if (declared.length === 0) return [];
  const each = declared
    .slice(0, LISTED)
    .map(
      ({ fromName, toName, at }) => `${code(`${fromName} < ${toName}`)} in ${link(uriOf, at, fileOf(at))}`,
    );
  const more = declared.length > LISTED ? [`and ${declared.length - LISTED} more`] : [];
  return ['', `Declared: ${[...each, ...more].join(', ')}`];
}

function section(
  title: string,
  orders: readonly LockOrder[],
  uriOf: UriOf,
  ran: (other: string) => boolean,
): string[] {
  if (orders.length === 0) return [];
  const more = orders.length > LISTED ? [`- and ${orders.length - LISTED} more`] : [];
  return [
    '',
    `${title}:`,
    ...orders.slice(0, LISTED).map((order) => orderLine(order, uriOf, ran(order.other.key))),
    ...more,
  ];
}

function orderLine({ other, count, opposite, witness }: LockOrder, uriOf: UriOf, ran: boolean): string {
  const step = witness.chain[0] ?? witness.holds[0];
  const where = step ? `, ${count > 1 ? 'e.g. ' : ''}in ${stepLink(uriOf, step)}` : '';
  const warning = opposite > 0 ? ` — **and the other way round in ${plural(opposite, 'place')}**` : '';
  const evidence = ran ? ', seen at run time' : '';
  return `- ${code(other.id)}: ${plural(count, 'place')}${where}${evidence}${warning}`;
}

function callLines(hover: CallHover, uriOf: UriOf): string[] {
  const declared = hover.declaredAt && ` · ${link(uriOf, hover.declaredAt, fileOf(hover.declaredAt))}`;
  return [
    `**${code(`${hover.name}()`)}**${declared ?? ''}`,
    '',
    ...effectLine('May acquire', hover.acquires),
    ...effectLine('Releases', hover.releases),
    ...effectLine('Needs held', hover.needs),
    ...(hover.maySleep ? ['- May sleep'] : []),
    ...heldLine(hover.held),
    ...(hover.complete ? [] : ['', '*Parts of it could not be followed.*']),
  ];
}

function variableLines({ name, type, locks, held }: VariableHover, uriOf: UriOf): string[] {
  return [
    `**${code(name)}** · locks of ${code(type)}:`,
    '',
    ...locks.slice(0, 2 * LISTED).map((lock) => `- ${headLine(lock, uriOf)}`),
    ...(locks.length > 2 * LISTED ? [`- and ${locks.length - 2 * LISTED} more`] : []),
    ...heldLine(held),
  ];
}

function effectLine(title: string, locks: readonly ShownLock[]): string[] {
  if (locks.length === 0) return [];
  const more = locks.length > 2 * LISTED ? ` and ${locks.length - 2 * LISTED} more` : '';
  return [`- ${title} ${names(locks.slice(0, 2 * LISTED))}${more}`];
}

function heldLine(held: readonly ShownLock[] | undefined): string[] {
  if (!held) return [];
  return ['', held.length > 0 ? `Held here: ${names(held)}` : 'Held here: nothing'];
}

function names(locks: readonly ShownLock[]): string {
  const each = locks.map(({ id, mode }) => code(id) + (mode === 'read' ? ' (read)' : ''));
  return [...new Set(each)].join(', ');
}

function stepLink(uriOf: UriOf, step: ChainStep): string {
  return link(uriOf, step.at, `${step.function}()`);
}

function link(uriOf: UriOf, at: { readonly file: string; readonly line: number }, text: string): string {
  return `[${text}](${uriOf(at.file)}#L${at.line})`;
}

function fileOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', '')}\``;
}
