import { shortName } from '../../../graph/orders/side.js';
import { callAt, lockCall, text, type LockCall } from '../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { hasDirective } from '../../text/layout.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const TAKE_ALWAYS = 'take-always';

/** The words of a call that a signal may end. */
const MAY_GIVE_UP = /_(?:interruptible|killable)(?=_nested$|$)/;

/**
 * Proposes that a function which ignores whether a signal ended its acquisition waits for the lock in any case. It
 * works on as if it held the lock, and has no way to tell its callers, so it must hold it. Only for functions without a
 * result: another one could return an error, which its author has to choose.
 */
export function proposeTakeAlways(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planTake(input, id);
  if (plan === undefined) return { fixes: [], refusals: [] };
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: TAKE_ALWAYS, reason: plan }] };
  const { code, statement, written } = plan;
  const { start, end } = statement;
  const fix: ProposedFix = {
    title: `Wait for ${shortName(id)} in ${code.item.name}() even if a signal is pending`,
    kind: TAKE_ALWAYS,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start, end, text: written }]),
    regions: [{ file: code.file, start, end }],
    unreleased: id,
    widened: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface TakePlan {
  readonly code: FunctionCode;
  readonly statement: CodeNode;
  readonly written: string;
}

/** `undefined` if no acquisition fails in this finding, or one that does not wait. */
function planTake(input: FixInput, id: string): TakePlan | string | undefined {
  const { finding, models } = input;
  const [failed, release, more] = finding.story;
  if (!failed || !release || more || failed.file !== release.file || failed.function !== release.function)
    return undefined;
  const code = openFunction(input, failed.file, failed);
  if (typeof code === 'string') return code;
  const call = callAt(code, failed);
  const taken = call && lockCall(code, models, call);
  if (!call || taken?.form !== 'call' || taken.api.op !== 'try' || taken.api.interruptible !== true)
    return undefined;
  if (finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  const [callee] = parts(call);
  const name = callee ? text(code, callee) : '';
  const plain = name.replace(MAY_GIVE_UP, '');
  if (!callee || plain === name || !isSame(taken, models.lockApi(plain)))
    return `${name}() has no variant that always takes ${id}`;
  const statement = ignoring(call);
  if (statement === undefined) return `${code.item.name}() reacts to a failure of ${name}()`;
  if (code.item.returns !== 'void') return `${code.item.name}() could return an error if ${name}() fails`;
  const isInMacro = !isAsWritten(code, statement.start, statement.end);
  if (isInMacro || hasDirective(code.text, statement.start, statement.end))
    return `a macro or a preprocessor directive stands at ${name}()`;
  return { code, statement, written: `${plain}${code.text.slice(callee.end, call.end)};` };
}

/** Whether the plain call takes the same lock and cannot fail: without an acquire context, no caller has to back off. */
function isSame({ api, arguments: given }: LockCall, plain: LockCall['api'] | undefined): boolean {
  if (plain === undefined || plain.kind !== api.kind || plain.mode !== api.mode || plain.arg !== api.arg)
    return false;
  const context = plain.nestArg === undefined ? undefined : given[plain.nestArg];
  const isAlone = plain.nestArg === api.nestArg && context?.kind === 'null';
  return plain.op === 'acquire' || (plain.op === 'try' && plain.uncheckedHolds === true && isAlone);
}

/** The statement that drops the result of a call: `call();` or `if (call()) {}` with or without a comment inside. */
function ignoring(call: CodeNode): CodeNode | undefined {
  let at = call.parent;
  while (at?.kind === 'parenthesized_expression' || at?.kind === 'cast_expression') at = at.parent;
  if (at?.kind === 'expression_statement') return at;
  if (at?.kind !== 'if_statement') return undefined;
  const [, ...arms] = parts(at);
  const isEmpty = arms.every((arm) =>
    all(arm, 'expression_statement').every((each) => parts(each).length === 0),
  );
  const isStatement = arms.every((arm) => !/declaration|jump|return|goto|break|continue/.test(kinds(arm)));
  return isEmpty && isStatement ? at : undefined;
}

function kinds(node: CodeNode): string {
  return [node.kind, ...node.children.map(kinds)].join(' ');
}
