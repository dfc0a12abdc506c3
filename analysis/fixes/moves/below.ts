import type { FunctionRef, Program } from '../../link/types.js';

/** Calls followed below a function. */
const MAX_DOWN = 4;

/**
 * Functions, then those that they call, then what these call, a few calls down; each once.
 * @param isFollowed whether a call of `callee` in `caller` is followed
 */
export function* functionsBelow(
  program: Program,
  from: readonly FunctionRef[],
  isFollowed: (callee: FunctionRef, caller: FunctionRef) => boolean = () => true,
): Generator<FunctionRef> {
  const seen = new Set(from);
  let level = from;
  for (let calls = 0; level.length > 0; calls++) {
    yield* level;
    if (calls === MAX_DOWN) return;
    level = level.flatMap((caller) =>
      program
        .callees(caller)
        .filter((callee) => isFollowed(callee, caller) && !seen.has(callee) && seen.add(callee)),
    );
  }
}
