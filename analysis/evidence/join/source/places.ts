import { makerOf } from '../../../outline/made-names.js';
import { baseName } from '../../../base/paths.js';
import type { FunctionRef } from '../../../link/types.js';
import { calledAs, plainFunction } from '../../../models/stacks.js';
import type { SourcePlace } from '../joined.js';
import type { Frame } from '../../read/types.js';
import { align, callLines, guessLine, lockSites, type Wanted } from './sites.js';
import { waitEvents } from './wait-events.js';
import type { SourceWorld } from '../world.js';

/** Depth of inlined callees searched for the call of the next frame. */
const INLINED = 3;

/** Finds functions of backtraces in the source. */
export class Places {
  private readonly byName = new Map<string, FunctionRef[]>();

  constructor(private readonly world: SourceWorld) {
    for (const fn of world.program.functions()) {
      if (fn.macro) continue;
      const name = makerOf(fn.name)?.subject ?? fn.name;
      const list = this.byName.get(name);
      if (list) list.push(fn);
      else this.byName.set(name, [fn]);
    }
  }

  has(name: string): boolean {
    return this.byName.has(plainFunction(name));
  }

  /**
   * The function of a frame. Among several of the same name, the one in the module's file wins, then one near the
   * stack's other functions.
   */
  functionOf(frame: Frame, around: readonly Frame[] = []): FunctionRef | undefined {
    const candidates = this.byName.get(plainFunction(frame.function)) ?? [];
    if (candidates.length < 2) return candidates[0];
    let best = candidates[0];
    let bestScore = -1;
    for (const fn of candidates) {
      const score = this.score(fn, frame, around);
      if (score > bestScore) {
        best = fn;
        bestScore = score;
      }
    }
    return best;
  }

  private score(fn: FunctionRef, frame: Frame, around: readonly Frame[]): number {
    let score = 0;
    if (frame.file !== undefined && sameFile(frame.file, fn.file)) score += 100;
    if (frame.module !== '' && moduleOf(fn.file) === frame.module.replaceAll('-', '_')) score += 20;
    for (const other of around) {
      if (other.module !== frame.module || other.function === frame.function) continue;
      const isHere = this.byName.get(plainFunction(other.function))?.some(({ file }) => file === fn.file);
      if (isHere === true) score += 1;
    }
    return score;
  }

  /**
   * The source place of a frame: the call that leads to the next inner frame. Of several calls, the closest by the
   * return address.
   */
  placeOf(frame: Frame, inner: Frame | undefined, around: readonly Frame[] = []): SourcePlace {
    const name = plainFunction(frame.function);
    const fn = this.functionOf(frame, around);
    if (frame.file !== undefined && frame.line !== undefined) {
      return {
        function: name,
        file: fn && sameFile(frame.file, fn.file) ? fn.file : frame.file,
        line: frame.line,
      };
    }
    if (!fn) return { function: name };
    if (inner && inner.function !== '') {
      const waits = waitEvents(fn, inner.function, this.world).map(({ at }) => ({
        fn,
        line: at.line + fn.line,
        order: at.line + fn.line,
      }));
      if (waits.length > 0) return this.nearest(fn, frame, waits);
      const calls = this.calls(fn, calledAs(inner.function), INLINED);
      if (calls.length > 0) return this.nearest(fn, frame, calls);
    }
    return { function: name, file: fn.file, line: fn.item?.nameSpan.line ?? fn.line };
  }

  /** Lines of a function that call one of the names, directly or in an inlined callee. */
  private calls(fn: FunctionRef, names: readonly string[], depth: number): Place[] {
    const own = callLines(fn, names, this.world).map((line) => ({ fn, line, order: line }));
    if (own.length > 0 || depth === 0) return own;
    for (const next of this.world.program.callees(fn)) {
      if (next === fn || next.item?.isStatic !== true) continue;
      if (depth === 1 && !names.some((name) => next.item?.calls.includes(name))) continue;
      const inside = this.calls(next, names, depth - 1);
      const [order = fn.line] = inside.length > 0 ? callLines(fn, [next.name], this.world) : [];
      if (inside.length > 0) return inside.map((site) => ({ ...site, order }));
    }
    return [];
  }

  private nearest(fn: FunctionRef, frame: Frame, sites: readonly Place[]): SourcePlace {
    const guess = guessLine(fn, frame);
    let [best] = sites;
    for (const site of sites) {
      if (best && frame.offset >= 0 && Math.abs(site.order - guess) < Math.abs(best.order - guess))
        best = site;
    }
    return best ? placeAt(best) : { function: fn.name, file: fn.file, line: fn.line };
  }

  /**
   * The places where a report's locks were taken. Those taken in one function are aligned together, since their
   * addresses follow the order of its lines.
   */
  placesOf(taken: readonly TakenLock[], around: readonly Frame[]): ReadonlyMap<TakenLock, SourcePlace> {
    const groups = new Map<FunctionRef, TakenLock[]>();
    for (const each of taken) {
      const fn = each.frame.file === undefined ? this.functionOf(each.frame, around) : undefined;
      if (fn) groups.set(fn, [...(groups.get(fn) ?? []), each]);
    }
    const found = new Map<TakenLock, SourcePlace>();
    const called = new Set(
      [...taken.map(({ frame }) => frame), ...around].map((frame) => plainFunction(frame.function)),
    );
    for (const [fn, own] of groups) {
      this.alignAll(fn, own, called, found);
      // Taking the outer lock takes the seqcount inside a seqlock.
      const left = own.filter((each) => !found.has(each));
      const around = new Map(left.map((each) => [{ ...each, key: outerKey(each.key) }, each]));
      const outer = new Map<TakenLock, SourcePlace>();
      if (left.length > 0) this.alignAll(fn, [...around.keys()], called, outer);
      for (const [each, place] of outer) found.set(around.get(each) ?? each, place);
    }
    return found;
  }

  private alignAll(
    fn: FunctionRef,
    own: readonly TakenLock[],
    called: ReadonlySet<string>,
    found: Map<TakenLock, SourcePlace>,
  ): void {
    const sites = lockSites(fn, new Set(own.map(({ key }) => key)), this.world, called);
    const wanted = new Map<string, Wanted>();
    const nameOf = ({ frame, key }: TakenLock): string => `${frame.offset} ${key}`;
    for (const each of own) wanted.set(nameOf(each), { ...each.frame, key: each.key });
    const aligned = align(fn, [...wanted.values()], sites);
    for (const each of own) {
      const want = wanted.get(nameOf(each));
      const site = want && aligned.get(want);
      if (site) found.set(each, placeAt(site));
    }
  }
}

/** `foo.seq@file` of `foo.seq.seqcount@file`. */
function outerKey(key: string): string {
  return key.replace(/\.\w+(?=@|$)/, '');
}

/** A lock that was taken at a frame's address. */
export interface TakenLock {
  readonly frame: Frame;
  readonly key: string;
}

interface Place {
  readonly fn: FunctionRef;
  readonly line: number;
  /** Line in the function searched. */
  readonly order: number;
}

function placeAt({ fn, line }: Place): SourcePlace {
  return { function: fn.name, file: fn.file, line };
}

/** Whether a path from another build names the same file. */
export function sameFile(built: string, file: string): boolean {
  const plain = built.replace(/^(?:\.{1,2}\/)+/, '');
  return plain === file || plain.endsWith(`/${file}`) || file.endsWith(`/${plain}`);
}

function moduleOf(file: string): string {
  const name = baseName(file);
  return name.replace(/\.[ch]$/, '').replaceAll('-', '_');
}
