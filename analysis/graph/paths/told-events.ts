import { contradicts, signOf } from '../../summaries/facts/fact.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import type { Term } from '../../summaries/locks/terms.js';

/**
 * Whether a call that invokes callbacks may pass the event that the handler's path requires. A registry notifies a new
 * member of existing objects and a leaving member of its end, not of everything that its handler supports. A call that
 * names no constants passes its own argument on.
 * @param args arguments of the call
 */
export function isToldOf(
  { program, models }: Surroundings,
  { toldArg, toldOneOf = [] }: OtherApi,
  args: readonly Term[],
  handler: FunctionRef,
  facts: KnownFacts,
): boolean {
  const values: number[] = [];
  const given = toldArg === undefined || toldOneOf.length > 0 ? undefined : args[toldArg];
  if (given?.k === 'constant') values.push(given.value);
  for (const name of toldOneOf) {
    const value = program.resolveConstant(name, handler.file) ?? models.constant(name);
    if (value === undefined) return true;
    values.push(value);
  }
  const known = [...facts.known()];
  const mayBe = (value: number): boolean =>
    known.every(({ term, fact }) => {
      const seen = seenOf(term, toldArg, value);
      return seen === undefined || !contradicts({ signs: signOf(seen), equals: seen }, fact);
    });
  return values.length === 0 || values.some(mayBe);
}

/** What a path sees of the event: its value, or the bits of a mask; `undefined` of another term. */
function seenOf(term: Term, toldArg: number | undefined, value: number): number | undefined {
  if (term.k === 'parameter') return term.index === toldArg ? value : undefined;
  if (term.k !== 'operation' || term.op !== '&') return undefined;
  const [event, mask] = term.operands;
  const isMasked = event?.k === 'parameter' && event.index === toldArg && mask?.k === 'constant';
  return isMasked ? value & mask.value : undefined;
}
