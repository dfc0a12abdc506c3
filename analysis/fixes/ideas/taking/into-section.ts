import { shortName } from '../../../graph/orders/side.js';
import { callsOfLock } from '../../moves/class-calls.js';
import { functionAt } from '../../text/callers.js';
import { callAt, calledName, text, type LockCall } from '../../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  isList,
  memberOf,
  parts,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { linesOf } from '../../text/layout.js';
import { nextMember, previousMember } from '../../text/pair.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { lockFor } from './take.js';

export const INTO_SECTION = 'into-section';

/**
 * Proposes to move a call whose callee asserts a lock into the section that begins directly behind it, or that ends
 * directly before it: the section takes the same lock of the same object, under the same other locks. Returns `undefined`
 * if no such section is next to the call, or if the statement makes other calls, which may not belong there.
 */
export function proposeIntoSection(input: FixInput): FixOutcome | undefined {
  const { finding } = input;
  const [id] = finding.locks;
  const [step, asserted, more] = finding.story;
  const callee = asserted && functionAt(input, asserted);
  if (!id || !step || !asserted || !callee?.item || more || finding.confidence !== 'high') return undefined;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return undefined;
  const call = callAt(code, step);
  const statement = call && memberOf(call);
  if (!call || statement?.kind !== 'expression_statement' || !isList(statement.parent)) return undefined;
  const within = all(statement, 'call_expression').filter((each) => each !== call);
  if (within.some((each) => input.models.transparent(calledName(code, each)) === undefined)) return undefined;
  const [target, ...others] = input.program.resolveCall(calledName(code, call), code.file);
  if (target !== callee || others.length > 0) return undefined;
  const parameters = callee.item.parameters.map(({ name }) => name);
  const lock = lockFor(input, { argument: asserted, parameters, callee: callee.name }, code, call);
  const edge = lock === undefined ? undefined : edgeAt(input, code, statement, { id, lock });
  const edit = edge && swapped(code, edge);
  if (edge === undefined || edit === undefined) return undefined;
  const where = edge.isBehind ? `after ${shortName(id)} is taken` : `before ${shortName(id)} is released`;
  const fix: ProposedFix = {
    title: `Call ${callee.name}() ${where}`,
    kind: INTO_SECTION,
    verified: false,
    edits: toFileEdits(code.file, code.text, [edit]),
    regions: [{ file: code.file, start: edit.start, end: edit.end }],
    taken: id,
  };
  return { fixes: [fix], refusals: [] };
}

/** The call's statement and the neighbour at which a section begins or ends, in the order of the source. */
interface Edge {
  readonly first: CodeNode;
  readonly last: CodeNode;
  /** Whether the section is behind the call. */
  readonly isBehind: boolean;
}

interface Wanted {
  /** Lock class, as shown. */
  readonly id: string;
  /** The expression of the lock. */
  readonly lock: string;
}

function edgeAt(
  input: FixInput,
  code: FunctionCode,
  statement: CodeNode,
  { id, lock }: Wanted,
): Edge | undefined {
  const calls = callsOfLock(input, code, id).flatMap((own) => own.lock ?? []);
  const onEdge = (other: CodeNode | undefined, op: LockCall['api']['op']): CodeNode | undefined =>
    other?.kind === 'expression_statement' &&
    !setsPart(code, statement, other) &&
    calls.some(
      (own) =>
        own.node.parent === other &&
        own.form === 'call' &&
        own.api.op === op &&
        own.api.mode === 'write' &&
        own.lock !== undefined &&
        text(code, own.lock).replaceAll(/\s+/g, '') === lock,
    )
      ? other
      : undefined;
  const taken = onEdge(nextMember(statement), 'acquire');
  if (taken) return { first: statement, last: taken, isBehind: true };
  const released = onEdge(previousMember(statement), 'release');
  return released && { first: released, last: statement, isBehind: false };
}

/** Whether a statement sets a variable that another one names. */
function setsPart(code: FunctionCode, statement: CodeNode, other: CodeNode): boolean {
  const [node] = parts(statement);
  const target = node?.kind === 'assignment_expression' ? parts(node)[0] : undefined;
  const used = identifiers(code, other);
  return target !== undefined && [...identifiers(code, target)].some((name) => used.has(name));
}

function swapped(
  code: FunctionCode,
  { first, last }: Edge,
): { readonly start: number; readonly end: number; readonly text: string } | undefined {
  const upper = linesOf(code, first, first);
  const lower = linesOf(code, last, last);
  if (!upper || !lower || upper.end !== lower.start || !isAsWritten(code, upper.start, lower.end))
    return undefined;
  const [above, below] = [upper, lower].map(({ start, end }) => code.text.slice(start, end));
  return { start: upper.start, end: lower.end, text: `${below ?? ''}${above ?? ''}` };
}
