import { lastWord } from '../base/words.js';
import type { Program } from '../link/types.js';
import { isOfOlderKernel } from '../models/records/older.js';
import type { UserModel } from '../models/records/record.js';
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
