import { quoted } from '../../../base/words.js';
import { callAt, calledName, lockCallAt, text } from '../../text/calls.js';
import { all, isAsWritten, memberOf, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const COPIED_BEFORE = 'copied-before';

/**
 * Proposes to assign what a function has copied from user memory in front of a section, where it copies the same again in
 * the section: both copies are structures of one type, and the first one is unchanged. What the second call would copy
 * may differ from what the function has looked at.
 */
export function proposeCopiedBefore(input: FixInput): FixOutcome {
  const [holds, step, next] = input.finding.story;
  if (!holds || !step || next || holds.file !== step.file || holds.function !== step.function)
    return { fixes: [], refusals: [] };
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return { fixes: [], refusals: [] };
  const took = lockCallAt(code, input.models, holds);
  const call = callAt(code, step);
  const again = call && copyOf(input, code, call);
  if (!took || !call || !again) return { fixes: [], refusals: [] };
  const plan = planned(input, code, again, took.node);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: COPIED_BEFORE, reason: plan }] };
  const { start, end } = again.statement;
  const fix: ProposedFix = {
    title: `Assign what ${code.item.name}() has copied before ${text(code, took.node)}`,
    kind: COPIED_BEFORE,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start, end, text: plan.words }]),
    regions: [{ file: code.file, start, end }],
  };
  return { fixes: [fix], refusals: [] };
}

/** `if (copy(&object->member, from, size)) …`, where the branch returns. */
interface Copy {
  readonly statement: CodeNode;
  readonly name: string;
  readonly object: string;
  readonly member: string;
  readonly from: string;
  readonly size: string;
}

function copyOf(input: FixInput, code: FunctionCode, call: CodeNode): Copy | undefined {
  const name = calledName(code, call);
  const statement = call.parent?.kind === 'parenthesized_expression' ? call.parent.parent : undefined;
  const list = parts(call)[1];
  const [to, from, size, more] = list ? parts(list) : [];
  // It may take the lock that page faults take.
  const isCopy = input.models.lockApi(name)?.op === 'might-acquire';
  if (!isCopy || statement?.kind !== 'if_statement' || more) return undefined;
  const [, object, member] = (to && /^&(\w+)->(\w+)$/.exec(text(code, to))) ?? [];
  const [, branch, otherwise] = parts(statement);
  const last = branch?.kind === 'compound_statement' ? parts(branch).at(-1) : branch;
  if (!object || !member || !size || from?.kind !== 'identifier' || otherwise) return undefined;
  if (last?.kind !== 'return_statement' || !isAsWritten(code, statement.start, statement.end))
    return undefined;
  const given = code.item.parameters.find((one) => one.name === text(code, from));
  const isUser = given !== undefined && /\b__user\b/.test(code.text.slice(code.item.start, code.body.start));
  return isUser
    ? { statement, name, object, member, from: text(code, from), size: text(code, size) }
    : undefined;
}

/** The assignment that takes the place of the second copy, or why there is none. */
function planned(input: FixInput, code: FunctionCode, again: Copy, took: CodeNode): Planned | string {
  const { name, from, size, object, member } = again;
  const [first, ...others] = all(code.body, 'call_expression').flatMap((call) => {
    const copy = call.end <= took.start ? copyOf(input, code, call) : undefined;
    return copy?.name === name && copy.from === from && copy.statement.parent === code.body ? [copy] : [];
  });
  if (first === undefined || others.length > 0) return `nothing copies ${from} once before the section`;
  const type = localTypes(code).get(object);
  const field =
    type && input.program.resolveRecord(type, code.file)?.item.fields.find((one) => one.name === member);
  const isSame =
    first.member === member && first.size === size && localTypes(code).get(first.object) === type;
  if (!field || !isSame || first.object === object || size !== `sizeof(${field.type})`)
    return `${name}() copies something else before the section`;
  const label = all(code.body, 'labeled_statement').find(
    ({ start }) => start > first.statement.end && start < again.statement.start,
  );
  if (label) return `a jump may lead past ${name}() before the section`;
  const isSet = all(code.body, 'assignment_expression').some((node) => {
    const [target] = parts(node);
    return (
      target !== undefined &&
      [from, first.object].includes(text(code, target)) &&
      node.start > first.statement.end
    );
  });
  if (isSet) return `${from} or ${first.object} is set again`;
  const touched = all(code.body, 'identifier').find(
    (node) =>
      text(code, node) === first.object &&
      node.start > first.statement.end &&
      node.end < again.statement.start &&
      !isRead(code, node, `${first.object}->${member}`),
  );
  if (touched) return `${first.object} may change before ${name}() copies again`;
  return { words: `${object}->${member} = ${first.object}->${member};` };
}

interface Planned {
  readonly words: string;
}

/** Whether a statement reads a part of the copy into a local variable, and does nothing else. */
function isRead(code: FunctionCode, node: CodeNode, copy: string): boolean {
  const statement = memberOf(node);
  const read = new RegExp(`^(\\w+) = ${quoted(copy)}(?:\\.\\w+)*;$`).exec(
    statement?.kind === 'expression_statement' ? text(code, statement) : '',
  );
  return read?.[1] !== undefined && localTypes(code).has(read[1]);
}
