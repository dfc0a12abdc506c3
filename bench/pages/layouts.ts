// node out/bench/pages/layouts.js --tree TREE [--write yes]
// Reads from the headers of a kernel how they declare records: the members that lead to a table of operations of which a
// record tells when the kernel calls them, and those that lead to a record with locks. A scan that does not see the headers
// uses these types. --write stores them in analysis/models/data/layouts.json; without it, the script lists what differs.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOf } from '../../analysis/base/ctype.js';
import { createModels } from '../../analysis/models/index.js';
import { DATA } from '../../analysis/models/data/index.js';
import type { LockKind } from '../../analysis/models/types.js';
import type { LayoutRecord } from '../../analysis/models/records/record.js';
import { outlineFile, type FieldItem } from '../../analysis/outline/index.js';
import { formatted } from '../support/pages/formatted.js';
import { versionOf } from '../support/records/definitions.js';
import { options } from '../support/options.js';

const given = options('layouts --tree DIR [--write yes]', { tree: undefined, write: 'no' });
const FILE = 'analysis/models/data/layouts.json';
/** Headers that code outside of their own subsystem includes. */
const FOLDERS = ['drm', 'linux', 'media', 'net', 'rdma', 'scsi', 'sound', 'target'];

interface Declared {
  readonly file: string;
  readonly line: number;
  readonly fields: readonly FieldItem[];
}

const models = createModels();
const declared = new Map<string, Declared[]>();
const version = versionOf(given.tree);
for (const folder of FOLDERS) {
  const names = readdirSync(join(given.tree, 'include', folder), { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((path) => path.endsWith('.h')).sort()) {
    const file = join('include', folder, name);
    const { records } = outlineFile(readFileSync(join(given.tree, file), 'latin1'), models);
    for (const { kind, tag, fields, nameSpan } of records) {
      if (tag.includes('::') || fields.length === 0) continue;
      const type = `${kind} ${tag}`;
      declared.set(type, [...(declared.get(type) ?? []), { file, line: nameSpan.line, fields }]);
    }
  }
}

const tables = new Set(
  DATA.flatMap((record) => ('field' in record ? `struct ${record.field.split('.')[0]}` : [])),
);
/** What code waits for or repeats, but does not hold. */
const NOT_HELD: ReadonlySet<LockKind | undefined> = new Set([undefined, 'section', 'completion', 'seqcount']);
const locked = new Set(
  [...declared].flatMap(([type, all]) =>
    all.some(({ fields }) => fields.some((field) => !NOT_HELD.has(models.lockType(field.type))))
      ? [type]
      : [],
  ),
);

/** Whether a member of this type leads to locks or operations. A lock itself is known by the calls that take it. */
function leadsOn(type: string): boolean {
  const base = baseOf(type);
  if (models.lockType(base) !== undefined) return false;
  return locked.has(base) || (tables.has(base) && type === `${base}*`);
}

const records = [...declared].flatMap(([layout, all]): LayoutRecord[] => {
  const [only, second] = all;
  if (only === undefined || second !== undefined) return [];
  const members = only.fields.filter(({ name, type }) => name !== '' && leadsOn(type));
  // Arms of `#if` may declare a member twice.
  const types = new Map(members.map(({ name, type }) => [name, type]));
  if (types.size === 0) return [];
  return [{ layout, members: Object.fromEntries(types), source: `${version} ${only.file}:${only.line}` }];
});
records.sort((a, b) => (a.layout < b.layout ? -1 : 1));
const text = await formatted(FILE, `[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]\n`);
console.log(
  `${records.length} records, ${records.reduce((sum, { members }) => sum + Object.keys(members).length, 0)} members`,
);
if (given.write === 'yes') writeFileSync(FILE, text);
else {
  const stored = DATA.filter((record): record is LayoutRecord => 'layout' in record);
  const known = new Map(stored.map((record) => [record.layout, JSON.stringify(record.members)]));
  for (const { layout, members } of records)
    if (known.get(layout) !== JSON.stringify(members)) console.log(`  ${layout} differs`);
  const now = new Set(records.map(({ layout }) => layout));
  for (const layout of known.keys()) if (!now.has(layout)) console.log(`  ${layout} is gone`);
}
