import type { FileSummary, Skeleton } from './types.js';

/** A file as a program has seen it. */
export interface SeenFile {
  readonly summary: FileSummary;
  /** The skeletons that were demanded; `undefined` for one that was unavailable. */
  readonly asked: readonly {
    readonly isMacro: boolean;
    readonly index: number;
    readonly skeleton: Skeleton | undefined;
  }[];
}

/**
 * How two texts of a file compare: `in-place` if everything that later stages see keeps its line and column, `moved` if
 * it only moved and kept its order.
 */
export type Likeness = 'in-place' | 'moved';

/** A place in a text, 1-based. */
interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Maps the places of one text to the equivalent places of the other. */
export interface Moves {
  readonly likeness: Likeness;
  /** `undefined` for a place that no later stage sees. */
  of(place: TextPlace): TextPlace | undefined;
}

/** Properties of a file and of a function that describe their text and that no later stage reads. */
const OUTLINE_TEXT: ReadonlySet<string> = new Set(['bytes', 'lines']);
const FUNCTION_TEXT: ReadonlySet<string> = new Set(['hash', 'start', 'bodyStart', 'end']);
const NOTHING: ReadonlySet<string> = new Set();

/** Fields that hold a line, each with the field for its column. */
const LINES: ReadonlyMap<string, string> = new Map([
  ['line', 'column'],
  ['endLine', 'endColumn'],
  ['keyLine', ''],
]);
const COLUMNS: ReadonlySet<string> = new Set(['column', 'endColumn']);

/**
 * Compares two texts of a file as far as linking, effects, graph and checks can distinguish them. These stages see the
 * summary, the skeletons they demand, and places, which they compare and pass on. Returns `undefined` if their results
 * could differ.
 */
export function likenessOf(before: SeenFile, now: SeenFile): Likeness | undefined {
  return movesBetween(before, now)?.likeness;
}

/**
 * Whether rewritten functions still have the same skeletons up to places. A cheap test that must hold for {@link
 * movesBetween} to succeed; most edits that change the meaning fail it.
 */
export function haveSameSkeletons(before: FileSummary, now: FileSummary): boolean {
  return new Comparison().ofRewritten(before, now);
}

/** The equivalence with its map of places; `undefined` where {@link likenessOf} returns `undefined`. */
export function movesBetween(before: SeenFile, now: SeenFile): Moves | undefined {
  return new Comparison().of(before, now);
}

class Comparison {
  /** An item without a place has line 1. */
  private readonly lines = new Map([[1, 1]]);
  /** By old line: its columns, old to new. */
  private readonly columns = new Map<number, Map<number, number>>();

  of(before: SeenFile, now: SeenFile): Moves | undefined {
    const [old, summary] = [before.summary, now.summary];
    const { functions: oldFunctions, ...oldRest } = old.outline;
    const { functions, ...rest } = summary.outline;
    const isAlike =
      this.same(oldRest, rest, 0, OUTLINE_TEXT) &&
      oldFunctions.length === functions.length &&
      oldFunctions.every((item, index) => this.same(item, functions[index], 0, FUNCTION_TEXT)) &&
      this.sameSkeletons(old, summary, false) &&
      this.sameSkeletons(old, summary, true) &&
      before.asked.length === now.asked.length &&
      before.asked.every(({ isMacro, index, skeleton }, at) =>
        this.sameSkeleton([old, summary], isMacro, index, skeleton, now.asked[at]?.skeleton),
      );
    if (!isAlike || !inOrder(this.lines) || ![...this.columns.values()].every(inOrder)) return undefined;
    const stays = [this.lines, ...this.columns.values()].every((places) =>
      [...places].every(([from, to]) => from === to),
    );
    return { likeness: stays ? 'in-place' : 'moved', of: (place) => this.placeOf(place) };
  }

