import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import { partsBeside } from '../../link/files/one-driver.js';
import { fillPattern, madeBy } from '../../link/names/made-variables.js';
import type { Location } from '../../base/span.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { AttributeMacro } from '../../models/types.js';
import type { MacroUseItem, VariableItem } from '../../outline/types.js';

/** Selects members of tables. */
export interface Members {
  readonly without?: readonly string[];
  /** Only functions in members with these names. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Functions reachable from a variable that `file` names, directly or through variables that it names where it is
 * defined: the operations of a table, the callbacks of an attribute, the attributes of a group, the operations an
 * `open` installs for readers. A function yields itself.
 */
export function functionsBehind(
  program: Program,
  name: string,
  file: string,
  { without = [], only }: Members = {},
): readonly FunctionRef[] {
  const found = new Set<FunctionRef>();
  const seen = new Set<string>();
  const visit = (word: string, at: string, depth: number, isWanted: boolean): void => {
    const key = `${at} ${word}`;
    if (word === '' || seen.has(key) || depth > BOUNDS.variablesBehind) return;
    const [fn] = program.resolveCall(word, at);
    if (fn?.item !== undefined) {
      if (!isWanted) return;
      seen.add(key);
      found.add(fn);
      if (only === undefined)
        for (const next of givenToReaders(program, fn)) visit(next, fn.file, depth + 1, true);
      return;
    }
    seen.add(key);
    for (const { field, value, namedIn } of membersOf(program, word, at))
      if (!without.includes(field))
        visit(value, namedIn, depth + 1, only === undefined || only.includes(field));
  };
  visit(name, file, 0, only === undefined);
  return [...found];
}

/**
 * The attributes that a variable which `file` names is or leads to: variables that name functions, by name, each with these
 * functions.
 */
export function attributesBehind(
  program: Program,
  name: string,
  file: string,
): ReadonlyMap<string, readonly FunctionRef[]> {
  const found = new Map<string, readonly FunctionRef[]>();
  const visit = (word: string, at: string, depth: number): void => {
    if (word === '' || found.has(word) || depth > BOUNDS.variablesBehind) return;
    const members = membersOf(program, word, at);
    const functions = members.flatMap(({ value, namedIn }) =>
      program.resolveCall(value, namedIn).slice(0, 1),
    );
    found.set(
      word,
      functions.filter(({ item }) => item !== undefined),
    );
    for (const { value, namedIn } of members) visit(value, namedIn, depth + 1);
  };
  visit(name, file, 0);
  return new Map([...found].filter(([, functions]) => functions.length > 0));
}

/** Where a macro at file scope defines a variable, or its declaration; `undefined` for an unknown one. */
export function definedAt(program: Program, name: string, file: string): Location | undefined {
  const variable = program.resolveVariable(name, file);
  if (variable !== undefined) return { file: variable.file, ...variable.item.nameSpan };
  const use = macroMaking(program, name, file)?.use;
  return use && { file, line: use.line, column: 1, endLine: use.line, endColumn: 1 };
}

/** A table, by the name that it has in a file. */
export interface Table {
  readonly name: string;
  readonly file: string;
}

/**
 * The table of a type that sets one of these members: first among the tables of a file, then among those of other files
 * that its variables point to or its functions name, then among those of its folder that name its functions, then among those of
 * the driver's other files. `undefined` if there are several that name different functions.
 */
export function onlyTable(
  program: Program,
  file: string,
  type: string,
  members: readonly string[],
): Table | undefined {
  const isTable = (variable: VariableItem): boolean =>
    variable.type === type && variable.members.some(({ field }) => members.includes(field));
  const variables = program.outline(file)?.variables ?? [];
  const own = variables.filter(isTable);
  if (own.length > 0)
    return agreed(
      own.map((variable) => ({ variable, file })),
      members,
    );
  const values = new Set([
    ...variables.flatMap((variable) => variable.members.map(({ value }) => value)),
    ...(program.outline(file)?.functions.flatMap(({ references }) => references) ?? []),
  ]);
  const named = [...values].flatMap((name) => {
    const variable = program.resolveVariable(name, file);
    return variable !== undefined && isTable(variable.item) ? [{ name, file }] : [];
  });
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const isOfFile = (value: string, from: string): boolean =>
    program.resolveCall(value, from).some((fn) => fn.file === file && fn.item !== undefined);
  const tablesIn = (from: string): readonly TableVariable[] =>
    (program.outline(from)?.variables ?? []).filter(isTable).map((variable) => ({ variable, file: from }));
  const around = program
    .filesIn(folderOf(file))
    .flatMap(tablesIn)
    .filter(({ variable, file: from }) =>
      variable.members.some(({ field, value }) => members.includes(field) && isOfFile(value, from)),
    );
  // A folder of many sources has several kinds of devices.
  const sources = program.filesIn(folderOf(file)).filter((one) => one.endsWith('.c'));
  const others = sources.length <= BOUNDS.filesOfDriver ? partsBeside(program, file) : [];
  return agreed(around.length > 0 ? around : others.flatMap(tablesIn), members);
}

/** A table, and the file that defines it. */
interface TableVariable {
  readonly variable: VariableItem;
  readonly file: string;
}

/** The first of some tables if all have the same functions in these members. */
function agreed(tables: readonly TableVariable[], members: readonly string[]): Table | undefined {
  const functions = tables.map(({ variable }) =>
    members.map((name) => variable.members.find(({ field }) => field === name)?.value).join(),
  );
  const [first] = tables;
  return first === undefined || new Set(functions).size > 1
    ? undefined
    : { name: first.variable.name, file: first.file };
}

/** Whether a table pins its module while its functions run. */
export function keepsModule(program: Program, name: string, file: string): boolean {
  return (
    made(program, name, file).length > 0 ||
    initialised(program, name, file).some(({ value }) => value === program.models.moduleOwner)
  );
}

interface Member {
  readonly field: string;
  readonly value: string;
  /** The file whose names the value is one of. */
  readonly namedIn: string;
}

function membersOf(program: Program, name: string, file: string): readonly Member[] {
  return [...made(program, name, file), ...initialised(program, name, file)];
}

/** A function that opens a file names the functions that serve its readers. */
function givenToReaders(program: Program, { item }: FunctionRef): readonly string[] {
  return item?.calls.some((name) => program.models.opensFile(name)) === true ? item.references : [];
}

function initialised(program: Program, name: string, file: string): readonly Member[] {
  const variable = program.resolveVariable(name, file);
  if (variable === undefined) return [];
  const namedIn = variable.file;
  return program.initialisers(variable).flatMap(({ field, value }): readonly Member[] => {
    const macro = /^(\w+)\(\d+\)$/.exec(field)?.[1];
    const named = macro === undefined ? undefined : program.models.initialiserMacro(macro)?.named;
    return named === undefined
      ? [{ field, value, namedIn }]
      : named.map((pattern) => ({ field: '', value: fillPattern(pattern, [value]), namedIn }));
  });
}

/** The members that a macro at file scope put into the variable it defined. */
function made(program: Program, name: string, file: string): readonly Member[] {
  const making = macroMaking(program, name, file);
  if (making === undefined) return [];
  const { use, macro, fill, namedIn } = making;
  return [...macro.given.map((at) => use.arguments[at] ?? ''), ...macro.named.map(fill)].map((value) => ({
    field: '',
    value,
    namedIn,
  }));
}

interface Making {
  readonly use: MacroUseItem;
  readonly macro: AttributeMacro;
  /** A pattern of the macro with the arguments of this use. */
  readonly fill: (pattern: string) => string;
  /** The file that uses it. */
  readonly namedIn: string;
}

/**
 * The use of a macro that defines a variable: in the file, or, where the file declares it `extern`, in another one of its
 * folder.
 */
function macroMaking(program: Program, name: string, file: string): Making | undefined {
  const own = macroMakingIn(program, name, file);
  if (own !== undefined || program.resolveVariable(name, file)?.item.isExtern !== true) return own;
  for (const other of program.filesIn(folderOf(file))) {
    const found = macroMakingIn(program, name, other);
    if (found !== undefined) return found;
  }
  return undefined;
}

function macroMakingIn(program: Program, name: string, file: string): Making | undefined {
  for (const use of program.outline(file)?.macroUses ?? []) {
    const macro = program.models.attributeMacro(use.name);
    const fill = (pattern: string): string => fillPattern(pattern, use.arguments);
    if (macro?.makes.some((pattern) => fill(pattern) === name) === true)
      return { use, macro, fill, namedIn: file };
  }
  return undefined;
}

/** Functions in the attributes that macros at file scope define. */
export function attributeFunctions(program: Program, file: string): readonly string[] {
  const { models } = program;
  return (program.outline(file)?.macroUses ?? []).flatMap((use) =>
    madeBy(models, use).flatMap((name) => made(program, name, file).map(({ value }) => value)),
  );
}
