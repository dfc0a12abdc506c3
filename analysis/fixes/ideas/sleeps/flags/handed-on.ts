import type { StoryStep } from '../../../../checks/types.js';
import { baseOf } from '../../../../base/ctype.js';
import { calledName, text } from '../../../text/calls.js';
import { all, isAsWritten, parts, type FunctionCode } from '../../../text/code.js';
import { toFileEdits } from '../../../text/edits.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, ProposedFix } from '../../../types.js';
import { reliesOnSuccess, tooLarge } from './relies-on-success.js';

export const FLAGS_HANDED_ON = 'flags-handed-on';

/** The type of allocation flags. */
const TYPE = 'gfp_t';

/**
 * Extends a change of flags to functions that receive these flags but allocate with flags of their own: they use what they
 * receive instead. `undefined` if there are no such functions, or if one of them cannot be changed.
 */
export function withFlagsHandedOn(
  input: FixInput,
  fix: ProposedFix,
  below: readonly StoryStep[],
): ProposedFix | undefined {
  const edits: ProposedFix['edits'][number][] = [];
  const names: string[] = [];
  const seen = new Set<string>();
  for (const step of below) {
    const code = openFunction(input, step.file, step);
    if (typeof code === 'string') return undefined;
    const flags = code.item.parameters.filter(({ type }) => baseOf(type) === TYPE);
    const [given, ...others] = flags;
    if (given === undefined || seen.has(code.item.name)) continue;
    seen.add(code.item.name);
    const own = ignoring(input, code);
    if (own === undefined || (own.length > 0 && others.length > 0)) return undefined;
    if (own.length > 0) names.push(`${code.item.name}()`);
    edits.push(
      ...toFileEdits(
        code.file,
        code.text,
        own.map((place) => ({ ...place, text: given.name })),
      ),
    );
  }
  if (edits.length === 0) return undefined;
  return {
    ...fix,
    kind: FLAGS_HANDED_ON,
    title: `${fix.title}, and use the flags for all of ${names.join(' and ')}`,
    edits: [...fix.edits, ...edits],
  };
}

/** The flags that allocations of a function name themselves; `undefined` if one of them must not change. */
function ignoring(
  input: FixInput,
  code: FunctionCode,
): readonly { readonly start: number; readonly end: number }[] | undefined {
  const { models } = input;
  const found: { readonly start: number; readonly end: number }[] = [];
  for (const call of all(code.body, 'call_expression')) {
    const name = calledName(code, call);
    const at = models.api(name)?.gfpArg;
    const [, list] = parts(call);
    const flags = at === undefined || !list ? undefined : parts(list)[at];
    if (flags === undefined || models.atomicFlag(text(code, flags)) === undefined) continue;
    const isFit =
      !models.mapsPages(name) &&
      reliesOnSuccess(models, code, call) === undefined &&
      tooLarge(input, code, call) === undefined &&
      isAsWritten(code, flags.start, flags.end);
    if (!isFit) return undefined;
    found.push({ start: flags.start, end: flags.end });
  }
  return found;
}
