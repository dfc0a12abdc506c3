import type { BinaryOperator } from './types.js';

/** The binary operators of expressions, in the order of their codes in the compact form. */
export const BINARY_OPERATORS: readonly BinaryOperator[] = [
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '<<',
  '>>',
];

/** In place of a member's name: all members of the object, as the target of an assignment. */
export const EVERY_MEMBER = '*';
