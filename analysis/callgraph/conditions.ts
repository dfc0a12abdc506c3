import { literalsOf, opposite } from '../outline/tokens/literals.js';
import type { FunctionRef, Program } from '../link/types.js';

/** The `#if` condition under which a function or macro is defined. */
export function conditionOf(fn: FunctionRef): string {
  return fn.item?.condition ?? fn.macro?.condition ?? '';
}

/**
 * The functions a name may mean where the caller is compiled. Excludes targets in an arm that contradicts the caller's;
 * if the caller's own arm defines the name, only those definitions count.
 */
export function calledBy(caller: FunctionRef, name: string, program: Program): readonly FunctionRef[] {
  const targets = program.resolveCall(name, caller.file);
  if (conditionOf(caller) === '' || targets.every((target) => conditionOf(target) === '')) return targets;
  const literals = new Set(literalsOf(conditionOf(caller)));
  const own = targets.filter(
    (target) => target.file === caller.file && conditionOf(target) !== '' && areAll(target, literals),
  );
  if (own.length > 0) return own;
  const rest = targets.filter(
    (target) => !literalsOf(conditionOf(target)).some((literal) => literals.has(opposite(literal))),
  );
  // With a prototype, the definition for the caller's arm is elsewhere.
  return rest.length > 0 || program.resolvePrototype(name, caller.file) !== undefined ? rest : targets;
}

/** Whether `fn` is compiled wherever `other` is, according to their `#if` conditions. */
export function isInArmOf(fn: FunctionRef, other: FunctionRef): boolean {
  return areAll(fn, new Set(literalsOf(conditionOf(other))));
}

function areAll(fn: FunctionRef, literals: ReadonlySet<string>): boolean {
  return literalsOf(conditionOf(fn)).every((literal) => literals.has(literal));
}
