import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { FileOutline } from '../../outline/types.js';
import { madeBy } from '../names/made-variables.js';
import type { Program } from '../types.js';

/** What a file shares by name with others. */
interface SharedNames {
  /** Global functions that it defines. */
  readonly functions: ReadonlySet<string>;
  /** Global variables that it defines, itself or by macros. */
  readonly variables: ReadonlySet<string>;
  /** What its functions call or name as a value, and what its tables hold. */
  readonly used: ReadonlySet<string>;
}

const sharedNames = new WeakMap<FileOutline, SharedNames>();

function sharedBy(program: Program, file: string): SharedNames | undefined {
  const outline = program.outline(file);
  if (outline === undefined) return undefined;
  let names = sharedNames.get(outline);
  if (names === undefined) {
    const { functions, variables, macroUses } = outline;
    names = {
      functions: new Set(functions.flatMap(({ name, isStatic }) => (isStatic ? [] : [name]))),
      variables: new Set([
        ...variables.flatMap(({ name, isStatic, isExtern }) => (isStatic || isExtern ? [] : [name])),
        ...macroUses.flatMap((use) => madeBy(program.models, use)),
      ]),
      used: new Set([
        ...functions.flatMap(({ calls, references }) => [...calls, ...references]),
        ...variables.flatMap(({ members }) => members.map(({ value }) => value)),
      ]),
    };
    sharedNames.set(outline, names);
  }
  return names;
}

function meet(given: ReadonlySet<string> | undefined, used: ReadonlySet<string> | undefined): boolean {
  if (given === undefined || used === undefined) return false;
  for (const name of given) if (used.has(name)) return true;
  return false;
}

/** Whether one file calls a global function of another one, or names it as a value. */
export function namesFunctionOf(program: Program, user: string, owner: string): boolean {
  return meet(sharedBy(program, owner)?.functions, sharedBy(program, user)?.used);
}

/**
 * Whether two files are parts of one driver: one file, or two of a folder of which one names a global function or variable of
 * the other, unless that one offers its functions to all drivers.
 */
export function areOfOneDriver(program: Program, one: string, other: string): boolean {
  if (one === other) return true;
  if (folderOf(one) !== folderOf(other)) return false;
  const isPartOf = (owner: string, user: string): boolean =>
    (namesFunctionOf(program, user, owner) ||
      meet(sharedBy(program, owner)?.variables, sharedBy(program, user)?.used)) &&
    !isOffering(program, owner);
  return isPartOf(one, other) || isPartOf(other, one);
}

/** The other files of a file's driver. */
export function partsBeside(program: Program, file: string): readonly string[] {
  return program
    .filesIn(folderOf(file))
    .filter((other) => other !== file && areOfOneDriver(program, other, file));
}

/** The files of a file's driver, itself first; no more than are read for one question. */
export function partsOfDriver(program: Program, file: string): readonly string[] {
  return [file, ...partsBeside(program, file)].slice(0, BOUNDS.filesOfDriver);
}

/**
 * The files of which code can name what a file declares: a source alone, a header with those that include it.
 * `undefined` if one is in another folder.
 */
export function filesThatName(program: Program, declaring: string): ReadonlySet<string> | undefined {
  const files = new Set([declaring, ...program.includedBy(declaring)]);
  const folder = folderOf(declaring);
  return [...files].every((file) => folderOf(file) === folder) ? files : undefined;
}

/** The beginning of the macros with which a layer offers its functions to all drivers. */
const OFFERED = 'EXPORT_SYMBOL';

/** Whether a file offers functions to all drivers. */
export function isOffering(program: Program, file: string): boolean {
  return program.outline(file)?.macroUses.some(({ name }) => name.startsWith(OFFERED)) === true;
}
