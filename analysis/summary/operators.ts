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
