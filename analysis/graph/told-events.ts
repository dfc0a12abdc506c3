import { contradicts, factAmong } from '../effects/fact.js';
import type { KnownFacts } from '../effects/kept-facts.js';
import type { Surroundings } from '../effects/step.js';
import type { FunctionRef } from '../link/types.js';
import type { OtherApi } from '../models/types.js';

/**
 * Whether a call that calls back may tell the handler what it has to be told to go a way. A registry tells a new member
 * of what is there, and one that leaves of its end: not of all that its handler is for.
 */
export function isToldOf(
  { program, models }: Surroundings,
  { toldArg, toldOneOf = [] }: OtherApi,
  handler: FunctionRef,
  facts: KnownFacts,
): boolean {
  const values: number[] = [];
  for (const name of toldOneOf) {
    const value = program.resolveConstant(name, handler.file) ?? models.constant(name);
    if (value === undefined) return true;
    values.push(value);
  }
  const told = factAmong(values.sort((a, b) => a - b));
  if (told === undefined) return true;
  for (const { term, fact } of facts.known())
    if (term.k === 'parameter' && term.index === toldArg && contradicts(told, fact)) return false;
  return true;
}
