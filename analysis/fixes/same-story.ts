import { atLeast } from '../base/confidence.js';
import { wholeWord } from '../base/words.js';
import type { Finding } from '../checks/types.js';
import type { ProposedFix } from './types.js';

/**
 * Whether a finding is a removed one, reported through other calls: the fix has split a function of its story in two,
 * or calls a function's callee instead of the function. The same functions hold the locks and contain what happens
 * under them. Such a finding is not new; it existed before at the same confidence or a higher one.
 */
export function isToldOtherwise(
  found: Finding,
  gone: readonly Finding[],
  { added = [], untaken }: Pick<ProposedFix, 'added' | 'untaken'>,
): boolean {
  if (untaken === undefined) return false;
  const halves = new Map(added.flatMap(({ name, of }) => (of === undefined ? [] : [[name, of] as const])));
  const now = stepsOf(found, halves);
  return gone.some(
    (old) =>
      old.rule === found.rule &&
      atLeast(old.confidence, found.confidence) &&
      old.locks.join('\n') === found.locks.join('\n') &&
      stepsOf(old, halves) === now,
  );
}

/**
 * Whether a finding tells of one path through functions that the fix does not touch. The effects of touched functions
 * on their callers are compared separately, so the same path existed before and was part of another finding.
 */
export function isUntouched(
  { rule, story }: Finding,
  { untaken }: Pick<ProposedFix, 'untaken'>,
  touched: ReadonlySet<string>,
): boolean {
  const isOnePath = rule === 'self-deadlock' && story.every(({ path }) => path === 0);
  return (
    untaken !== undefined &&
    isOnePath &&
    story.every((step) => !touched.has(nameOf(step.file, step.function)))
  );
}

/**
 * Whether a finding of low confidence was there before, hidden: of a callee that sleeps, only the first call is reported, and
 * that was the fixed finding's; or the same function does the same by another call, which was found. Not if the fix has
 * written the call.
 */
export function wasHidden(
  found: Finding,
  fixed: Finding,
  before: readonly Finding[],
  { edits }: Pick<ProposedFix, 'edits'>,
): boolean {
  const last = found.story.at(-1);
  if (found.confidence !== 'low' || found.rule !== fixed.rule || last === undefined) return false;
  const [, called = ''] = /^calls (\w+)\(\)/.exec(last.text) ?? [];
  if (called === '' || edits.some(({ newText }) => wholeWord(called).test(newText))) return false;
  const [start] = found.story;
  const isSamePath = found.story.length > 1 && wayOf(found) === wayOf(fixed);
  return (
    isSamePath ||
    before.some(
      (old) =>
        old.rule === found.rule &&
        old.locks.join('\n') === found.locks.join('\n') &&
        old.story[0]?.file === start?.file &&
        old.story[0]?.function === start?.function &&
        old.story.at(-1)?.text === last.text,
    )
  );
}

/** The calls that lead to the end of a story, and the function in which it ends. */
function wayOf({ story }: Finding): string {
  return story
    .map(({ path, file, line, function: name, calls }, at) =>
      JSON.stringify(at < story.length - 1 ? [path, file, line, name, calls] : [path, file, name]),
    )
    .join('\n');
}

/** A function as one word. */
export function nameOf(file: string, name: string): string {
  return `${file}:${name}`;
}

/** What a story does, without its calls, and with one name for both halves of a split function. */
function stepsOf({ story }: Finding, halves: ReadonlyMap<string, string>): string {
  return story
    .filter(({ calls }) => calls === undefined)
    .map(({ path, file, function: name, takes, waitsWith, text }) => {
      const does = takes ?? waitsWith ?? text;
      return JSON.stringify([path, file, halves.get(name) ?? name, does]);
    })
    .join('\n');
}