  ofRewritten(before: FileSummary, now: FileSummary): boolean {
    return before.outline.functions.every(({ hash }, index) => {
      const [old, skeleton] = [before.skeletons.get(index), now.skeletons.get(index)];
      if (hash === now.outline.functions[index]?.hash || !old || !skeleton) return true;
      return this.sameSkeleton([before, now], false, index, old, skeleton);
    });
  }

  private placeOf({ line, column }: TextPlace): TextPlace | undefined {
    const now = {
      line: this.lines.get(line),
      column: column === 1 ? 1 : this.columns.get(line)?.get(column),
    };
    return now.line === undefined || now.column === undefined
      ? undefined
      : { line: now.line, column: now.column };
  }

  private sameSkeletons(before: FileSummary, now: FileSummary, isMacro: boolean): boolean {
    const old = isMacro ? before.macroSkeletons : before.skeletons;
    const skeletons = isMacro ? now.macroSkeletons : now.skeletons;
    if (old.size !== skeletons.size) return false;
    for (const [index, skeleton] of old) {
      if (!skeletons.has(index)) return false;
      if (!this.sameSkeleton([before, now], isMacro, index, skeleton, skeletons.get(index))) return false;
    }
    return true;
  }

  private sameSkeleton(
    [before, now]: readonly [FileSummary, FileSummary],
    isMacro: boolean,
    index: number,
    old: Skeleton | undefined,
    skeleton: Skeleton | undefined,
  ): boolean {
    const lineIn = ({ outline }: FileSummary): number | undefined =>
      (isMacro ? outline.macros[index] : outline.functions[index])?.line;
    const [oldLine, line] = [lineIn(before), lineIn(now)];
    if (oldLine === undefined || line === undefined) return false;
    return this.same(old, skeleton, oldLine, NOTHING, line);
  }

  /**
   * Whether two pieces of plain data are equal up to places, and records these. Their lines are relative to `oldLine`
   * and `line`.
   */
  private same(
    old: unknown,
    now: unknown,
    oldLine: number,
    passedOver: ReadonlySet<string>,
    line = oldLine,
  ): boolean {
    if (!isObject(old) || !isObject(now)) return Object.is(old, now);
    const keys = Object.keys(old);
    if (Array.isArray(old) !== Array.isArray(now) || keys.length !== Object.keys(now).length) return false;
    return keys.every((key) => {
      if (!Object.hasOwn(now, key)) return false;
      if (passedOver.has(key)) return true;
      const [was, is] = [old[key], now[key]];
      const column = LINES.get(key);
      if (column !== undefined && typeof was === 'number' && typeof is === 'number')
        return this.note([was, is], oldLine, line, [old[column], now[column]]);
      // Recorded with its line.
      if (COLUMNS.has(key)) return true;
      return this.same(was, is, oldLine, NOTHING, line);
    });
  }

  /** Records a pair of places; false if one old place has two new ones. */
  private note(
    [was, is]: readonly [number, number],
    oldLine: number,
    line: number,
    [oldColumn, column]: readonly [unknown, unknown],
  ): boolean {
    // Line 0 of a file means no place.
    if (oldLine === 0 && (was === 0 || is === 0)) return was === is;
    const at = was + oldLine;
    if (!put(this.lines, at, is + line)) return false;
    if (typeof oldColumn !== 'number' || typeof column !== 'number') return oldColumn === column;
    let columns = this.columns.get(at);
    // A place with only a line is at the first column.
    if (columns === undefined) this.columns.set(at, (columns = new Map([[1, 1]])));
    return put(columns, oldColumn, column);
  }
}

function put(places: Map<number, number>, from: number, to: number): boolean {
  const known = places.get(from);
  if (known === undefined) places.set(from, to);
  return known === undefined || known === to;
}

/** Whether the map keeps the order of places and maps no two places to one. */
function inOrder(places: ReadonlyMap<number, number>): boolean {
  const sorted = [...places].sort(([a], [b]) => a - b);
  return sorted.every(([, to], at) => at === 0 || (sorted[at - 1]?.[1] ?? 0) < to);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
