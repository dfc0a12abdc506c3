import { hashText } from '../../base/hash.js';
import type { Location } from '../../base/span.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { HeldLock, Site } from '../../summaries/state/types.js';
import type { OutsideEntry } from '../../graph/contexts/entries.js';
import { keyOf } from '../../graph/events/collect.js';
import { shortName } from '../../graph/orders/side.js';
import { sharedCalls } from '../../graph/edges/call-steps.js';
import type { Dependency } from '../../graph/edges/dependency.js';
import type { StepEnd, StoryStep } from '../types.js';

export function locationOf(site: Site): Location & { readonly function: string } {
  return { file: site.fn.file, ...site.span, function: site.fn.name };
}

/** Display name of a class. */
export function shown(classes: ClassTable, key: string): string {
  return classes.info(key)?.id ?? key;
}

/** Name of a class in a sentence: without its file, unless `other` would get the same name. */
export function spoken(classes: ClassTable, key: string, other?: string): string {
  const id = shown(classes, key);
  const short = shortName(id);
  return other !== undefined && other !== key && shortName(shown(classes, other)) === short ? id : short;
}

export function shownHeld(classes: ClassTable, held: readonly HeldLock[]): readonly string[] {
  const names = held.flatMap((lock) => {
    const key = keyOf(lock);
    return key === undefined ? [] : [shown(classes, key)];
  });
  return [...new Set(names)];
}

/** The story of one side: the acquisition of the first lock, the calls, the acquisition of the second. */
export function tellDependency(classes: ClassTable, side: Dependency, path: number): readonly StoryStep[] {
  const from = spoken(classes, side.from, side.to);
  const to = spoken(classes, side.to, side.from);
  const outer = side.held.slice(0, Math.max(0, side.held.indexOf(side.holds)));
  const before = shownHeld(classes, outer);
  const all = shownHeld(classes, side.held);
  const story: StoryStep[] = [];
  // Calls common to both ends appear once.
  const shared = sharedCalls(side.steps, side.holdSteps);
  side.holdSteps.forEach((site, i) => {
    const last = i === side.holdSteps.length - 1;
    const end = last ? takes(shown(classes, side.from), from, side.holds) : callTo(side.holdSteps[i + 1]);
    story.push({ path, ...locationOf(site), ...end, held: before });
  });
  side.steps.slice(shared).forEach((site, i) => {
    const last = i === side.steps.length - shared - 1;
    story.push({
      path,
      ...locationOf(site),
      ...(last ? takesUnder(classes, side, from, to) : callTo(side.steps[shared + i + 1])),
      held: all,
    });
  });
  return story;
}

/** The step that enters the function of the next one. */
export function callTo(next: Site | undefined): StepEnd {
  const calls = next?.fn.name ?? '';
  return { text: `calls ${calls}()`, calls };
}

function takesUnder(
  classes: ClassTable,
  side: Dependency,
  from: string,
  to: string,
): StepEnd & Pick<StoryStep, 'named'> {
  const end = takes(shown(classes, side.to), to, side.lock);
  return { ...end, text: `${end.text} while holding ${from}`, named: [shown(classes, side.from)] };
}

function takes(lock: string, name: string, { mode }: { readonly mode: string }): StepEnd {
  return mode === 'read'
    ? { text: `takes ${name} for reading`, takes: { lock, isRead: true } }
    : { text: `takes ${name}`, takes: { lock } };
}

/**
 * Where to underline a side: at the acquisition if it is in the root function's file, else at the last call in that
 * file, since its owner can change that code.
 */
export function squiggle(side: Dependency): Site {
  let chosen = side.steps[0] ?? side.holds.site;
  for (const site of side.steps) if (site.fn.file === side.root.file) chosen = site;
  return chosen;
}

/** How a function is entered although no visible code calls it, with the lock that is held there. */
export function tellEntry(entry: OutsideEntry, path: number, lock?: string): StoryStep {
  const { at, by, text, context, member } = entry;
  return {
    path,
    ...at,
    function: by,
    text: lock === undefined ? text : `${text}, with ${lock} held`,
    ...(lock === undefined ? { held: [] } : { held: [lock], named: [lock] }),
    entry: context,
    ...(member && { stored: member }),
  };
}

/** Identity of one path of a finding: functions and classes, no positions. */
export function witnessId(parts: readonly string[]): string {
  return hashText(parts.join('\n'));
}

export function siteNames(sites: readonly Site[]): readonly string[] {
  return sites.map((site) => `${site.fn.file}:${site.fn.name}`);
}
