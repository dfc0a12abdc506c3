// node out/bench/pages/model-records.js --trees 6.1/TREE,6.12/TREE [--write yes] [--folders kernel,mm [--exported new]]
// Checks every record of analysis/models/data against unpacked kernels, oldest first: one of them defines its
// subject, and the arguments it names exist and have a fitting type. Functions that take a lock for a short time take it in
// the older trees, too. --write yes stores the place of each
// definition in the newest tree that has it. --folders lists the exported functions of these folders in the newest
// tree that acquire or release locks for their caller and have no record. It analyses one folder after the other.
// --exported new considers only functions that the previous tree does not export, which takes seconds instead of
// minutes.
import { writeFileSync } from 'node:fs';
import type { FunctionRecord, ModelRecord } from '../../analysis/models/records/record.js';
import { definitionsIn, versionOf, type Definition } from '../support/records/definitions.js';
import { exportsBelow, SOMETIMES, unrecordedLockers } from '../support/records/lockers.js';
import { locksElsewhere } from '../support/records/other-locks.js';
import { misfits } from '../support/records/misfits.js';
import { options } from '../support/options.js';
import { dataFiles, subjectName, withSources, type Seen } from '../support/records/records.js';
import { differsFrom, expectedIn } from '../support/records/versions.js';

const given = options('model-records --trees DIR,DIR [--write yes] [--folders a,b [--exported new]]', {
  trees: undefined,
  write: 'no',
  folders: '',
  exported: 'all',
});
const trees = given.trees.split(',').map((path) => ({ path, version: versionOf(path) }));
const files = dataFiles();
const records = files.flatMap(({ records: own }) => own);

const wanted = new Set(records.flatMap((record) => subjectName(record) ?? []));
const known = trees.map(({ path, version }) => ({ version, definitions: definitionsIn(path, wanted) }));

/** The newest tree that contains it. */
function newest(
  record: ModelRecord,
): { readonly version: string; readonly found: readonly Definition[] } | undefined {
  const name = subjectName(record);
  if (name === undefined) return undefined;
  for (const { version, definitions } of [...known].reverse()) {
    const found = definitions.get(name);
    if (found !== undefined) return { version, found };
  }
  return undefined;
}

const list = (title: string, lines: readonly string[]): void => {
  console.log(`\n${title}: ${lines.length}`);
  for (const line of [...lines].sort()) console.log(`  ${line}`);
};

/** Names after `#ifdef` are not defined in a tree, and the engine has two records of its own. */
const checkable = records.filter(
  (record) =>
    subjectName(record) !== undefined &&
    !('neverDefined' in record) &&
    !/ /.test(subjectName(record)?.replace(/^struct /, '') ?? ''),
);
const versions = trees.map(({ version }) => version);
const defining = (record: ModelRecord): readonly string[] =>
  known.filter(({ definitions }) => definitions.has(subjectName(record) ?? '')).map(({ version }) => version);
const foreign = checkable.filter((record) => expectedIn(record, versions).length === 0);
console.log(`${records.length} records, ${checkable.length} of them about something that a tree defines`);
console.log(`${foreign.length} of these are about other kernels than ${versions.join(', ')}, as seenIn says`);
list(
  'In none of the trees, and no since, until or note says why',
  checkable
    .filter((record) => expectedIn(record, versions).length > 0 && defining(record).length === 0)
    .filter(({ since, until, note }) => since === undefined && until === undefined && note === undefined)
    // Backtraces come from kernels of all ages and architectures, and contain functions written in assembly.
    .filter((record) => !Object.keys(record).every((key) => key === 'name' || key === 'stack'))
    .map((record) => subjectName(record) ?? ''),
);
list(
  'In other trees than the record says',
  checkable
    .filter((record) => defining(record).length > 0)
    .flatMap((record) => {
      const difference = differsFrom(record, versions, defining(record));
      return difference === undefined ? [] : [`${subjectName(record) ?? ''}: ${difference}`];
    }),
);
list(
  'Constants with another value',
  checkable.flatMap((record) => {
    const told = 'name' in record ? record.constant : undefined;
    const values =
      told === undefined ? [] : (newest(record)?.found.flatMap(({ value }) => value ?? []) ?? []);
    const isOther = told !== undefined && values.length > 0 && !values.includes(told);
    return isOther ? [`${subjectName(record) ?? ''}: ${told}, defined as ${values.join(' or ')}`] : [];
  }),
);
list(
  'Arguments that do not fit the prototype',
  checkable
    .filter((record): record is FunctionRecord => 'name' in record && record.until === undefined)
    .flatMap((record) => {
      const there = newest(record);
      return there === undefined
        ? []
        : misfits(record, there.found).map((why) => `${record.name} (${there.version}): ${why}`);
    }),
);

const older = new Set(
  records.flatMap((record) => ('name' in record && record.until !== undefined ? [record.name] : [])),
);
const unpacked = trees.map((tree, at) => ({ ...tree, definitions: known[at]?.definitions ?? new Map() }));
list(
  'Functions that take no lock, or another, in an older tree, and no record with until says so',
  checkable
    .filter((record): record is FunctionRecord => 'name' in record && !older.has(record.name))
    .flatMap((record) => locksElsewhere(record, unpacked)),
);

if (given.write === 'yes') {
  for (const { file, text, records: listed } of files) {
    const seen = new Map<ModelRecord, Seen>();
    for (const record of listed) {
      const there = newest(record);
      const [first] = there?.found ?? [];
      const own = defining(record);
      if (there && first) {
        seen.set(record, {
          source: `${there.version} ${first.file}:${first.line}`,
          seenIn: own.length === known.length ? undefined : own,
        });
      }
    }
    const changed = await withSources(listed, seen, file);
    if (changed !== text) writeFileSync(file, changed);
  }
}

if (given.folders !== '') {
  const [before, newestTree] = trees.slice(-2).map(({ path }) => path);
  const isNewOnly = given.exported === 'new' && before !== undefined && newestTree !== undefined;
  for (const folder of given.folders.split(',')) {
    const known = isNewOnly
      ? new Set([...exportsBelow(before, folder)].flatMap(([, names]) => names))
      : undefined;
    const lines = await unrecordedLockers(trees.at(-1)?.path ?? '', folder, known);
    const isConditional = (line: string): boolean => line.endsWith(SOMETIMES);
    const title = `${folder}: exported functions without a record that acquire or release locks for their caller`;
    list(
      `${title}, on every return`,
      lines.filter((line) => !isConditional(line)),
    );
    list(`${title}, on some returns only`, lines.filter(isConditional));
  }
}
