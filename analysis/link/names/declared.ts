import type { Program } from '../types.js';

/** Whether a name means a function in a file: one with a body in sight, or one with a prototype. */
export function isDeclared(program: Program, name: string, file: string): boolean {
  return program.resolveCall(name, file).length > 0 || program.resolvePrototype(name, file) !== undefined;
}
