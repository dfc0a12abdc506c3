import { hashText } from '../../base/hash.js';
import { DATA } from '../data/index.js';
import type { ModelRecord } from './record.js';
import { tablesOf, type Tables } from './tables.js';

/** Increase it when the meaning of a record changes but not its text. */
const REVISION = 2;

/** The tables of the records in `data/`. */
export const BUILT_IN: Tables = tablesOf(DATA);

/** Identifies the built-in data. */
export const BUILT_IN_HASH: string = hashText(JSON.stringify([REVISION, DATA]));

/** The subject of a record. */
export function subjectOf(record: ModelRecord): string {
  if ('name' in record) return `name ${record.name}`;
  if ('pattern' in record) return `pattern ${record.pattern}`;
  if ('type' in record) return `type ${record.type}`;
  if ('layout' in record) return `layout ${record.layout}`;
  if ('field' in record) return `field ${record.field}`;
  if ('class' in record) return `class ${record.class}`;
  return 'returns' in record
    ? `shape ${record.title} ${record.returns} ${record.parameters.join()}`
    : `entry ${record.how} ${record.command}`;
}

/**
 * The built-in records, except those whose subject has a record in `added`, followed by `added`. A record that only
 * says `noreturn` adds to the built-in one instead of replacing it.
 */
export function recordsWith(added: readonly ModelRecord[]): readonly ModelRecord[] {
  const replaced = new Set(added.filter((record) => !isNoReturn(record)).map(subjectOf));
  return [...DATA.filter((record) => !replaced.has(subjectOf(record))), ...added];
}

/** Whether a record says nothing but `noreturn`. */
export function isNoReturn(record: ModelRecord): boolean {
  return 'name' in record && Object.keys(record).every((key) => key === 'name' || key === 'noreturn');
}
