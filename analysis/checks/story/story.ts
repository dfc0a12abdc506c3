import { hashText } from '../../base/hash.js';
import type { Location } from '../../base/span.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { HeldLock, Site } from '../../summaries/state/types.js';
import type { OutsideEntry } from '../../graph/contexts/entries.js';
import { keyOf } from '../../graph/events/collect.js';
import { shortName } from '../../graph/orders/side.js';
import { sharedCalls, type Dependency } from '../../graph/edges/dependency.js';
import type { StoryStep } from '../types.js';

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
    story.push(
      step(
        path,
        site,
        last ? takes(from, side.holds) : `calls ${side.holdSteps[i + 1]?.fn.name ?? ''}()`,
        before,
      ),
    );
  });
  side.steps.slice(shared).forEach((site, i) => {
    const last = i === side.steps.length - shared - 1;
    const next = side.steps[shared + i + 1]?.fn.name ?? '';
    story.push(
      step(path, site, last ? `${takes(to, side.lock)} while holding ${from}` : `calls ${next}()`, all),
    );
  });
  return story;
}

function takes(name: string, lock: { readonly mode: string }): string {
  return lock.mode === 'read' ? `takes ${name} for reading` : `takes ${name}`;
}

function step(path: number, site: Site, text: string, held: readonly string[]): StoryStep {
  return { path, ...locationOf(site), text, held };
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

/** Identity of one path of a finding: functions and classes, no positions. */
/** How a function is entered although no visible code calls it, with the lock that is held there. */
export function tellEntry(entry: OutsideEntry, path: number, lock?: string): StoryStep {
  const { at, by, text, context } = entry;
  return {
    path,
    ...at,
    function: by,
    text: lock === undefined ? text : `${text}, with ${lock} held`,
    held: lock === undefined ? [] : [lock],
    entry: context,
  };
}

export function witnessId(parts: readonly string[]): string {
  return hashText(parts.join('\n'));
}

export function siteNames(sites: readonly Site[]): readonly string[] {
  return sites.map((site) => `${site.fn.file}:${site.fn.name}`);
}
