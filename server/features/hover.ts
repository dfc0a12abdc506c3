import { visible } from '../../analysis/base/visible.js';
import type { Hover as LspHover, HoverParams } from 'vscode-languageserver';
import type { ShownLock } from '../../analysis/checks/engine/engine.js';
import type { LockContext, LockOrder } from '../../analysis/checks/engine/inspect.js';
import { pairKey } from '../../analysis/evidence/join/edges.js';
import type { DeclaredOrder } from '../../analysis/graph/orders/declared.js';
import type { ChainStep, LockClass } from '../../analysis/graph/events/types.js';
import { shortNames } from '../../analysis/graph/orders/side.js';
import {
  hoverAt,
  type CallHover,
  type Hover,
  type LockHover,
  type VariableHover,
  unknownCallAt,
} from '../../analysis/ide/hover/hover.js';
import { kindText } from '../../analysis/models/kind-text.js';
import { fromPosition, toRange } from '../documents/positions.js';
import type { Session } from '../session.js';
import type { Translate } from '../words.js';
import { statusOf } from './status.js';

/** Number of orders listed on each side; further ones are only counted. */
const LISTED = 5;

/** Orders of classes that runs have shown, as pairs of keys. */
type SeenOrders = ReadonlySet<string>;

type UriOf = (file: string) => string;

/** What rendering needs besides the data. */
interface Page {
  readonly uriOf: UriOf;
  readonly seen: SeenOrders;
  /** How a class is called here. */
  readonly nameOf: (id: string) => string;
  readonly t: Translate;
}

/** The hover for a position in an open document. Waits until the last edit is analysed. */
export async function hover(session: Session, params: HoverParams): Promise<LspHover | null> {
  const { root, file } = session.home(params.textDocument.uri) ?? {};
  await root?.idle();
  if (!root?.view || !file) return null;
  // Usually prepared in idle time. The first time it may take a while, in slices.
  await session.slowly(root.view.analysis.inspection.prepare());
  const { line, column } = fromPosition(params.position);
  const at = file.map.toAnalysed(line, column);
  const text = at && file.analysed.split('\n', at.line)[at.line - 1];
  if (!at) return null;
  const found = hoverAt(root.view, file.file, at, text ?? '');
  const isGrowing = root.loading !== undefined;
  const unknown = found || !isGrowing ? undefined : unknownCallAt(root.view, file.file, at, text ?? '');
  const shown = found ?? unknown;
  if (!shown) return null;
  const page: Page = {
    uriOf: (name) => root.uriOf(name),
    seen: root.runtime?.evidence.seen ?? new Set(),
    nameOf: shortNames(found ? classesIn(found) : []),
    t: session.t,
  };
  const lines = found ? linesOf(found, page) : [`**${code(`${unknown?.name ?? ''}()`)}**`];
  // The locks of an object are known with its type.
  if (isGrowing && found?.kind !== 'variable') lines.push('', `*${indexingText(session)}*`);
  return {
    contents: { kind: 'markdown', value: lines.join('\n') },
    range: toRange(file.map.toCurrent(shown.at)),
  };
}

/** Ids of all classes that a hover names. */
function classesIn(hover: Hover): readonly string[] {
  const held = (hover.held ?? []).map(({ id }) => id);
  switch (hover.kind) {
    case 'lock':
      return [hover.lock.id, ...[...hover.before, ...hover.after].map(({ other }) => other.id), ...held];
    case 'call':
      return [...hover.acquires, ...hover.releases, ...hover.needs].map(({ id }) => id).concat(held);
    case 'variable':
      return [...hover.locks.map(({ id }) => id), ...held];
  }
}

/** How much is read so far, while reading continues. */
function indexingText(session: Session): string {
  const { indexed, total } = statusOf(session);
  return indexed < total
    ? session.t('Indexed {0} of {1} files so far; this may be incomplete.', indexed, total)
    : session.t('Still indexing; this may be incomplete.');
}

