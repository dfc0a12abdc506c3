import { DATA } from '../models/data/index.js';
import { modelRecords } from '../models/index.js';
import { rowsOf } from '../models/records/rows.js';
import type { StackRole } from '../models/types.js';
import type { FunctionRecord, ModelRecord, UserModel } from '../models/records/record.js';
import { wrap } from './explain.js';

/** Keys that are not roles: the source of the fact, and the kernels it applies to. */
const PROVENANCE = ['since', 'until', 'seenIn', 'source', 'note'];

/** The subject of a record, in words. */
function headingOf(record: ModelRecord): string {
  if ('name' in record) return `${record.name}: ${kindOfName(record.name)}`;
  if ('pattern' in record) return `/${record.pattern}/: every name of this pattern`;
  if ('type' in record) return `${record.type}: type`;
  if ('layout' in record) return `${record.layout}: members as the headers declare them`;
  if ('field' in record) return `${record.field}: field`;
  if ('class' in record) return `${record.class}: lock class`;
  if ('returns' in record) {
    return `${record.returns} (${record.parameters.join(', ')}): ${record.title}, known by its prototype`;
  }
  return `${record.how}: an entry from user space into the kernel`;
}

function kindOfName(name: string): string {
  const kinds = [
    ['guard:', 'guard class'],
    ['cond_guard:', 'conditional guard class'],
    ['free:', 'class of __free()'],
  ] as const;
  return kinds.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'function or macro';
}

/** Keys that the heading shows. */
const SUBJECTS = [
  'name',
  'pattern',
  'type',
  'layout',
  'field',
  'class',
  'returns',
  'parameters',
  'title',
  'how',
];

/** What a record says about a function whose body is not visible. */
const WITHOUT_BODY: Readonly<Record<string, string>> = {
  endsGiven: 'may release the locks of what it is given',
};

/**
 * A record as text: a heading, a line for each role with what follows from the kind of lock, then the source.
 */
export function describeRecord(record: ModelRecord): string {
  const rows = 'name' in record ? rowsOf(record) : {};
  const entries = Object.entries(record).filter(([key]) => !SUBJECTS.includes(key));
  const roles = entries
    .filter(([key]) => !PROVENANCE.includes(key) && !(key in WITHOUT_BODY))
    .flatMap(([key, value]) =>
      key === 'stack' ? stackText(value as StackRole) : linesOf(key, value, impliedText(rows[key], value)),
    );
  const origin = PROVENANCE.flatMap((key) => {
    const value = entries.find(([name]) => name === key)?.[1];
    return value === undefined ? [] : [`  (${key}: ${factsText(value)})`];
  });
  const none =
    'name' in record && roles.length === 0
      ? ['  no role: its body is analysed if the source is available']
      : [];
  const unseen = entries.flatMap(([key]) => {
    const told = WITHOUT_BODY[key];
    return told === undefined ? [] : [`  where the source is not available: ${told}`];
  });
  return [headingOf(record), ...roles, ...none, ...unseen, ...origin].join('\n');
}

const IN_STACK: Readonly<Record<StackRole['k'], string>> = {
  machinery: 'it says nothing of what the task does',
  lock: 'the task waits for a lock',
  wait: 'the task waits',
  entry: 'the kernel is entered here',
};

/** What a function in a backtrace tells. */
function stackText({ k, ...facts }: StackRole): string {
  const more = factsText(facts);
  return `  in a backtrace: ${IN_STACK[k]}${more === '' ? '' : ` (${more})`}`;
}

/** Longer facts have a line each. */
const WIDTH = 110;

/** The facts of a role on one line, or each on one of its own if that would be too long. */
function linesOf(key: string, value: unknown, implied: string, indent = '  '): string[] {
  const line = `${indent}${key}${valueText(value)}${implied}`;
  if (line.length <= WIDTH || typeof value !== 'object' || value === null) return [line];
  if (Array.isArray(value)) return wrap(factsText(value), `${indent}${key}: `, `${indent}  `);
  const facts = Object.entries(value);
  return [
    `${indent}${key}:${implied}`,
    ...facts.flatMap(([name, fact]) => linesOf(name, fact, '', `${indent}  `)),
  ];
}

function valueText(value: unknown): string {
  if (value === true) return '';
  const text = factsText(value);
  return text === '' ? '' : `: ${text}`;
}

/** `kind mutex, arg 1, interruptible`; a list as its members. */
function factsText(value: unknown): string {
  if (Array.isArray(value)) return value.map(factsText).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, fact]) => (fact === true ? key : fact === false ? `not ${key}` : `${key} ${factsText(fact)}`))
    .join(', ');
}

/** Facts of a row that add nothing to the record. */
const UNTOLD = ['name', 'op', 'k', 'isLockSite'];

function impliedText(row: object | undefined, told: unknown): string {
  const implied = Object.entries(row ?? {}).filter(
    ([key]) => !UNTOLD.includes(key) && !Object.hasOwn(told as object, key),
  );
  return implied.length === 0 ? '' : ` (by default: ${factsText(Object.fromEntries(implied))})`;
}

/** Similar names for a name without a record: those that contain it, or that it contains. */
export function similarNames(wanted: string, records: readonly ModelRecord[]): readonly string[] {
  const word = wanted.toLowerCase();
  return records
    .filter((record): record is FunctionRecord => 'name' in record)
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase().includes(word) || (name.length > 4 && word.includes(name)))
    .sort((a, b) => Math.abs(a.length - word.length) - Math.abs(b.length - word.length) || (a < b ? -1 : 1))
    .slice(0, 8);
}

/** All records of a name as text; for a name without one, what that means, and similar names. */
export function describeModel(
  name: string,
  user: readonly UserModel[] = [],
): { readonly isKnown: boolean; readonly text: string } {
  const records = modelRecords(name, user);
  if (records.length > 0) return { isKnown: true, text: records.map(describeRecord).join('\n\n') };
  const similar = similarNames(name, DATA);
  const hint = similar.length === 0 ? '' : `; there are models of ${similar.join(', ')}`;
  const text = `no model of '${name}': if it is a function or macro, its body is analysed where the source is available${hint}`;
  return { isKnown: false, text };
}
