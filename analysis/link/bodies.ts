import type { Skeleton } from '../skeleton/types.js';
import { partsOfDriver } from './files/one-driver.js';
import type { FunctionRef, Program } from './types.js';

/** A function with its body. */
export interface WithBody {
  readonly fn: FunctionRef;
  /** `undefined` until it is supplied. */
  readonly skeleton: Skeleton | undefined;
}

/** The functions of a file with their bodies. Demands those that are missing, as far as the caller asks for them. */
export function* bodiesOf(program: Program, file: string): Generator<WithBody> {
  for (const index of (program.outline(file)?.functions ?? []).keys()) {
    const fn = program.functionAt(file, index);
    if (fn === undefined) continue;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) program.demand(fn, 'path');
    yield { fn, skeleton };
  }
}

/** The same for all files of a file's driver, its own first. */
export function* bodiesOfDriver(program: Program, file: string): Generator<WithBody> {
  for (const part of partsOfDriver(program, file)) yield* bodiesOf(program, part);
}
