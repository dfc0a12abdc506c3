import type { FunctionRef } from '../../../link/types.js';
import type { Frame } from '../../read/types.js';
import type { SourceWorld } from '../world.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';

/** A source place that an address of a function may stand for. */
export interface SourceSite {
  readonly fn: FunctionRef;
  readonly line: number;
  /** Line in the function searched: its own, or that of the inlined call. */
  readonly order: number;
  /** Class taken there, `''` for a lock that the caller passes. */
  readonly key: string;
}

/** An address in a function, with the class taken there. */
export interface Wanted {
  readonly offset: number;
  readonly size: number;
  readonly key: string;
}

/** Bounds of the search: levels of inlined calls, and sites per function. */
const INLINED = 4;
const MOST_SITES = 200;
/** Bytes of machine code per line, if the function's size is unknown. */
const USUAL_BYTES = 8;
const MOST_BYTES = 32;

/**
 * All acquisitions of some classes in a function and in callees that may be inlined, in text order. Functions in
 * `called` have frames of their own, so they were not inlined.
 */
export function lockSites(
  fn: FunctionRef,
  keys: ReadonlySet<string>,
  world: SourceWorld,
  called: ReadonlySet<string>,
): readonly SourceSite[] {
  return sitesIn(fn, { keys, world, called }, INLINED);
}

interface Search {
  readonly keys: ReadonlySet<string>;
  readonly world: SourceWorld;
  readonly called: ReadonlySet<string>;
}

function sitesIn(fn: FunctionRef, search: Search, depth: number): SourceSite[] {
  const { keys, world } = search;
  const summary = world.analysis.summary(fn);
  const sites: SourceSite[] = [];
  const own = new Set<string>();
  const add = (line: number, key: string): void => {
    if (own.has(`${line} ${key}`)) return;
    own.add(`${line} ${key}`);
    sites.push({ fn, line, order: line, key });
  };
  for (const event of eventsOf(world.program.skeleton(fn))) {
    if (event.k !== 'acquire' && event.k !== 'try' && event.k !== 'transient') continue;
    const key = summary?.lockOf.get(event.id);
    if (key !== undefined && (key === '' || keys.has(key))) add(event.at.line + fn.line, key);
  }
  const inside = depth > 0 ? inlined(fn, search, depth) : [];
  // A macro takes its lock at its use; sites of inlined functions were already found inside them.
  for (const { key, at } of summary?.acquires ?? []) {
    const isInside = inside.some((site) => site.order === at.line && site.key === key);
    if (keys.has(key) && at.file === fn.file && !isInside) add(at.line, key);
  }
  return [...sites, ...inside].sort((a, b) => a.order - b.order).slice(0, MOST_SITES);
}

function inlined(fn: FunctionRef, search: Search, depth: number): SourceSite[] {
  const { world } = search;
  const found: SourceSite[] = [];
  for (const callee of world.program.callees(fn)) {
    if (callee === fn || callee.macro || callee.item?.isStatic !== true) continue;
    if (search.called.has(callee.name)) continue;
    const sub = sitesIn(callee, search, depth - 1);
    if (sub.length === 0) continue;
    for (const order of callLines(fn, [callee.name], world)) {
      for (const site of sub) if (found.length < MOST_SITES) found.push({ ...site, order });
    }
  }
  return found;
}

/** Lines of a function that call one of the names. */
export function callLines(fn: FunctionRef, names: readonly string[], world: SourceWorld): readonly number[] {
  const lines = world.linesOf(fn.file);
  if (!lines || !fn.item) return [];
  const pattern = new RegExp(`\\b(?:${names.join('|').replace(/[.$]/g, '\\$&')})\\s*\\(`);
  const found: number[] = [];
  for (let line = fn.item.nameSpan.line + 1; line <= fn.item.endLine; line++) {
    if (pattern.test(lines[line - 1] ?? '')) found.push(line);
  }
  return found;
}

/** The line that an address most likely belongs to. */
export function guessLine(fn: FunctionRef, { offset, size }: Pick<Frame, 'offset' | 'size'>): number {
  if (!fn.item) return fn.line;
  const first = fn.item.nameSpan.line;
  const lines = Math.max(1, fn.item.endLine - first);
  // The last function of a section appears to extend to the section's end.
  const bytes = size > 0 && size <= lines * MOST_BYTES ? size / lines : USUAL_BYTES;
  return Math.min(fn.item.endLine, first + offset / bytes);
}

/** Prefers sites in the function itself and sites with a known class. */
function distanceOf(fn: FunctionRef, guess: number, { key }: Wanted, site: SourceSite): number {
  if (site.key !== '' && site.key !== key) return Infinity;
  return Math.abs(guess - site.order) + (site.fn === fn ? 0 : 2) + (site.key === '' ? 1 : 0);
}

/**
 * Assigns sites to addresses: both in the same order, with matching classes, at the least total distance from the
 * expected lines. Addresses without a site are left out.
 */
export function align(
  fn: FunctionRef,
  wanted: readonly Wanted[],
  sites: readonly SourceSite[],
): ReadonlyMap<Wanted, SourceSite> {
  const sorted = [...wanted].sort((a, b) => a.offset - b.offset);
  const width = sites.length + 1;
  const MISSED = 1e6;
  // Cost of the first i addresses with the first j sites, row by row; `took` says whether address i is assigned to site
  // j.
  const cost = new Float64Array((sorted.length + 1) * width);
  const took = new Uint8Array(cost.length);
  for (let i = 1; i <= sorted.length; i++) {
    const address = sorted[i - 1];
    const guess = address ? guessLine(fn, address) : 0;
    cost[i * width] = (cost[(i - 1) * width] ?? 0) + MISSED;
    for (let j = 1; j < width; j++) {
      const site = sites[j - 1];
      const at = i * width + j;
      const skipSite = cost[at - 1] ?? 0;
      const skipAddress = (cost[at - width] ?? 0) + MISSED;
      const distance = site && address ? distanceOf(fn, guess, address, site) : Infinity;
      const take = (cost[at - width - 1] ?? 0) + distance;
      cost[at] = Math.min(take, skipSite, skipAddress);
      took[at] = take <= Math.min(skipSite, skipAddress) ? 1 : skipAddress < skipSite ? 2 : 0;
    }
  }
  const found = new Map<Wanted, SourceSite>();
  for (let i = sorted.length, j = sites.length; i > 0 && j > 0;) {
    const how = took[i * width + j];
    const address = sorted[i - 1];
    const site = sites[j - 1];
    if (how === 1 && address && site) found.set(address, site);
    if (how !== 0) i--;
    if (how !== 2) j--;
  }
  return found;
}