/** Converts a hover for a client without markdown. */
export function toPlainText(hover: LspHover): LspHover {
  const { contents } = hover;
  if (typeof contents === 'string' || Array.isArray(contents) || !('kind' in contents)) return hover;
  const value = contents.value
    .replace(/\[((?:[^\]\\]|\\.)*)\]\([^)]*\)/g, '$1')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/^\*([^*]+)\*$/gm, '$1')
    .replace(/\\([\\`*[\]<>&~!_])/g, '$1');
  return { ...hover, contents: { kind: 'plaintext', value } };
}

function linesOf(hover: Hover, page: Page): string[] {
  switch (hover.kind) {
    case 'lock':
      return lockLines(hover, page);
    case 'call':
      return callLines(hover, page);
    case 'variable':
      return variableLines(hover, page);
  }
}

function lockLines({ lock, contexts, declared, before, after, held }: LockHover, page: Page): string[] {
  const { seen, t } = page;
  const ran = (from: string, to: string): boolean => seen.has(pairKey(from, to));
  return [
    headLine(lock, page),
    ...contextLine(contexts, page),
    ...declaredLine(declared, page),
    ...section(t('Taken while holding'), before, page, (other) => ran(other, lock.key)),
    ...section(t('Held while taking'), after, page, (other) => ran(lock.key, other)),
    ...(before.length + after.length === 0 ? ['', t('Never nested with another lock.')] : []),
    ...heldLine(held, page),
  ];
}

function headLine(lock: LockClass, { uriOf, nameOf }: Page): string {
  const declared = lock.declaredAt && ` · ${link(uriOf, lock.declaredAt, fileOf(lock.declaredAt))}`;
  return `**${code(nameOf(lock.id))}** · ${plain(kindText(lock.kind))}${declared ?? ''}`;
}

function contextLine(contexts: readonly LockContext[], { uriOf, t }: Page): string[] {
  if (contexts.length === 0) return [];
  return ['', t('Used in {0}', contexts.map(({ title, at }) => link(uriOf, at, title)).join(', '))];
}

function declaredLine(declared: readonly DeclaredOrder[], { uriOf, t }: Page): string[] {
  if (declared.length === 0) return [];
  const each = declared
    .slice(0, LISTED)
    .map(({ fromName, toName, at }) =>
      t('{0} in {1}', code(`${fromName} < ${toName}`), link(uriOf, at, fileOf(at))),
    );
  return ['', t('Declared: {0}', listed(each, declared.length - LISTED, t))];
}

/** Joins the listed items and the number of further ones. */
function listed(each: readonly string[], more: number, t: Translate): string {
  const all = each.join(', ');
  return more > 0 ? t('{0} and {1} more', all, more) : all;
}

function section(
  title: string,
  orders: readonly LockOrder[],
  page: Page,
  ran: (other: string) => boolean,
): string[] {
  if (orders.length === 0) return [];
  const more = orders.length > LISTED ? [`- ${page.t('and {0} more', orders.length - LISTED)}`] : [];
  return [
    '',
    `${title}:`,
    ...orders.slice(0, LISTED).map((order) => orderLine(order, page, ran(order.other.key))),
    ...more,
  ];
}

function orderLine(
  { other, count, opposite, witness }: LockOrder,
  { uriOf, nameOf, t }: Page,
  ran: boolean,
): string {
  const step = witness.chain[0] ?? witness.holds[0];
  const places = (number: number): string => (number === 1 ? t('1 place') : t('{0} places', number));
  const place = step ? stepLink(uriOf, step) : '';
  const where = step ? `, ${count > 1 ? t('e.g. in {0}', place) : t('in {0}', place)}` : '';
  const warning = opposite > 0 ? ` — **${t('opposite order in {0}', places(opposite))}**` : '';
  const evidence = ran ? `, ${t('seen at run time')}` : '';
  return `- ${code(nameOf(other.id))}: ${places(count)}${where}${evidence}${warning}`;
}

function callLines(hover: CallHover, page: Page): string[] {
  const { uriOf, t } = page;
  const declared = hover.declaredAt && ` · ${link(uriOf, hover.declaredAt, fileOf(hover.declaredAt))}`;
  return [
    `**${code(`${hover.name}()`)}**${declared ?? ''}`,
    '',
    ...effectLine(hover.acquires, page, (locks) => t('May take {0}', locks)),
    ...effectLine(hover.releases, page, (locks) => t('Releases {0}', locks)),
    ...effectLine(hover.needs, page, (locks) => t('Caller must hold {0}', locks)),
    ...(hover.maySleep ? [`- ${t('May sleep')}`] : []),
    ...heldLine(hover.held, page),
    ...(hover.complete ? [] : ['', `*${t('Some of this function could not be analysed.')}*`]),
  ];
}

function variableLines({ name, type, locks, held }: VariableHover, page: Page): string[] {
  const { t } = page;
  const more = locks.length - 2 * LISTED;
  return [
    `**${code(name)}** · ${t('locks of {0}:', code(type))}`,
    '',
    ...locks.slice(0, 2 * LISTED).map((lock) => `- ${headLine(lock, page)}`),
    ...(more > 0 ? [`- ${t('and {0} more', more)}`] : []),
    ...heldLine(held, page),
  ];
}

function effectLine(locks: readonly ShownLock[], page: Page, say: (locks: string) => string): string[] {
  if (locks.length === 0) return [];
  const shown = names(locks.slice(0, 2 * LISTED), page);
  return [`- ${say(listed([shown], locks.length - 2 * LISTED, page.t))}`];
}

function heldLine(held: readonly ShownLock[] | undefined, page: Page): string[] {
  if (!held) return [];
  const { t } = page;
  return [
    '',
    held.length > 0 ? t('Held here: {0}', names(held, page)) : t('This function holds no lock here'),
  ];
}

function names(locks: readonly ShownLock[], { nameOf, t }: Page): string {
  const each = locks.map(({ id, mode }) => {
    const name = code(nameOf(id));
    return mode === 'read' ? t('{0} (read)', name) : name;
  });
  return [...new Set(each)].join(', ');
}

function stepLink(uriOf: UriOf, step: ChainStep): string {
  return link(uriOf, step.at, `${step.function}()`);
}

function link(uriOf: UriOf, at: { readonly file: string; readonly line: number }, text: string): string {
  const target = uriOf(at.file).replace(
    /[()<>\s\\]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `[${plain(text)}](${target}#L${at.line})`;
}

/** Escapes a name for markdown; `_` is special only at the edge of a word. */
function plain(text: string): string {
  return visible(text).replace(/[\\`*[\]<>&~!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&');
}

function fileOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function code(text: string): string {
  return `\`${visible(text).replaceAll('`', '')}\``;
}
