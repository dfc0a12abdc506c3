import { mayPointToFunction } from '../../base/ctype.js';
import { STORED_PARAMETER, type FillItem, type Parameter } from '../types.js';
import type { IdentifierTable } from '../tokens/symbols.js';
import type { BodyFacts } from './bodies.js';

/** Members and the names or parameters that may be functions stored in them, sorted, without duplicates. */
export function fillsOf(
  symbols: IdentifierTable,
  { fills, stores }: Pick<BodyFacts, 'fills' | 'stores'>,
  parameters: readonly Parameter[],
): readonly FillItem[] {
  if (fills.length + stores.length === 0) return [];
  const out = new Map<string, FillItem>();
  const put = (list: readonly number[], at: number, value: string): void => {
    const field = symbols.names[list[at]!] ?? '';
    const variable = symbols.names[list[at + 2]!] ?? '';
    out.set(`${field} ${value} ${variable}`, { field, value, variable });
  };
  for (let at = 0; at < fills.length; at += 3) put(fills, at, symbols.names[fills[at + 1]!]!);
  for (let at = 0; at < stores.length; at += 3) {
    const name = symbols.names[stores[at + 1]!]!;
    const index = parameters.findIndex((one) => one.name === name);
    const type = parameters[index]?.type;
    if (type !== undefined && mayPointToFunction(type)) put(stores, at, `${STORED_PARAMETER}${index}`);
  }
  return [...out].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fill]) => fill);
}
