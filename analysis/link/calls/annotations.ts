import type { FunctionAnnotation } from '../../outline/types.js';
import type { FunctionRef, Program } from '../types.js';

/** The lock annotations of a function: those at its definition, else those of the prototype that its file sees. */
export function annotationsOf(
  program: Pick<Program, 'resolvePrototype'>,
  fn: FunctionRef,
): readonly FunctionAnnotation[] {
  const own = fn.item?.annotations ?? [];
  return own.length > 0 ? own : (program.resolvePrototype(fn.name, fn.file)?.annotations ?? []);
}
