import { atLeast } from '../base/confidence.js';
import type { Finding } from '../checks/types.js';
import type { ProposedFix } from './types.js';

/**
 * Whether a finding is one that is gone, told by other calls: the fix has split a function in its story in two, or calls
 * what a function calls instead of the function. What is held, and what happens under it, is in the same functions. It is
 * no new one, and was there before at the same confidence or a higher one.
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

/** A story without its calls, and with one name for both halves of a function. */
function stepsOf({ story }: Finding, halves: ReadonlyMap<string, string>): string {
  const whole = (name: string): string => halves.get(name) ?? name;
  return story
    .filter(({ text }) => !/^calls \w+\(\)$/.test(text))
    .map(({ path, file, function: name, text }) => {
      const told = text.replaceAll(/\w+(?=\(\))/g, whole);
      return [path, file, whole(name), told].join(' ');
    })
    .join('\n');
}
