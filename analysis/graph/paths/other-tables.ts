import type { FunctionRef, Program } from '../../link/types.js';
import { isSet } from '../../outline/designators.js';
import type { VariableItem } from '../../outline/types.js';
import { ZERO, type Signs } from '../../summaries/facts/fact.js';
import type { State } from '../../summaries/state/state.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';

/**
 * Whether a path that calls `target` through a pointer calls the function of another table: it has found a member of the
 * table empty that every table with this function sets, `if (ops->may_sleep) defer(); else ops->read(dev);`, or one set that
 * none of them sets and another table does. Or it calls through a member of a variable that has another function there, or
 * through a variable of its own that is another function on it.
 */
export function isOfOtherTable(
  program: Program,
  pointer: Term,
  target: FunctionRef,
  { facts }: State,
): boolean {
  if (pointer.k === 'global') {
    const named = program.resolveCall(t.bareName(pointer), target.file);
    return named.length > 0 && !named.includes(target);
  }
  if (pointer.k !== 'field' || target.item?.isStatic !== true) return false;
  if (pointer.base.k === 'global' && isSetOtherwise(program, pointer.base, pointer.name, target)) return true;
  const variables = program.outline(target.file)?.variables ?? [];
  const isOfTarget = ({ members }: VariableItem): boolean =>
    members.some(({ field, value }) => field === pointer.name && value === target.name);
  const tables = variables.filter(isOfTarget);
  if (tables.length === 0) return false;
  const signsOf = (field: string): Signs => facts.of(t.field(pointer.base, field, '')).signs;
  const setBy = ({ members }: VariableItem): readonly string[] =>
    members.flatMap((member) =>
      member.field === pointer.name || member.field === '' || !isSet(member) ? [] : [member.field],
    );
  if (tables.every((table) => setBy(table).some((field) => signsOf(field) === ZERO))) return true;
  const types = new Set(tables.map(({ type }) => type));
  const others = variables.filter((table) => types.has(table.type) && !isOfTarget(table));
  const unset = new Set(others.flatMap(setBy));
  for (const field of tables.flatMap(setBy)) unset.delete(field);
  return [...unset].some((field) => !field.startsWith('#') && (signsOf(field) & ZERO) === 0);
}

/**
 * Whether a variable has another function than `target` in a member: its initialiser names that one, and no function of
 * the file stores to the member of the variable.
 */
function isSetOtherwise(
  program: Program,
  variable: Extract<Term, { k: 'global' }>,
  member: string,
  { file, name: target }: FunctionRef,
): boolean {
  const name = t.bareName(variable);
  const found = program.resolveVariable(name, file);
  if (found?.file !== file) return false;
  const type = program.expand(found.item.type, file);
  const fields = program.resolveRecord(type.slice(type.indexOf(' ') + 1), file)?.item.fields ?? [];
  const position = `#${fields.findIndex((field) => field.name === member)}`;
  const given = found.item.members.find(({ field }) => field === member || field === position)?.value;
  if (given === undefined || given === target || program.resolveCall(given, file)[0]?.item === undefined)
    return false;
  const functions = program.outline(file)?.functions ?? [];
  return !functions.some(({ fills }) =>
    fills.some((fill) => fill.variable === name && fill.field === member),
  );
}
