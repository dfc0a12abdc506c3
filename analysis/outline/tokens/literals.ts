import type { Condition } from '../types.js';

/*
 * The text of `#if` conditions: literals joined by ` && `, see {@link Condition}. Whatever builds or reads such a text stands
 * here.
 */

const AND = ' && ';

/** The condition that all of these literals are true. */
export function conditionOfAll(literals: readonly string[]): Condition {
  return literals.join(AND);
}

/** The literals of a condition; none if it is always true. */
export function literalsOf(condition: Condition): readonly string[] {
  if (condition === '') return [];
  if (!condition.includes(AND)) return [condition];
  const literals: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < condition.length; at++) {
    const letter = condition[at];
    if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (depth === 0 && condition.startsWith(AND, at)) {
      literals.push(condition.slice(start, at));
      start = at + AND.length;
    }
  }
  literals.push(condition.slice(start));
  return literals;
}

/** Whether a literal is true where what it tests is not: `!NAME`. */
export function isNegated(literal: string): boolean {
  return literal.startsWith('!');
}

/** What a literal tests: `NAME` for `NAME` and `!NAME`. */
export function testedBy(literal: string): string {
  return isNegated(literal) ? literal.slice(1) : literal;
}

/** The negation of a literal. */
export function opposite(literal: string): string {
  return isNegated(literal) ? literal.slice(1) : `!${literal}`;
}

/** The literal that some of these literals are false. */
export function notAll(literals: readonly string[]): string {
  const [only] = literals;
  return literals.length === 1 && only !== undefined ? opposite(only) : `!(${literals.join(AND)})`;
}
