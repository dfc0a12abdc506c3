import type { StoryStep } from '../../../checks/types.js';
import type { FunctionRef } from '../../../link/types.js';
import { callAt, lockCallAt, text } from '../../text/calls.js';
import { isAsWritten, parts } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { callWith } from '../../text/head.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome } from '../../types.js';

export const PLAIN_TWIN = 'plain-twin';

/** What the names of functions and locking calls that switch end with. */
const SWITCHING = /_(?:bh|irq)(?!\w)/g;

/**
 * Proposes to call the twin of a function that does the same without switching, in a section in which the calling
 * function itself has disabled interrupts: `xa_store()` for `xa_store_bh()`. `undefined` if the source shows no twin.
 */
export function proposePlainTwin(input: FixInput, callee: FunctionRef): FixOutcome | undefined {
  const { story } = input.finding;
  const holds: StoryStep | undefined = story[0];
  const step = story.find(({ calls }) => calls === callee.name);
  if (!holds || !step || holds.file !== step.file || holds.function !== step.function) return undefined;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return undefined;
  const took = lockCallAt(code, input.models, holds);
  const call = callAt(code, step);
  const [name] = call ? parts(call) : [];
  const twin = twinOf(input, callee);
  if (took?.api.irq === undefined || !call || !name || twin === undefined) return undefined;
  if (text(code, name) !== callee.name || !isAsWritten(code, call.start, call.end)) return undefined;
  return {
    fixes: [
      {
        title: `Call ${twin}() in ${code.item.name}(), where interrupts are disabled already`,
        kind: PLAIN_TWIN,
        verified: false,
        edits: toFileEdits(code.file, code.text, [
          { start: call.start, end: call.end, text: callWith(code, call, twin) },
        ]),
        regions: [{ file: code.file, start: call.start, end: call.end }],
      },
    ],
    refusals: [],
  };
}

/** The function of the same file with the same parameters and the same body, but for the switching. */
function twinOf(input: FixInput, { file, name, item }: FunctionRef): string | undefined {
  const plain = name.replaceAll(SWITCHING, '');
  const [twin, ...others] = plain === name ? [] : input.program.resolveCall(plain, file);
  const whole = input.textOf(file) ?? '';
  if (!item || !twin?.item || others.length > 0 || twin.file !== file) return undefined;
  const bodyOf = (one: typeof item): string =>
    whole.slice(one.bodyStart, one.end).replaceAll(SWITCHING, '').replaceAll(/\s+/g, ' ');
  const typesOf = (one: typeof item): string => one.parameters.map(({ type }) => type).join();
  return bodyOf(item) === bodyOf(twin.item) && typesOf(item) === typesOf(twin.item) ? plain : undefined;
}
