import { waitRank } from '../../../graph/orders/side.js';
import { isProcess } from '../../../graph/contexts/contexts.js';
import { absolute } from '../../../base/span.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { functionOf } from '../../text/callers.js';
import { calledName } from '../../text/calls.js';
import { isList, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import type { FixInput } from '../../types.js';

/**
 * Whether the source shows that a call is made where it may sleep: the kernel calls the function in a process only, a
 * lock that sleeps is held there, or a statement of the same block sleeps.
 */
export function mayWait(input: FixInput, code: FunctionCode, call: CodeNode): boolean {
  const { analysis, program, models } = input;
  const fn = functionOf(input, code);
  if (fn === undefined) return false;
  const entries = analysis.inspection.entries(fn);
  if (entries.some(({ context, isOff }) => !isProcess(context) || isOff === true)) return false;
  if (entries.length > 0) return true;
  const place = code.lines.span(call.start, call.end);
  const event = eventsOf(program.skeleton(fn)).find(({ at }) => {
    const { line, column } = absolute(at, fn.line);
    return line === place.line && column === place.column;
  });
  const held = (event && analysis.summary(fn)?.heldAt.get(event.id)) ?? [];
  const rank = (key: string | undefined): number | undefined =>
    waitRank(analysis.graph.classes.get(key ?? '')?.kind ?? 'spinlock');
  if (held.some(({ key }) => rank(key) !== 2)) return false;
  if (held.length > 0) return true;
  let at: CodeNode | undefined = call.parent;
  while (at && !isList(at.parent)) at = at.parent;
  const beside = at?.parent ? parts(at.parent) : [];
  return beside.some((statement) => {
    const [one] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const api = one?.kind === 'call_expression' ? models.api(calledName(code, one)) : undefined;
    return api?.k === 'sleep' || (api?.k === 'wait' && api.sleeps === true);
  });
}
