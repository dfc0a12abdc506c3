import type { StoryStep } from '../../../checks/types.js';
import { callAt, text } from '../../text/calls.js';
import { all, isAsWritten, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { callWith } from '../../text/head.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { MOST_SPUN } from './spinning-delay.js';

export const POLL_IN_ATOMIC = 'poll-in-atomic';

/**
 * Proposes the variant of a polling macro that does not sleep, if the macro gives up soon: then it is right for every
 * caller. All such calls of the function from there on change together. `undefined` if no step calls such a macro.
 */
export function proposePollInAtomic(input: FixInput, chain: readonly StoryStep[]): FixOutcome | undefined {
  for (const step of chain) {
    const code = openFunction(input, step.file, step);
    const call = typeof code === 'string' ? undefined : callAt(code, step);
    if (typeof code === 'string' || !call || !variantOf(input, code, call)) continue;
    const own = inTime(input, code, call);
    if (typeof own === 'string') return { fixes: [], refusals: [{ kind: POLL_IN_ATOMIC, reason: own }] };
    const calls = all(code.body, 'call_expression').filter(
      (each) => each.start >= call.start && typeof inTime(input, code, each) === 'object',
    );
    const edits = calls.flatMap((each) => {
      const variant = variantOf(input, code, each);
      return variant ? [{ start: each.start, end: each.end, text: callWith(code, each, variant.name) }] : [];
    });
    const name = variantOf(input, code, call)?.name ?? '';
    const fix: ProposedFix = {
      title: `Poll with ${name}() in ${code.item.name}(), which does not sleep`,
      kind: POLL_IN_ATOMIC,
      verified: false,
      edits: toFileEdits(code.file, code.text, edits),
      regions: calls.map(({ start, end }) => ({ file: code.file, start, end })),
    };
    return { fixes: [fix], refusals: [] };
  }
  return undefined;
}

function variantOf({ models }: FixInput, code: FunctionCode, call: CodeNode) {
  const [callee] = parts(call);
  return callee?.kind === 'identifier' ? models.pollInAtomic(text(code, callee)) : undefined;
}

/** The longest time that a call may spin, in microseconds; or the reason why it must sleep. */
function inTime(input: FixInput, code: FunctionCode, call: CodeNode): { readonly atMost: number } | string {
  const variant = variantOf(input, code, call);
  const [callee, list] = parts(call);
  const name = callee ? text(code, callee) : '';
  const given = list && variant && parts(list)[variant.timeoutArg];
  if (!given || !isAsWritten(code, call.start, call.end))
    return `${name}() is not written in the expected form`;
  const words = plainText(code, given);
  const atMost = /^\d+$/.test(words)
    ? Number(words)
    : (input.program.resolveConstant(words, code.file) ?? Number.NaN);
  return atMost > 0 && atMost <= MOST_SPUN ? { atMost } : `${name}() may spin for longer than a CPU should`;
}
