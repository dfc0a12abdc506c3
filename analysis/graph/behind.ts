import type { FunctionRef, Program } from '../link/types.js';

/** Variables followed from one to the next: a list of groups, a group, its attributes. */
const MAX_DEPTH = 4;

/**
 * Functions that a variable of `file` has in it, itself or through other variables it names: the operations of a
 * table but for the member `without` or of its members `only`, what an attribute is shown by, the attributes of a group.
 */
export function functionsBehind(
  program: Program,
  name: string,
  file: string,
  without?: string,
  only?: readonly string[],
): readonly FunctionRef[] {
  const found = new Set<FunctionRef>();
  const seen = new Set<string>();
  const visit = (word: string, depth: number): void => {
    if (word === '' || seen.has(word) || depth > MAX_DEPTH) return;
    seen.add(word);
    const [fn] = program.resolveCall(word, file);
    if (fn?.item !== undefined) {
      found.add(fn);
      return;
    }
    for (const next of [...made(program, word, file), ...initialised(program, word, file, without)])
      visit(next, depth + 1);
  };
  for (const next of [...made(program, name, file), ...initialised(program, name, file, without, only)])
    visit(next, 1);
  return [...found];
}

function initialised(
  program: Program,
  name: string,
  file: string,
  without: string | undefined,
  only?: readonly string[],
): readonly string[] {
  const variable = program.resolveVariable(name, file);
  const members = variable === undefined ? [] : program.initialisers(variable);
  return members
    .filter(({ field }) => field !== without && only?.includes(field) !== false)
    .map(({ value }) => value);
}

/** What a macro at file scope put into the variable that it made. */
function made(program: Program, name: string, file: string): readonly string[] {
  const { models } = program;
  for (const use of program.outline(file)?.macroUses ?? []) {
    const macro = models.attributeMacro(use.name);
    const fill = (pattern: string): string =>
      pattern
        .replace('$', use.arguments[0] ?? '')
        .replace(/@(\d)/, (_, at) => use.arguments[Number(at)] ?? '');
    if (macro?.makes.some((pattern) => fill(pattern) === name) !== true) continue;
    return [...macro.given.map((at) => use.arguments[at] ?? ''), ...macro.named.map(fill)];
  }
  return [];
}
