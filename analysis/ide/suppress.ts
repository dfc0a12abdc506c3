import type { Finding } from '../checks/types.js';

/** An entry of `ignore` in lockorder.json. */
export interface IgnoreEntry {
  readonly rule: string;
  readonly locks?: readonly string[];
  readonly function?: string;
  readonly reason: string;
}

/** An insertion into a text. */
export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

/** The identity of a finding: a cycle by its locks, a bug in one function by the function too. */
export function ignoreEntry(finding: Finding, reason: string): IgnoreEntry {
  const isGraph = finding.rule === 'lock-order-cycle' || finding.rule === 'irq-inversion';
  const isOfFunction = !isGraph && finding.at.function !== '';
  return {
    rule: finding.rule,
    ...(finding.locks.length > 0 ? { locks: [...new Set(finding.locks)] } : {}),
    ...(isOfFunction ? { function: finding.at.function } : {}),
    reason,
  };
}

/** A comment that suppresses a rule on the next line of code. The reason must not end the comment. */
export function ignoreComment(rule: string, reason: string, indent: string): string {
  const words = reason.replace(/\s+/g, ' ').replaceAll('*/', '* /').trim();
  return `${indent}/* lockorder-ignore ${rule}: ${words} */`;
}

const STEP = '  ';

/**
 * Where to insert an entry into the text of a lockorder.json without changing the rest; an empty text becomes
 * a whole file. `undefined` if the text is no JSON object, or `ignore` no list.
 */
export function insertIgnore(text: string, entry: IgnoreEntry): Insertion | undefined {
  const json = indented(JSON.stringify(entry, undefined, STEP), STEP.repeat(2));
  if (text.trim() === '')
    return { offset: text.length, text: `{\n${STEP}"ignore": [\n${json}\n${STEP}]\n}\n` };
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const list = parsed['ignore'];
  const found = topLevel(text);
  if (!found) return undefined;
  if (list === undefined) {
    const comma = Object.keys(parsed).length > 0 ? ',' : '';
    return {
      offset: found.lastValueEnd,
      text: `${comma}\n${STEP}"ignore": [\n${json}\n${STEP}]${comma === '' ? '\n' : ''}`,
    };
  }
  if (!Array.isArray(list) || found.ignoreEnd === undefined) return undefined;
  const before = text.slice(0, found.ignoreEnd);
  return {
    offset: before.trimEnd().length,
    text: `${list.length > 0 ? ',' : ''}\n${json}${list.length > 0 ? '' : `\n${STEP}`}`,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Offsets in a JSON object: after its last value (or `{`), and of the `]` that ends its `ignore`. */
function topLevel(
  text: string,
): { readonly lastValueEnd: number; readonly ignoreEnd: number | undefined } | undefined {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;
  let depth = 0;
  let key = '';
  let isKey = true;
  let lastValueEnd = 0;
  let ignoreEnd: number | undefined;
  for (const match of text.matchAll(token)) {
    const [word] = match;
    if (word === '}' || word === ']') {
      if (depth === 2 && word === ']' && key === '"ignore"') ignoreEnd = match.index;
      depth -= 1;
      if (depth === 0) return { lastValueEnd, ignoreEnd };
    } else if (word === '{' || word === '[') depth += 1;
    else if (depth === 1 && word === ':') isKey = false;
    else if (depth === 1 && word === ',') isKey = true;
    else if (depth === 1 && isKey) key = word;
    if (word !== ',') lastValueEnd = match.index + word.length;
  }
  return undefined;
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => by + line)
    .join('\n');
}
