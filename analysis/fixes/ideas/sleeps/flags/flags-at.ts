import type { StoryStep } from '../../../../checks/types.js';
import { callAt, text } from '../../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';

/** The story's calls that lead to its end. The first is made in atomic context. */
export function chainOf(story: readonly StoryStep[]): readonly StoryStep[] {
  const chain: StoryStep[] = [];
  for (const step of [...story].reverse()) {
    const [next] = chain;
    if (next !== undefined && !isCallOf(step, next)) break;
    chain.unshift(step);
  }
  return chain;
}

function isCallOf(step: StoryStep | undefined, { function: name }: StoryStep): step is StoryStep {
  return step?.calls === name;
}

/** Where the flags of an allocation are written. */
export interface Flags {
  readonly place: FunctionCode;
  readonly argument: CodeNode;
  /** Index in the chain of the function that writes the flags; negative for a caller of the first. */
  readonly step: number;
}

/**
 * Where the allocation flags are written: at the allocation, or in a caller that passes them, which may be one above
 * the atomic section. A string is the reason against a change.
 */
export function flagsAt(input: FixInput, chain: readonly StoryStep[], flagsArg: number): Flags | string {
  let position = flagsArg;
  const above = callsAbove(input.finding.story, chain);
  const all = [...above, ...chain];
  for (let index = all.length - 1; index >= 0; index--) {
    const at = all[index];
    const step = index - above.length;
    const code = at && openFunction(input, at.file, at);
    if (at === undefined || code === undefined) return 'the origin of the flags is not known';
    if (typeof code === 'string') return code;
    const argument = argumentAt(code, at, position);
    if (argument === undefined) return `the flags are not given by a plain call in ${code.item.name}()`;
    const words = wordsIn(code, argument);
    const isHere = words.some((word) => input.models.atomicFlag(word) !== undefined);
    const parameter = isHere ? -1 : code.item.parameters.findIndex(({ name }) => words.includes(name));
    if (parameter < 0) {
      return isAsWritten(code, argument.start, argument.end)
        ? { place: code, argument, step }
        : `the flags in ${code.item.name}() are not written in the expected form`;
    }
    const name = code.item.parameters[parameter]?.name ?? '';
    const early = step <= 0 ? usedBefore(code, name, takenIn(input, code, at)) : undefined;
    if (early !== undefined)
      return `\`${early}\` in ${code.item.name}() has the same flags where it may wait`;
    position = parameter;
  }
  return 'the origin of the flags is not visible';
}

/** A flag that a function of the chain adds to those it is given, and that only makes sense where it may wait. */
export function addedBelow(input: FixInput, below: readonly StoryStep[]): string | undefined {
  for (const step of below) {
    const code = openFunction(input, step.file, step);
    const words = typeof code === 'string' ? [] : wordsIn(code, code.body);
    const added = words.find((word) => input.models.needsReclaim(word));
    if (added !== undefined)
      return `${step.function}() adds ${added}, which only makes sense where it may wait`;
  }
  return undefined;
}

/** Whether the section that a chain is called in begins behind it: a round of a loop before has left it open. */
export function isLeftOpen(story: readonly StoryStep[], [first]: readonly StoryStep[]): boolean {
  const taken = story
    .slice(0, first === undefined ? 0 : story.indexOf(first))
    .find((step) => step.file === first?.file && step.function === first.function);
  if (first === undefined || taken === undefined) return false;
  return taken.line > first.line || (taken.line === first.line && taken.column > first.column);
}

function argumentAt(code: FunctionCode, step: StoryStep, position: number): CodeNode | undefined {
  const call = callAt(code, step);
  const list = call && parts(call)[1];
  return list && parts(list)[position];
}

function wordsIn(code: FunctionCode, node: CodeNode): readonly string[] {
  return all(node, 'identifier').map((word) => text(code, word));
}

/** The calls, outermost first, that lead to the function in which the section of a chain begins. */
function callsAbove(story: readonly StoryStep[], [first]: readonly StoryStep[]): readonly StoryStep[] {
  const above: StoryStep[] = [];
  let at = first === undefined ? -1 : story.indexOf(first) - 1;
  const taken = story[at];
  if (first === undefined || taken?.file !== first.file || taken.function !== first.function) return above;
  for (let next: StoryStep = first; ; at -= 1) {
    const call = story[at - 1];
    if (!isCallOf(call, next)) return above;
    above.unshift(call);
    next = call;
  }
}

/** Offset at which the section begins in the function of a step, which must be the last one named before it. */
function takenIn({ finding: { story } }: FixInput, code: FunctionCode, step: StoryStep): number {
  const before = story[story.indexOf(step) - 1];
  const isHere = before?.file === step.file && before.function === step.function;
  return isHere ? code.lines.offsetOf(before.line, before.column) : code.body.start;
}

/** A call before a place that receives a parameter. */
function usedBefore(code: FunctionCode, parameter: string, place: number): string | undefined {
  const call = all(code.body, 'call_expression').find(
    (node) => node.end <= place && wordsIn(code, parts(node)[1] ?? node).includes(parameter),
  );
  return call && text(code, call);
}
