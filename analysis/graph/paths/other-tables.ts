import type { FunctionRef, Program } from '../../link/types.js';
import { ZERO } from '../../summaries/facts/fact.js';
import type { State } from '../../summaries/state/state.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';

/** Values of members that say no. */
const NOTHING: ReadonlySet<string> = new Set(['false', 'NULL']);

/**
 * Whether a path that calls `target` through a pointer has found a member of the same table empty that every table
 * with this function sets: `if (ops->may_sleep) defer(); else ops->read(dev);`. Such a path calls the function of
 * another table.
 */
export function isOfOtherTable(
  program: Program,
  pointer: Term,
  target: FunctionRef,
  { facts }: State,
): boolean {
  if (pointer.k !== 'field' || target.item?.isStatic !== true) return false;
  const tables = (program.outline(target.file)?.variables ?? []).filter(({ members }) =>
    members.some(({ field, value }) => field === pointer.name && value === target.name),
  );
  return (
    tables.length > 0 &&
    tables.every(({ members }) =>
      members.some(({ field, value }) => {
        if (field === pointer.name || field === '' || NOTHING.has(value)) return false;
        return facts.of(t.field(pointer.base, field, '')).signs === ZERO;
      }),
    )
  );
}
