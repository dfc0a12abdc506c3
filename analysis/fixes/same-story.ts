import { atLeast } from '../base/confidence.js';
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
