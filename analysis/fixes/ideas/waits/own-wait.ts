import type { StoryStep } from '../../../checks/types.js';
import { callAt } from '../../text/calls.js';
import type { CodeNode, FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

/** A wait in the function that holds the lock, itself or in a function that it calls. */
export interface OwnSectionWait {
  /** The lock as shown. */
  readonly lock: string;
  /** Where it is taken. */
  readonly holds: StoryStep;
  readonly code: FunctionCode;
  /** What waits, or calls what waits. */
  readonly call: CodeNode;
}

/** `undefined` if the wait is further down, or the lock is taken in another function. */
export function waitInOwnSection(input: FixInput): OwnSectionWait | undefined {
  const [lock = 'the lock'] = input.finding.locks;
  const [holds, step, , more] = input.finding.story.filter(({ path }) => path === 0);
  if (!holds || !step || more || holds.file !== step.file || holds.function !== step.function)
    return undefined;
  const code = openFunction(input, step.file, step);
  const call = typeof code === 'string' ? undefined : callAt(code, step);
  return typeof code === 'string' || !call ? undefined : { lock, holds, code, call };
}
