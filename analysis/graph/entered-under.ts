import type { FileOutline } from '../outline/types.js';
import type { FunctionRef } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { Collected } from './collect.js';
import type { Contexts } from './contexts.js';

/** A function that its caller, who is not in sight, runs with a lock held that callers elsewhere take unseen. */
export interface EnteredUnder {
  readonly fn: FunctionRef;
  /** Where it is made a member of a table: `record.field`. */
  readonly member: string;
  /** The class id of the lock. */
  readonly section: string;
}

/** Members whose record their name tells, filled by assignment. */
function fillsOf({ functions }: FileOutline, models: Models): readonly Filled[] | undefined {
  const found = functions.flatMap(({ fills }) =>
    fills.flatMap(({ field, value }) => {
      const record = models.recordOfMember(field);
      return record === undefined ? [] : [{ record, field, value }];
    }),
  );
  return found.length === 0 ? undefined : found;
}

interface Filled {
  readonly record: string;
  readonly field: string;
  readonly value: string;
}

/** Functions in tables whose callers hold a section that other code enters unseen: faults under mmap_lock, shrinkers. */
export function* enteredUnder(collected: Collected, contexts: Contexts): Generator<EnteredUnder> {
  const { program } = collected;
  const { models } = program;
  for (const [fn, entries] of contexts.all()) {
    for (const { member } of entries) {
      if (member === undefined) continue;
      for (const section of models.sectionsAt(member.record, member.field))
        yield { fn, member: `${member.record.replace(/^struct /, '')}.${member.field}`, section };
    }
  }
  for (const [file, fills] of program.facts.of(fillsOf)) {
    for (const { record, field, value } of fills) {
      const [fn] = program.resolveCall(value, file);
      if (fn?.item === undefined) continue;
      for (const section of models.sectionsAt(record, field))
        yield { fn, member: `${record}.${field}`, section };
    }
  }
}
