import { toFileEdits } from '../../text/edits.js';
import { proposeIntoSection } from './into-section.js';
import { proposeTakingBeside } from './take-beside.js';
import { proposeTaking } from './take.js';
import type { FixInput, FixOutcome } from '../../types.js';

export const ANNOTATE = 'annotate';

/** Proposes to add a function's missing annotation next to the existing one, or to replace that one. */
export function proposeAnnotation(input: FixInput): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: ANNOTATE, reason }] });
  const moved = proposeIntoSection(input);
  if (moved !== undefined) return moved;
  const taking = input.analysis.takePlan(input.finding.id);
  if (taking !== undefined) return proposeTaking(input, taking);
  const plan = input.analysis.annotationPlan(input.finding.id);
  if (plan === undefined)
    return (
      proposeTakingBeside(input) ??
      refused('the source does not show whether the annotation or the code is wrong')
    );
  const text = input.textOf(plan.file);
  const item = input.program.outline(plan.file)?.functions.find(({ name }) => name === plan.function);
  if (text === undefined || item === undefined) return refused('the source is not available');
  const head = text.slice(item.start, item.bodyStart);
  const { name, argument } = plan.present;
  const at = head.search(new RegExp(String.raw`\b${name}\s*\(`));
  const close =
    at < 0 ? -1 : item.start + head.indexOf(')', head.indexOf(argument, at) + argument.length) + 1;
  if (at < 0 || close <= item.start) return refused(`${name}() is not where it was defined`);
  const start = item.start + at;
  const written = `${plan.word}(${argument})`;
  const edit =
    plan.where === 'instead'
      ? { start, end: close, text: written }
      : plan.where === 'behind'
        ? { start: close, end: close, text: ` ${written}` }
        : { start, end: start, text: `${written} ` };
  const title =
    plan.where === 'instead'
      ? `Declare ${plan.function}() ${plan.word} instead of ${name}`
      : `Declare ${plan.function}() ${written} as well`;
  const edits = toFileEdits(plan.file, text, [edit]);
  const region = { file: plan.file, start: item.start, end: item.bodyStart };
  return { fixes: [{ title, kind: ANNOTATE, verified: false, edits, regions: [region] }], refusals: [] };
}
