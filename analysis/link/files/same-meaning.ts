import type { FileSummary, Skeleton } from '../../skeleton/types.js';

/** Properties of an outline that give positions and hashes of text; nothing is derived from them. */
const OF_TEXT = new Set(['hash', 'bytes', 'start', 'end', 'bodyStart']);
const NOTHING: ReadonlySet<string> = new Set();

/**
 * Whether two summaries of a file differ in their text only, in nothing that linking or later stages read: a word in a
 * comment after the code, another string, trailing blanks. Lines and columns count as meaning.
 */
export function meansTheSame(before: FileSummary, now: FileSummary): boolean {
  return (
    sameSkeletons(before.skeletons, now.skeletons) &&
    sameSkeletons(before.macroSkeletons, now.macroSkeletons) &&
    sameValue(before.outline, now.outline, OF_TEXT)
  );
}

type Skeletons = ReadonlyMap<number, Skeleton>;

function sameSkeletons(before: Skeletons, now: Skeletons): boolean {
  if (before.size !== now.size) return false;
  for (const index of now.keys()) {
    if (!before.has(index) || !sameValue(before.get(index), now.get(index), NOTHING)) return false;
  }
  return true;
}

/** Deep equality of plain data, ignoring these properties. */
function sameValue(left: unknown, right: unknown, without: ReadonlySet<string>): boolean {
  if (Object.is(left, right)) return true;
  if (!isObject(left) || !isObject(right)) return false;
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((each, at) => sameValue(each, right[at], without))
    );
  }
  let properties = 0;
  for (const key in left) {
    if (without.has(key)) continue;
    properties += 1;
    if (!(key in right) || !sameValue(left[key], right[key], without)) return false;
  }
  for (const key in right) if (!without.has(key)) properties -= 1;
  return properties === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
