import type { FoundOrder } from './found-order.js';
import { readOrderChains } from './order-chains.js';
import { readOrderTables } from './order-tables.js';
import { commentLines } from './order-lines.js';
import { readOrderSentences, SUBJECT } from './order-sentences.js';
import type { Outliner } from '../outliner.js';

/** Words that every statement about a lock order contains, in any form. */
const TOPIC = /lock|mutex|sema?\b|rwsem/i;
/** The words of a heading or sentence about an order. */
const STATES =
  /\b(?:lock|locking|locks|mutex\w*|spinlocks?|semaphores?|nesting|acqui\w+|taken|take|held|hold\w*)\b[^.;]{0,80}?\b(?:order|orders|ordering|ordered|hierarchy|nesting|dependency|dependencies)\b|\b(?:order|ordering|hierarchy|nesting)\b[^.;]{0,60}?(?:lock|mutex|sem\b|semaphore)|\bnest(?:s|ed)?\s+(?:\w+\s+){0,2}?(?:inside|outside|under|within|in|below|beneath)\b|\b(?:taken|acquired?|grabbed|obtained|locked|held|locking|take|grab|acquiring)\b[^.;]{0,60}?\b(?:before|after|inside|outside|under|within)\b|\b(?:before|after)\b[^.;]{0,40}?\b(?:taking|acquiring|locking|grabbing)\b/i;

/** Notes the lock orders that the comments of a text state. Reads only comments that passed the sieve. */
export function readOrders(out: Outliner): void {
  const { notes } = out.scan.tokens;
  for (let at = 0; at < notes.length; at += 2) {
    const start = notes[at]!;
    const end = notes[at + 1]!;
    const comment = out.text.slice(start, end);
    if (!TOPIC.test(comment)) continue;
    noteOrders(out, start, end, comment);
  }
}

function noteOrders(out: Outliner, start: number, end: number, comment: string): void {
  const { line, column } = out.scan.span(start, start);
  const lines = commentLines(comment, column);
  const flat = lines.map(({ text }) => text).join(' ');
  if (!STATES.test(flat)) return;
  const chains = readOrderChains(lines);
  const tables = readOrderTables(lines, chains);
  const sentences = readOrderSentences(lines);
  const declared = chains.length + tables.length > 0 ? [] : fieldsBelow(out, flat, out.scan.lineAt(end));
  const seen = new Set<string>();
  for (const { locks, line: below, form } of [...chains, ...tables, ...sentences, ...declared]) {
    const named = locks.includes(SUBJECT) ? withSubject(out, locks, comment, line, end) : locks;
    const key = named?.join('\n') ?? '';
    if (named === undefined || new Set(named).size < named.length || named.length < 2 || seen.has(key))
      continue;
    seen.add(key);
    const text = lines[below];
    if (text === undefined) continue;
    const from = out.scan.lineStart(line + below);
    const shown =
      out.text
        .slice(from)
        .match(/^[^\n]*/)?.[0]
        .trimEnd() ?? '';
    const first = from + Math.max(0, shown.indexOf(text.text));
    out.orders.push({ locks: named, at: out.scan.span(first, first + Math.max(1, text.text.length)), form });
  }
}

/** `Locks must be taken in this order:` above the locks themselves. */
const IN_THIS_ORDER = /\block\w*\b[^.]{0,60}\bin (?:this|the following|the given) order\b/i;

/** The locks declared one after another directly below a comment that states their order. */
function fieldsBelow(out: Outliner, flat: string, last: number): FoundOrder[] {
  if (!IN_THIS_ORDER.test(flat)) return [];
  const locks: string[] = [];
  let next = last + 1;
  for (const { tag, fields } of out.records) {
    for (const { name, line, type } of fields) {
      if (line < next || line > next + 1 || out.scan.models.lockType(type) === undefined) continue;
      locks.push(`${tag}.${name}`);
      next = line;
    }
  }
  return locks.length < 2 ? [] : [{ locks, line: 0, form: 'table' }];
}

/** Replaces the subject's placeholder by the lock that the comment documents. */
function withSubject(
  out: Outliner,
  locks: readonly string[],
  comment: string,
  line: number,
  end: number,
): readonly string[] | undefined {
  const subject = kernelDocSubject(comment) ?? declaredAt(out, line, out.scan.lineAt(end));
  if (subject === undefined || locks.includes(subject)) return undefined;
  return locks.map((name) => (name === SUBJECT ? subject : name));
}

/** Finds the member in `@lock: … must be acquired after …` in the description of a struct. */
function kernelDocSubject(comment: string): string | undefined {
  const tag = /^\s*\*\s*struct\s+(\w+)\s+-/m.exec(comment)?.[1];
  if (tag === undefined) return undefined;
  const at = comment.search(STATES);
  const member = [...comment.slice(0, Math.max(0, at) + 1).matchAll(/^\s*\*\s*@(\w+):/gm)].at(-1)?.[1];
  return member === undefined ? undefined : `${tag}.${member}`;
}

/**
 * The member or variable that the comment is placed above or after; it covers the lines from `first` to the one after
 * `last`.
 */
function declaredAt(out: Outliner, first: number, last: number): string | undefined {
  const near = (line: number): boolean => line >= first && line <= last + 1;
  let best: { readonly name: string; readonly line: number } | undefined;
  const offer = (name: string, line: number): void => {
    if (near(line) && (best === undefined || Math.abs(line - last) < Math.abs(best.line - last)))
      best = { name, line };
  };
  for (const { tag, fields } of out.records)
    for (const field of fields) if (field.name !== '') offer(`${tag}.${field.name}`, field.line);
  for (const { name, nameSpan } of out.variables) offer(name, nameSpan.line);
  return best?.name;
}
