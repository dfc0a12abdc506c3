import type { ModelRecord } from '../../../analysis/models/records/record.js';

/** The kernels among `versions` that should define the subject of a record: all of them, unless it lists its own. */
export function expectedIn({ seenIn }: ModelRecord, versions: readonly string[]): readonly string[] {
  return seenIn === undefined ? versions : versions.filter((version) => seenIn.includes(version));
}

/**
 * How the kernels that define the subject of a record differ from those it says; `undefined` if they do not. A record
 * with `since` or `until` but without `seenIn` says nothing about single kernels.
 */
export function differsFrom(
  record: ModelRecord,
  versions: readonly string[],
  defining: readonly string[],
): string | undefined {
  const { seenIn, since, until } = record;
  if (seenIn === undefined && (since !== undefined || until !== undefined)) return undefined;
  const expected = expectedIn(record, versions);
  if (expected.join() === defining.join()) return undefined;
  const said = seenIn === undefined ? 'it has no seenIn, since or until' : `seenIn says ${seenIn.join(', ')}`;
  return `defined in ${defining.join(', ')}; ${said}`;
}
