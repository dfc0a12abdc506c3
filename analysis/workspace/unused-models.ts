import { lastWord } from '../base/words.js';
import type { Program } from '../link/types.js';
import { BUILT_IN } from '../models/records/built-in.js';
import { isOfOlderKernel } from '../models/records/older.js';
import type { ModelRecord, UserModel } from '../models/records/record.js';
import { lockRow } from '../models/records/rows.js';
import { userRecords } from '../models/records/user.js';
import type { FileOutline } from '../outline/types.js';
import type { SuppressionNote } from './findings.js';

/** The subject of one entry of `models`. */
interface Subject {
  readonly index: number;
  /** As written in the entry. */
  readonly shown: string;
  /** The name of a call or declaration, a type, or the member of a field. */
  readonly name: string;
}

/**
 * The user's entries of `models` whose subject occurs in no file of the program. Checks only records of calls, types and
 * members: patterns, guards and declaration words have no name of their own in the code.
 */
export function unusedModels(program: Program, models: readonly UserModel[]): SuppressionNote[] {
  const left = new Map<string, Subject[]>();
  models.forEach((model, index) => {
    if (isOfOlderKernel(model)) return;
    for (const subject of subjectsOf(model, index))
      left.set(subject.name, [...(left.get(subject.name) ?? []), subject]);
  });
  for (const file of program.files.keys()) {
    if (left.size === 0) break;
    const outline = program.outline(file);
    if (outline) for (const name of namesIn(outline)) left.delete(name);
  }
  return [...left.values()].flat().map(({ index, shown }) => ({
    file: undefined,
    line: 0,
    place: ['models', index],
    text: `models[${index}]: no file has ${shown}`,
  }));
}

function subjectsOf(model: UserModel, index: number): Subject[] {
  return userRecords([model]).flatMap((record): Subject[] => {
    if ('type' in record) return [{ index, shown: record.type, name: lastWord(record.type) ?? record.type }];
    if ('layout' in record)
      return [{ index, shown: record.layout, name: lastWord(record.layout) ?? record.layout }];
    if ('field' in record) return [{ index, shown: record.field, name: record.field }];
    // A guard is named after a class, and an attribute occurs only in declarations.
    const isWord = 'name' in record && /^\w+$/.test(record.name);
    if (!isWord || WORDS.some((role) => role in record)) return [];
    return [{ index, shown: `${record.name}()`, name: record.name }];
  });
}

/** Roles of names that occur in declarations or among arguments. */
const WORDS = [
  'attribute',
  'attributeCall',
  'attributeMacro',
  'structMacro',
  'lockAnnotation',
  'section',
  'allocationFlag',
];

function* namesIn(outline: FileOutline): Generator<string> {
  for (const { name, calls, references } of outline.functions) {
    yield name;
    yield* calls;
    yield* references;
  }
  for (const { name, calls, body } of outline.macros) {
    yield name;
    yield* calls;
    for (const [word] of body.matchAll(/\b[A-Za-z_]\w*/g)) yield word;
  }
  for (const { name } of outline.prototypes) yield name;
  for (const { name, definedBy } of outline.variables) {
    yield name;
    yield definedBy;
  }
  for (const { name } of outline.typedefs) yield name;
  for (const { tag, fields } of outline.records) {
    yield tag;
    for (const field of fields) yield `${tag}.${field.name}`;
  }
}

/** Roles of which a call has only one; the value says whether it takes the lock or releases it. */
const TAKES: Readonly<Record<string, boolean>> = { acquire: true, try: true, release: false };

/** Entries of `models` that reverse a built-in record: rarely meant, but another project may have a function of that name. */
export function reversals(models: readonly UserModel[]): SuppressionNote[] {
  return models.flatMap((model, index) =>
    isOfOlderKernel(model) ? [] : userRecords([model]).flatMap((record) => reversal(record, index) ?? []),
  );
}

function reversal(record: ModelRecord, index: number): SuppressionNote | undefined {
  if (!('name' in record)) return undefined;
  const [before, after] = [BUILT_IN.locks.get(record.name), lockRow(record)];
  const [did, does] = [TAKES[before?.op ?? ''], TAKES[after?.op ?? '']];
  if (did === undefined || does === undefined || did === does) return undefined;
  const [now, otherwise] = does ? ['takes', 'releases'] : ['releases', 'takes'];
  const text = `models[${index}]: ${record.name}() ${now} a lock here, but ${otherwise} it in the built-in record that this one replaces`;
  return { file: undefined, line: 0, place: ['models', index], text };
}
