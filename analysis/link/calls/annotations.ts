import type { FunctionAnnotation } from '../../outline/types.js';
import type { FunctionRef, Program } from '../types.js';

/**
 * The lock annotations of a function: those at its definition, else those of the prototype that its file sees, with the
 * definition's parameter names.
 */
export function annotationsOf(
  program: Pick<Program, 'resolvePrototype'>,
  fn: FunctionRef,
): readonly FunctionAnnotation[] {
  const own = fn.item?.annotations ?? [];
  if (own.length > 0) return own;
  const prototype = program.resolvePrototype(fn.name, fn.file);
  const parameters = fn.item?.parameters ?? [];
  return (prototype?.annotations ?? []).map(({ name, argument }) => ({
    name,
    argument: argument.replaceAll(/(?<![\w.>])[A-Za-z_]\w*/g, (word) => {
      const at = prototype?.parameters.findIndex((parameter) => parameter.name === word) ?? -1;
      return parameters[at]?.name ?? word;
    }),
  }));
}
