import type { BinaryOperator } from '../types.js';

/** The binary operators, in the order of their codes in the compact form. */
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
  'other',
];

/** Represents all members of an object, as the target of an assignment. */
export const EVERY_MEMBER = '*';
