import type { Program } from '../../link/types.js';
import type { Finding } from '../types.js';

/**
 * Demands the functions that register the handlers of a story and are known by their outlines only: the call that
 * registers a handler is a place in a body.
 */
export function demandRegistrations(program: Program, { story }: Finding): void {
  for (const step of story) {
    if (step.entry === undefined) continue;
    const functions = program.outline(step.file)?.functions ?? [];
    const index = functions.findIndex(
      ({ name, nameSpan }) => name === step.function && nameSpan.line === step.line,
    );
    const fn = index < 0 ? undefined : program.functionAt(step.file, index);
    // A function that names no other is the handler itself.
    if (fn?.item !== undefined && fn.item.references.length > 0) program.demand(fn, 'path');
  }
}
