import type { StoryStep } from '../../../checks/types.js';
import { callAt } from '../../text/calls.js';
import { memberOf, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

/** A call that waits, as written. */
export interface FoundWait {
  readonly code: FunctionCode;
  readonly call: CodeNode;
  readonly callee: CodeNode;
  readonly list: CodeNode;
  /** The statement of a list that consists of the call only. */
  readonly statement: CodeNode | undefined;
}

/** The wait that a step of a story reports, or why it cannot be moved. */
export function waitAt(input: FixInput, step: StoryStep): FoundWait | string {
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return code;
  const call = callAt(code, step);
  const [callee, list] = call ? parts(call) : [];
  if (!call || callee?.kind !== 'identifier' || !list) return 'the wait is not a plain call';
  const alone = call.parent?.kind === 'expression_statement' ? call.parent : undefined;
  return { code, call, callee, list, statement: alone && memberOf(alone) === alone ? alone : undefined };
}
