import { dirname, join } from 'node:path';
import { troubledLines } from '../../analysis/evidence/join/interrupts.js';
import { partsOf } from '../../analysis/evidence/join/source/names.js';
import { readStack } from '../../analysis/evidence/join/waits/stacks.js';
import type { Frame, SourceEvidence } from '../../analysis/evidence/read/types.js';
import { plainFunction } from '../../analysis/models/stacks.js';
import type { Models } from '../../analysis/models/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { Definitions } from '../../host/node/survey/definitions.js';

/** Trees with fewer files are analysed as a whole. */
export const MOST_FILES = 1500;
/** Innermost frames of a backtrace that select files: further out are the kernel's entry functions. */
const NEAR_FRAMES = 6;
/** Functions that took the last lock of a list, of which a dump may have hundreds. */
const MOST_TAKERS = 40;
/** Upper bound of the neighbours of a file that count as the same driver. */
const MOST_NEIGHBOURS = 24;

/** What selects files by the functions that evidence names. */
export interface NamingEvidence {
  readonly sources: readonly SourceEvidence[];
  readonly models: Models;
  /** The folder that keeps where functions are defined; `undefined` if nothing is kept. */
  readonly cache: string | undefined;
}

/**
 * Absolute paths of the files to analyse below some paths: all if they are few, otherwise those that define a function
 * the evidence names, with the other files of their folders.
 */
export function filesDefining(
  root: string,
  paths: readonly string[],
  config: Config,
  { sources, models, cache }: NamingEvidence,
): string[] {
  const disk = new DiskFiles(root);
  const { files } = disk.list(paths, { include: config.include ?? [], exclude: config.exclude ?? [] });
  const c = files.filter((file) => file.endsWith('.c'));
  if (files.length <= MOST_FILES) return c.length === 0 ? [] : [...paths];
  const found = foundIn(new Definitions(root, cache), c, sources, models);
  if (found.length === 0) return [];
  const folders = new Map<string, string[]>();
  for (const file of c) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  const near = new Set(found);
  for (const file of found) {
    const neighbours = folders.get(dirname(file)) ?? [];
    for (const each of neighbours.length <= MOST_NEIGHBOURS ? neighbours : partsOf(file, neighbours))
      near.add(each);
  }
  return [...near].sort().map((file) => join(root, file));
}

/**
 * The files that define what the evidence names, most telling first: the functions of modules, those around the place of
 * a report where the tree lacks the modules, those that took the locks of lists, handlers of interrupts.
 */
function foundIn(
  index: Definitions,
  files: readonly string[],
  sources: readonly SourceEvidence[],
  models: Models,
): readonly string[] {
  const frames = sources.flatMap(({ held }) => held.flatMap(({ locks }) => locks.at(-1)?.at ?? []));
  const choices = [
    wantedFunctions(sources, models, true),
    wantedFunctions(sources, models, false),
    new Set(frames.map((frame) => plainFunction(frame.function)).slice(0, MOST_TAKERS)),
  ];
  for (const wanted of choices) {
    const found = wanted.size > 0 ? [...index.defining(files, wanted)] : [];
    if (found.length > 0) return found;
  }
  const names = choices.every(({ size }) => size === 0) ? handlerNames(sources) : new Set<string>();
  return names.size > 0 ? index.naming(files, names) : [];
}

/** For each report, and for all tasks together: functions of modules if any count, otherwise the innermost ones. */
function wantedFunctions(
  sources: readonly SourceEvidence[],
  models: Models,
  byModule: boolean,
): ReadonlySet<string> {
  const wanted = new Set<string>();
  for (const { stack, locks } of sources.flatMap(({ events }) => events))
    addWanted(wanted, [stack, ...locks.map(({ at, stack: own }) => (at ? [at] : own))], models, byModule);
  addWanted(
    wanted,
    sources.flatMap(({ tasks }) => tasks.map(({ stack }) => stack)),
    models,
    byModule,
  );
  return wanted;
}

function addWanted(
  into: Set<string>,
  stacks: readonly (readonly Frame[])[],
  models: Models,
  byModule: boolean,
): void {
  const ofModules = byModule ? stacks.flat().filter(({ module }) => module !== '') : [];
  const near = stacks.flatMap((stack) => readStack(stack, models).frames.slice(0, NEAR_FRAMES));
  for (const frame of ofModules.length > 0 ? ofModules : near) into.add(plainFunction(frame.function));
}

/** Beginnings of the names of handlers on interrupt lines that storm or that several share, as source may write them. */
function handlerNames(sources: readonly SourceEvidence[]): ReadonlySet<string> {
  const names = troubledLines(sources, undefined).flatMap(({ row }) => row.actions);
  const starts = names.map((name) => {
    const [base = ''] = name.split(/[.:]/);
    return /^[A-Za-z_-]{3,}/.exec(base)?.[0] ?? base;
  });
  // Names of network devices are given outside of the kernel.
  return new Set(
    starts.filter((name) => name.length >= SHORTEST_NAME && !/^(?:eth|en[ops]|wlan)/.test(name)),
  );
}

const SHORTEST_NAME = 3;
