import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelRecord } from '../../../analysis/models/records/record.js';
import { formatted } from '../pages/formatted.js';

const FOLDER = 'analysis/models/data';

export interface DataFile {
  readonly file: string;
  readonly text: string;
  readonly records: readonly ModelRecord[];
}

/** The data files of the sources; run from the root of the repository. */
export function dataFiles(): DataFile[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const file = join(FOLDER, name);
      const text = readFileSync(file, 'utf8');
      return { file, text, records: JSON.parse(text) as readonly ModelRecord[] };
    });
}

/**
 * The name that a tree would define; `undefined` for records about patterns, lock classes, prototypes and user space.
 */
export function subjectName(record: ModelRecord): string | undefined {
  if ('name' in record) return record.name;
  if ('type' in record) return record.type;
  if ('layout' in record) return record.layout;
  return 'field' in record ? record.field : undefined;
}

export interface Seen {
  readonly source: string;
  /** Versions of the trees that define it; `undefined` if all do. */
  readonly seenIn: readonly string[] | undefined;
}

/** The text of a data file, with sources and versions from the trees. */
export function withSources(
  records: readonly ModelRecord[],
  seen: ReadonlyMap<ModelRecord, Seen>,
  file: string,
): Promise<string> {
  const lines = records.map((record) => {
    const { source: _, seenIn: __, since, until, note, ...facts } = record;
    const { source, seenIn } = seen.get(record) ?? record;
    return JSON.stringify({ ...facts, since, until, seenIn, source, note });
  });
  return formatted(file, `[\n${lines.join(',\n')}\n]\n`);
}
