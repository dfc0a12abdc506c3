import type { FileOutline } from '../../outline/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models, Operation } from '../../models/types.js';
import type { Collected } from '../events/collect.js';
import type { Contexts } from './contexts.js';

/** A function whose invisible caller holds a lock that other code acquires implicitly. */
export interface EnteredUnder {
  readonly fn: FunctionRef;
  /** The table member it is stored in: `record.field`. */
  readonly member: string;
  /** The class id of the lock. */
  readonly section: string;
  readonly operation: Operation | undefined;
}

/** Assignments to members whose name determines the record. */
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

/**
 * Functions in tables whose callers hold a critical section that other code enters implicitly: faults under mmap_lock,
 * shrinkers.
 */
export function* enteredUnder(collected: Collected, contexts: Contexts): Generator<EnteredUnder> {
  const { program } = collected;
  const { models } = program;
  for (const [fn, entries] of contexts.all()) {
    for (const { member } of entries) {
      if (member === undefined) continue;
      const operation = models.operation(member.record, member.field);
      for (const section of models.sectionsAt(member.record, member.field))
        yield { fn, member: `${member.record.replace(/^struct /, '')}.${member.field}`, section, operation };
    }
  }
  for (const [file, fills] of program.facts.of(fillsOf)) {
    for (const { record, field, value } of fills) {
      const [fn] = program.resolveCall(value, file);
      if (fn?.item === undefined) continue;
      for (const section of models.sectionsAt(record, field))
        yield { fn, member: `${record}.${field}`, section, operation: models.operation(record, field) };
    }
  }
}
