import { lastMember } from '../../outline/designators.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import { targetsBeside } from '../events/bounded.js';
import type { FunctionRef, Program } from '../../link/types.js';

/** Functions in the file of a static function that call the member in which the file stores it. */
export function callersBeside(program: Program, fn: FunctionRef): readonly FunctionRef[] {
  const outline = program.outline(fn.file);
  if (outline === undefined || fn.item?.isStatic !== true) return [];
  const stores = [
    ...outline.variables.flatMap(({ members }) => members),
    ...outline.functions.flatMap(({ fills }) => fills),
  ];
  const fields = new Set(
    stores.filter(({ value }) => value === fn.name).map(({ field }) => lastMember(field)),
  );
  if (fields.size === 0) return [];
  return outline.functions.flatMap(({ indirectCalls }, index) =>
    indirectCalls.some((field) => fields.has(field)) ? (program.functionAt(fn.file, index) ?? []) : [],
  );
}

/** The calls of a function's own text that lead to a callee. */
export function callsOf(summary: FunctionSummary, callee: FunctionRef): FunctionSummary['calls'] {
  return summary.calls.filter((call) => call.site.via === undefined && targetsBeside(call).includes(callee));
}
