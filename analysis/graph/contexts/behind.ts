import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { VariableItem } from '../../outline/types.js';

/** Selects members of tables. */
export interface Members {
  readonly without?: readonly string[];
  /** Only functions in members with these names. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Functions reachable from a variable of `file`, directly or through variables that it names: the operations of a
 * table, the callbacks of an attribute, the attributes of a group, the operations an `open` installs for readers. A
 * function yields itself.
 */
export function functionsBehind(
  program: Program,
  name: string,
  file: string,
  { without = [], only }: Members = {},
): readonly FunctionRef[] {
  const found = new Set<FunctionRef>();
  const seen = new Set<string>();
  const visit = (word: string, depth: number, isWanted: boolean): void => {
    if (word === '' || seen.has(word) || depth > BOUNDS.variablesBehind) return;
    const [fn] = program.resolveCall(word, file);
    if (fn?.item !== undefined) {
      if (!isWanted) return;
      seen.add(word);
      found.add(fn);
      if (only === undefined) for (const next of givenToReaders(program, fn)) visit(next, depth + 1, true);
      return;
    }
    seen.add(word);
    for (const { field, value } of membersOf(program, word, file))
      if (!without.includes(field)) visit(value, depth + 1, only === undefined || only.includes(field));
  };
  visit(name, 0, only === undefined);
  return [...found];
}

/**
 * The name of the only table of a type that sets one of these members: first among the tables of a file, then among the
 * tables of other files that its variables point to. `undefined` if there are several.
 */
export function onlyTable(
  program: Program,
  file: string,
  type: string,
  members: readonly string[],
): string | undefined {
  const isTable = (variable: VariableItem): boolean =>
    variable.type === type && variable.members.some(({ field }) => members.includes(field));
  const variables = program.outline(file)?.variables ?? [];
  const own = variables.filter(isTable).map(({ name }) => name);
  const named = (): readonly string[] => {
    const values = new Set(variables.flatMap((variable) => variable.members.map(({ value }) => value)));
    return [...values].filter((value) => {
      const variable = program.resolveVariable(value, file);
      return variable !== undefined && isTable(variable.item);
    });
  };
  const tables = own.length > 0 ? own : named();
  return tables.length === 1 ? tables[0] : undefined;
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
  const members = variable === undefined ? [] : program.initialisers(variable);
  return members.flatMap(({ field, value }): readonly Member[] => {
    const macro = /^(\w+)\(\d+\)$/.exec(field)?.[1];
    const named = macro === undefined ? undefined : program.models.initialiserMacro(macro)?.named;
    return named === undefined
      ? [{ field, value }]
      : named.map((pattern) => ({ field: '', value: pattern.replace('$', value) }));
  });
}

/** The members that a macro at file scope put into the variable it defined. */
function made(program: Program, name: string, file: string): readonly Member[] {
  const { models } = program;
  for (const use of program.outline(file)?.macroUses ?? []) {
    const macro = models.attributeMacro(use.name);
    const fill = (pattern: string): string =>
      pattern
        .replace('$', use.arguments[0] ?? '')
        .replace(/@(\d)/, (_, at) => use.arguments[Number(at)] ?? '');
    if (macro?.makes.some((pattern) => fill(pattern) === name) !== true) continue;
    return [...macro.given.map((at) => use.arguments[at] ?? ''), ...macro.named.map(fill)].map((value) => ({
      field: '',
      value,
    }));
  }
  return [];
}

/** Functions in the attributes that macros at file scope define. */
export function attributeFunctions(program: Program, file: string): readonly string[] {
  const { models } = program;
  return (program.outline(file)?.macroUses ?? []).flatMap((use) =>
    (models.attributeMacro(use.name)?.makes ?? []).flatMap((pattern) =>
      made(program, pattern.replace('$', use.arguments[0] ?? ''), file).map(({ value }) => value),
    ),
  );
}
