import { contradicts, factAmong } from '../../summaries/facts/fact.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Surroundings } from '../../summaries/interpret/step.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';

/**
 * Whether a call that invokes callbacks may pass the handler the event it needs to take a path. A registry notifies a
 * new member of what exists, and a leaving one of its end, not of everything else its handler supports.
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
