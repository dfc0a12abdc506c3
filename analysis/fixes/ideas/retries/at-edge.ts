import { lockCall, lockCallAt, text } from '../../text/calls.js';
import { parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import type { FixInput } from '../../types.js';
import { waitInOwnSection } from '../waits/own-wait.js';

/**
 * Whether the wait is the first or the last thing that the function does with the lock, apart from other waits and lock
 * operations. Who knows the driver moves such a wait out of the section, even where the source does not prove that right.
 */
export function waitsAtEdge(input: FixInput): boolean {
  const own = waitInOwnSection(input);
  const statement = own?.call.parent;
  const [, , below] = input.finding.story.filter(({ path }) => path === 0);
  if (own === undefined || statement?.kind !== 'expression_statement' || below !== undefined) return false;
  const { code, holds } = own;
  const took = lockCallAt(code, input.models, holds);
  const list = statement.parent;
  if (took === undefined || list === undefined) return false;
  const members = parts(list);
  const at = members.indexOf(statement);
  return (
    reaches(input, code, members.slice(0, at).reverse(), took.name) ||
    reaches(input, code, members.slice(at + 1), took.name)
  );
}

/** Whether statements lead to an operation on a lock over nothing but waits and operations on other locks. */
function reaches(
  input: FixInput,
  code: FunctionCode,
  statements: readonly CodeNode[],
  lock: string,
): boolean {
  for (const statement of statements) {
    const [call] = statement.kind === 'expression_statement' ? parts(statement) : [];
    if (call?.kind !== 'call_expression') return false;
    const operation = lockCall(code, input.models, call);
    if (operation?.name === lock) return true;
    const [callee] = parts(call);
    const isWait = callee !== undefined && input.models.api(text(code, callee))?.k === 'wait';
    if (operation === undefined && !isWait) return false;
  }
  return false;
}
