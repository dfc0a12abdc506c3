import type { FunctionRef, Program } from '../link/types.js';

/** The `#if` condition that a function or macro stands under. */
export function conditionOf(fn: FunctionRef): string {
  return fn.item?.condition ?? fn.macro?.condition ?? '';
}

/**
 * All that a name may mean where the caller is compiled: nothing of an arm that excludes the caller's, and only
 * what stands for it in the caller's own arm where something does.
 */
export function calledBy(caller: FunctionRef, name: string, program: Program): readonly FunctionRef[] {
  const targets = program.resolveCall(name, caller.file);
  const condition = conditionOf(caller);
  if (condition === '' || targets.length < 2) return targets;
  const literals = new Set(condition.split(' && '));
  const own = targets.filter((target) => {
    const wanted = target.file === caller.file ? conditionOf(target) : '';
    return wanted !== '' && wanted.split(' && ').every((literal) => literals.has(literal));
  });
  if (own.length > 0) return own;
  const rest = targets.filter(
    (target) =>
      !conditionOf(target)
        .split(' && ')
        .some((literal) => literals.has(opposite(literal))),
  );
  return rest.length > 0 ? rest : targets;
}

function opposite(literal: string): string {
  return literal.startsWith('!') ? literal.slice(1) : `!${literal}`;
}
