import { alternatives, isLockish } from './order-names.js';
import type { CommentLine } from './order-lines.js';
import type { FoundOrder } from './found-order.js';

/** An arrow between two locks, as opposed to a member access: it is longer or has a blank on one side. */
const ARROW = /\s*(?:--+>|=+>)\s*|\s+->\s*|(?<=\S)->\s+|(?<=")->(?=")/;
const GREATER = /\s+>\s+/;
const STARTS = /^(?:--+>|=+>|->\s)/;
const ENDS = /(?:--+>|=+>|\s->)$/;
/** Words of a chain that describes a wrong order. */
const DENIED =
  /\b(?:prevent\w*|circular|invert\w*|inversion|revers\w+|wrong|AB-?BA|would|not allowed|never|unlock\w*|releas\w*|without)\b/i;
const HEADED = /lock|order|nest|hierarch/i;
const MOST_ALTERNATIVES = 4;
const MOST_LINES = 12;

/** Reads chains `a -> b -> c`, `a --> b`, `a => b` and, below a heading, `a > b`; they may span lines. */
export function readOrderChains(lines: readonly CommentLine[]): FoundOrder[] {
  const found: FoundOrder[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined) continue;
    const arrow = arrowOf(lines, at);
    if (arrow === undefined || STARTS.test(line.text)) continue;
    let text = line.text;
    let last = at;
    while (last + 1 < lines.length && last - at < MOST_LINES) {
      const next = lines[last + 1]?.text ?? '';
      if (next === '' || !(STARTS.test(next) || ENDS.test(text))) break;
      text = `${text} ${next}`;
      last++;
    }
    const before = `${lines[at - 1]?.text ?? ''} ${line.text.split(arrow)[0] ?? ''}`;
    if (DENIED.test(before)) continue;
    for (const chain of chainsIn(text, arrow)) found.push({ locks: chain, line: at, form: 'chain' });
  }
  return found;
}

function arrowOf(lines: readonly CommentLine[], at: number): RegExp | undefined {
  const text = lines[at]?.text ?? '';
  const next = lines[at + 1]?.text ?? '';
  const near = lines
    .slice(Math.max(0, at - 8), at + 1)
    .map((line) => line.text)
    .join(' ');
  if (!HEADED.test(near)) return undefined;
  if (ARROW.test(text) || (STARTS.test(next) && /^[\w>.:&-]+(?:\s\w+)?$/.test(text))) return ARROW;
  if (GREATER.test(text) && /order|hierarch/i.test(near)) return GREATER;
  return undefined;
}

/** The chains of a text with arrows: `x -> y, y -> z` are two. */
function chainsIn(text: string, arrow: RegExp): string[][] {
  const whole = new RegExp(arrow.source, 'g');
  const pieces = text.split(/[,;](?=[^{}]*(?:\{|$))/).filter((piece) => arrow.test(piece));
  return pieces.flatMap((piece) => {
    const parts = piece.split(whole);
    const names = parts.map((part, i) =>
      alternatives(i === 0 ? tail(part) : i === parts.length - 1 ? head(part) : part),
    );
    return combine(trim(names));
  });
}

/** The name before the first arrow: the words after the last colon, bracket or full stop. */
function tail(text: string): string {
  const open = text.lastIndexOf('(');
  const inside = open >= 0 && text.indexOf(')', open) < 0 ? text.slice(open + 1) : text;
  const behind = inside.replace(/^.*(?::\s|\.\s|\border(?:ing)?(?:\s+(?:is|of))?\s)/i, '').trim();
  if (/[{}]/.test(behind) || behind.split(/\s+/).length <= 3) return behind;
  return behind.split(/\s+/).at(-1) ?? '';
}

/** The name after the last arrow: up to a bracket, a full stop or further words. */
function head(text: string): string {
  const upTo = text.split(/\s+\(|\)|\.(?:\s|$)|:\s|"\./)[0]?.trim() ?? '';
  if (/[{}]/.test(upTo)) return upTo;
  const words = upTo.split(/\s+/);
  if (words.length <= 2) return upTo;
  const first = words[0] ?? '';
  return isLockish(first) || !/^lock|^mutex/i.test(words[1] ?? '') ? first : `${first} ${words[1] ?? ''}`;
}

/** Drops names that could not be read; inside a chain they are skipped. */
function trim(names: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return names.filter((each) => each.length > 0);
}

/** One chain for every choice of alternatives. */
function combine(names: readonly (readonly string[])[]): string[][] {
  let chains: string[][] = [[]];
  for (const each of names) {
    const longer = chains.flatMap((chain) => each.map((name) => [...chain, name]));
    chains = longer.slice(0, MOST_ALTERNATIVES);
  }
  return chains.filter(
    (chain) => chain.length >= 2 && (chain.some(isLockish) || chain.every((name) => name.includes('.'))),
  );
}
