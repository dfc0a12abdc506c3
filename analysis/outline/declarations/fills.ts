import { mayPointToFunction } from '../../base/ctype.js';
import type { Scan } from '../tokens/scan.js';
import { storedElement, storedParameter } from '../stored-values.js';
import type { FillItem, Parameter, VariableItem } from '../types.js';
import type { BodyFacts } from './bodies.js';
import { typeOfWord } from './inits.js';
import { EQUALS, SEMICOLON, T_IDENTIFIER } from '../tokens/tokens.js';
import { elementEnd, FILL, literalAround, rootBefore } from './stored.js';

const NOWHERE = { type: '', path: '' };

/** What surrounds the statements of a body. */
interface Around {
  readonly bodyStart: number;
  readonly parameters: readonly Parameter[];
  /** The variables of the file so far. */
  readonly variables: readonly VariableItem[];
}

/** Members and the names or parameters that may be functions stored in them, sorted, without duplicates. */
export function fillsOf(
  scan: Scan,
  { fills, stores }: Pick<BodyFacts, 'fills' | 'stores'>,
  around: Around,
): readonly FillItem[] {
  if (fills.length + stores.length === 0) return [];
  const { names } = scan.symbols;
  const out = new Map<string, FillItem>();
  const put = (list: readonly number[], at: number, value: string): void => {
    const field = names[list[at]!] ?? '';
    const variable = names[list[at + 2]!] ?? '';
    const { type, path } = field === '' ? NOWHERE : ownerOf(scan, list[at + 3]!, around);
    const element = elementText(scan, list[at + 3]!, value, around);
    if (element === '') return;
    if (element !== undefined) value = element;
    out.set([field, value, variable, type, path].join(' '), { field, value, variable, type, path });
  };
  for (let at = 0; at < fills.length; at += FILL) put(fills, at, names[fills[at + 1]!]!);
  for (let at = 0; at < stores.length; at += FILL) {
    const name = names[stores[at + 1]!]!;
    const index = around.parameters.findIndex((one) => one.name === name);
    const type = around.parameters[index]?.type;
    if (type !== undefined && mayPointToFunction(type)) put(stores, at, storedParameter(index));
  }
  return [...out].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fill]) => fill);
}

/**
 * The element of an array that is assigned to the member at token `at`, without its index: `rows[].f`; `''` if the array
 * holds no names, `undefined` if the value is no element.
 */
function elementText(
  { tokens: { kinds, values, count }, symbols: { names } }: Scan,
  at: number,
  array: string,
  { variables }: Around,
): string | undefined {
  let value = at + 1;
  while (value < count && kinds[value] !== EQUALS && kinds[value] !== SEMICOLON) value++;
  const end = elementEnd(kinds, value + 1, count);
  if (end === 0) return undefined;
  const member = kinds[end - 1] === T_IDENTIFIER ? (names[values[end - 1]!] ?? '') : '';
  const isOfNames = variables.some(({ name, members }) => name === array && members.length > 0);
  return isOfNames ? storedElement(array, member) : '';
}

/** The first word's type and the members in between, for the member at token `member`: `handler` in `net->handler.f`. */
function ownerOf(
  scan: Scan,
  member: number,
  { bodyStart, parameters }: Around,
): Pick<FillItem, 'type' | 'path'> {
  const members: number[] = [];
  const root = rootBefore(scan.tokens, member - 1, bodyStart + 1, members);
  if (root < 0) return { type: typeOfLiteral(scan, member, bodyStart), path: '' };
  const path = members.reverse().map((symbol) => scan.symbols.names[symbol] ?? '');
  return { type: typeOfWord(scan, root, bodyStart, parameters), path: path.join('.') };
}

/** The type of the literal that a member is part of; `''` if it is part of none. */
function typeOfLiteral({ tokens, symbols: { names } }: Scan, member: number, bodyStart: number): string {
  const [from, to] = literalAround(tokens, member, bodyStart) ?? [0, 0];
  const words: string[] = [];
  for (let at = from; at < to; at++) {
    if (tokens.kinds[at] !== T_IDENTIFIER) return '';
    const word = names[tokens.values[at]!] ?? '';
    if (word !== 'const' && word !== 'static') words.push(word);
  }
  return words.join(' ');
}
