import { alternatives, isLockish } from './order-names.js';
import type { CommentLine } from './order-lines.js';
import type { FoundOrder } from './found-order.js';

/** The heading of a table. */
const HEADING =
  /(?:lock\w*|mutex\w*|nesting|taken|acquired?|spinlock)\b.{0,60}\b(?:order\w*|hierarchy|nesting|nested)|\b(?:order\w*|hierarchy)\b.{0,40}(?:lock|mutex|nest)/i;
const NUMBERED = /^(?:\d+[.)]|\(\d+\))\s+/;
const BULLET = /^(?:[-+*|]+|`--|\.{3})\s*(?!>)/;
/** One lock, followed by an explanation after a bracket, a dash, a colon, a wide gap or a comma. */
const ROW =
  /^(->)?\s*((?:percpu\s+|struct\s+)?[&@]?[A-Za-z_][\w-]*(?:(?:->|\.|::)\w+)*(?:\([^()]*\))?(?:\s+(?:PG_locked|flags|map lock|list locks?|locks?|mutex|rwsem))*)(?:;|\s+or\s+[\w.>()-]+|,[\w.>-]+)?(?:\s*\(.*|\s{2,}.*|\t.*|\s+[-:]\s.*|:.*)?$/;
const MOST_ALTERNATIVES = 4;
/** Text indented further than this belongs to the explanation of the row above. */
const DEEPEST_STEP = 10;
/** Headings of lists that are not acquisition orders. */
const OTHER = /unlock|releas|drop|call|invert|inversion/i;

interface Row {
  readonly names: readonly string[];
  readonly indent: number;
  readonly line: number;
  readonly numbered: boolean;
}

/** Reads tables below headings: one lock per line, deeper ones inside, or one after another. */
export function readOrderTables(lines: readonly CommentLine[], chains: readonly FoundOrder[]): FoundOrder[] {
  const taken = new Set(chains.map(({ line }) => line));
  const found: FoundOrder[] = [];
  let section: Row[][] | undefined;
  for (const [at, line] of lines.entries()) {
    if (isHeading(lines, line, at)) {
      if (section) found.push(...ordersOf(section));
      section = OTHER.test(line.text) ? undefined : [[]];
    } else if (section) addTo(section, line, taken);
  }
  if (section) found.push(...ordersOf(section));
  return found;
}

/** Adds a line to the groups of rows. A line that is neither row nor explanation ends a group. */
function addTo(groups: Row[][], line: CommentLine, taken: ReadonlySet<number>): void {
  const group = groups.at(-1) ?? [];
  const last = group.at(-1);
  const row = taken.has(line.line) ? undefined : rowOf(line);
  if (row && last && row.indent > last.indent + DEEPEST_STEP) return;
  if (row) group.push(row);
  else if (last && !(line.text !== '' && line.indent > last.indent)) groups.push([]);
}

function ordersOf(groups: readonly (readonly Row[])[]): FoundOrder[] {
  // In an indented table, locks at one depth are siblings.
  const isNested = groups.some((rows) => new Set(rows.map(({ indent }) => indent)).size > 1);
  return groups.flatMap((rows, at) => {
    if (rows.length < 2) return [];
    if (rows.every(({ numbered }) => numbered)) return sequence(rows);
    if (isNested) return tree(rows);
    // A plain list is an order only directly below the heading.
    return at === 0 ? sequence(rows) : [];
  });
}

/** Whether a heading is on one line or spans two. */
function isHeading(lines: readonly CommentLine[], { text }: CommentLine, at: number): boolean {
  if (text === '') return false;
  const before = lines[at - 1]?.text ?? '';
  return (
    HEADING.test(text) ||
    (before !== '' && HEADING.test(`${before} ${text}`) && /order|nest|hierarch/i.test(text))
  );
}

function rowOf({ text, indent, line }: CommentLine): Row | undefined {
  const number = NUMBERED.exec(text)?.[0] ?? '';
  const bullet = number === '' ? (BULLET.exec(text)?.[0] ?? '') : '';
  const rest = text.slice(number.length + bullet.length);
  const match = ROW.exec(rest);
  if (!match) return undefined;
  const [, arrow = '', name = ''] = match;
  const words = name.split(/\s+/).length;
  const listed =
    new RegExp(String.raw`^(?:->)?\s*${escape(name)}((?:\s+or\s+[\w.>()-]+|,[\w.>-]+)+)`).exec(rest)?.[1] ??
    '';
  const names = alternatives(`${name}${listed}`);
  const isPlain =
    number !== '' || arrow !== '' || isLockish(names[0] ?? '') || (words === 1 && /[_.:]|->/.test(name));
  if (names.length === 0 || !isPlain) return undefined;
  return { names, indent, line, numbered: number !== '' };
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function sequence(rows: readonly Row[]): FoundOrder[] {
  return combine(rows).map((locks) => ({ locks, line: rows[0]?.line ?? 0, form: 'table' }));
}

/** One order for each path from the top of the table to an innermost lock. */
function tree(rows: readonly Row[]): FoundOrder[] {
  const found: FoundOrder[] = [];
  const above: Row[] = [];
  rows.forEach((row, at) => {
    while ((above.at(-1)?.indent ?? -1) >= row.indent) above.pop();
    above.push(row);
    const next = rows[at + 1];
    const isLeaf = next === undefined || next.indent <= row.indent;
    if (!isLeaf || above.length < 2) return;
    for (const locks of combine(above)) found.push({ locks, line: row.line, form: 'table' });
  });
  return found;
}

function combine(rows: readonly Row[]): string[][] {
  let chains: string[][] = [[]];
  for (const { names } of rows) {
    chains = chains.flatMap((chain) => names.map((name) => [...chain, name])).slice(0, MOST_ALTERNATIVES);
  }
  return chains
    .map((chain) => chain.filter(isTelling))
    .filter((chain) => chain.length >= 2 && chain.some(isLockish));
}

/** Whether the name is more than an ordinary word. */
function isTelling(name: string): boolean {
  return isLockish(name) || /[_. ]|\(/.test(name);
}
