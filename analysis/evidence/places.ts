import type { FunctionRef } from '../link/types.js';
import { calledAs, plainFunction } from '../models/stacks.js';
import type { SourcePlace } from './joined.js';
import type { Frame } from './types.js';
import { eventsOf, waitEvents } from './wait-events.js';
import type { SourceWorld } from './world.js';

/** Inlined callees looked into for the call of the next frame. */
const INLINED = 3;

/** Functions of backtraces in the source. */
export class Places {
  private readonly byName = new Map<string, FunctionRef[]>();

  constructor(private readonly world: SourceWorld) {
    for (const fn of world.program.functions()) {
      if (fn.macro) continue;
      const name = fn.name.includes(':') ? (fn.name.split(':')[1] ?? fn.name) : fn.name;
      const list = this.byName.get(name);
      if (list) list.push(fn);
      else this.byName.set(name, [fn]);
    }
  }

  has(name: string): boolean {
    return this.byName.has(plainFunction(name));
  }

  /** The function a frame means: of namesakes the one in the module's own file, else among the others of the stack. */
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
   * Where in the source a frame stands: at the call that leads to the next inner one, or at an acquisition of
   * the class. Of several the one that is as far into the function as the return address.
   */
  placeOf(
    frame: Frame,
    wanted: { readonly inner?: Frame; readonly key?: string } = {},
    around: readonly Frame[] = [],
  ): SourcePlace {
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
    const { key, inner } = wanted;
    const sites = key === undefined ? [] : this.acquisitions(fn, key);
    if (sites.length > 0) return this.nearest(fn, frame, sites);
    if (inner && inner.function !== '') {
      const waits = waitEvents(fn, inner.function, this.world).map(({ at }) => ({
        fn,
        line: at.line + fn.line,
      }));
      if (waits.length > 0) return this.nearest(fn, frame, waits);
      const calls = this.calls(fn, calledAs(inner.function), INLINED);
      if (calls.length > 0) return this.nearest(fn, frame, calls);
    }
    return { function: name, file: fn.file, line: fn.item?.nameSpan.line ?? fn.line };
  }

  /** Places where a function takes a class itself, or in what was inlined into it. */
  private acquisitions(fn: FunctionRef, key: string): Site[] {
    const effects = this.world.analysis.effects(fn);
    const own: Site[] = [];
    for (const event of eventsOf(fn, this.world)) {
      if (event.k !== 'acquire' && event.k !== 'try' && event.k !== 'transient') continue;
      if (effects?.lockOf.get(event.id) === key) own.push({ fn, line: event.at.line + fn.line });
    }
    if (own.length > 0) return own;
    const inside = (effects?.acquires ?? []).filter((lock) => lock.key === key);
    return inside.map(({ at }) => ({
      fn: this.around(at.file, at.line) ?? fn,
      line: at.line,
      file: at.file,
    }));
  }

  private around(file: string, line: number): FunctionRef | undefined {
    const functions = this.world.program.outline(file)?.functions ?? [];
    const index = functions.findIndex((item) => item.line <= line && line <= item.endLine);
    return index < 0 ? undefined : this.world.program.functionAt(file, index);
  }

  /** Lines of a function that call another by name, or that call what is inlined and does. */
  private calls(fn: FunctionRef, names: readonly string[], depth: number): Site[] {
    const lines = this.world.linesOf(fn.file);
    if (!lines || !fn.item) return [];
    const pattern = new RegExp(`\\b(?:${names.join('|').replace(/[.$]/g, '\\$&')})\\s*\\(`);
    const own: Site[] = [];
    for (let line = fn.item.line; line <= fn.item.endLine; line++) {
      if (line > fn.item.nameSpan.line && pattern.test(lines[line - 1] ?? '')) own.push({ fn, line });
    }
    if (own.length > 0 || depth === 0) return own;
    for (const next of this.world.program.callees(fn)) {
      if (next === fn || !next.item?.isStatic) continue;
      if (depth === 1 && !names.some((name) => next.item?.calls.includes(name))) continue;
      const inside = this.calls(next, names, depth - 1);
      if (inside.length > 0) return inside;
    }
    return [];
  }

  private nearest(fn: FunctionRef, frame: Frame, sites: readonly Site[]): SourcePlace {
    const [first] = sites;
    let best = first;
    if (sites.length > 1 && fn.item && frame.size > 0 && frame.offset >= 0) {
      const start = fn.item.nameSpan.line;
      const guess = start + (fn.item.endLine - start) * Math.min(1, frame.offset / frame.size);
      for (const site of sites) {
        if (best === undefined || Math.abs(site.line - guess) < Math.abs(best.line - guess)) best = site;
      }
    }
    const at = best ?? { fn, line: fn.line };
    return { function: at.fn.name, file: at.file ?? at.fn.file, line: at.line };
  }
}

interface Site {
  readonly fn: FunctionRef;
  readonly line: number;
  readonly file?: string;
}

/** Whether a path of another build ends in the same file. */
export function sameFile(built: string, file: string): boolean {
  const plain = built.replace(/^(?:\.{1,2}\/)+/, '');
  return plain === file || plain.endsWith(`/${file}`) || file.endsWith(`/${plain}`);
}

function moduleOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return name.replace(/\.[ch]$/, '').replaceAll('-', '_');
}
