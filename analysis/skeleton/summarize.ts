import type { Models } from '../models/types.js';
import { outlineFile } from '../outline/index.js';
import type { FileOutline } from '../outline/types.js';
import type { Parser } from '../syntax/types.js';
import { buildMacroSkeleton } from './macros/macro-skeleton.js';
import { switchesState } from './macros/macro-table.js';
import { buildSkeleton, macrosOf } from './skeleton.js';
import type { FileSummary, Skeleton } from './types.js';

/** The outline of a file, and the skeletons of its functions and macros that lock. */
export function summarizeFile(text: string, models: Models, parser: Parser): FileSummary {
  return summarizeOutline(text, outlineFile(text, models), models, parser);
}

/**
 * Matches accesses to members and variables that a lock guards; a function that makes one gets a skeleton even if it
 * does not lock.
 */
function guardedNames({ guards }: FileOutline): RegExp | undefined {
  const names = guards.map(({ tag, field }) => (tag === '' ? '\\b' : '(?:->|\\.)\\s*') + field);
  return names.length === 0 ? undefined : new RegExp(`(?:${[...new Set(names)].join('|')})\\b`);
}

/**
 * Whether the call concerns a lock whose state it does not change. A reader of a sequence count acquires nothing, but a
 * writer must not wait for a lock that readers hold; a registry call takes the lock under which the registry calls
 * back.
 */
function passesLock(models: Models, name: string): boolean {
  const lock = models.lockApi(name);
  return lock?.kind === 'seqcount' || lock?.kind === 'seqlock' || lock?.followed === true;
}

/** Whether no path of the function returns. */
function neverReturns({ blocks }: Skeleton): boolean {
  return !blocks.some(({ exit }) => exit.k === 'return');
}

/** The summary of a file whose outline exists; `build` may reuse earlier skeletons. */
export function summarizeOutline(
  text: string,
  outline: FileOutline,
  models: Models,
  parser: Parser,
  build = (index: number): Skeleton => buildSkeleton(text, outline, index, parser, models),
): FileSummary {
  const macros = macrosOf(outline, models);
  const skeletons = new Map<number, Skeleton>();
  const touches = guardedNames(outline);
  for (const [index, item] of outline.functions.entries()) {
    if (
      item.lockSites > 0 ||
      item.calls.some(
        (name) => macros.locks(name) || passesLock(models, name) || switchesState(models, name),
      ) ||
      touches?.test(text.slice(item.bodyStart, item.end)) === true
    ) {
      skeletons.set(index, build(index));
    } else if (item.calls.some((name) => models.isNoReturn(name))) {
      const skeleton = build(index);
      // Callers hold no lock after the call.
      if (neverReturns(skeleton)) skeletons.set(index, skeleton);
    }
  }
  const macroSkeletons = new Map<number, Skeleton>();
  for (const [index, item] of outline.macros.entries()) {
    if (item.parameters !== undefined && macros.locks(item.name)) {
      macroSkeletons.set(index, buildMacroSkeleton(text, outline, index, parser, models));
    }
  }
  return { outline, skeletons, macroSkeletons };
}
