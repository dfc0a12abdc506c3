import type { FunctionRef } from '../../../link/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { callersOf, functionOf } from '../../text/callers.js';
import { callAt, calledName, text } from '../../text/calls.js';
import { all, isAsWritten, isList, memberOf, type CodeNode, type FunctionCode } from '../../text/code.js';
import { overlap, toFilesEdits, type TextEdit } from '../../text/edits.js';
import { insertBehind } from '../../text/insert.js';
import { withoutStatement } from '../../text/layout.js';
import { nextMember } from '../../text/pair.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { mayWait } from './may-wait.js';

export const YIELD_OUTSIDE = 'yield-outside';

/**
 * Proposes that a function no longer lets other tasks run at its end, as callers may not sleep: those that certainly may
 * do so behind their calls, in its place. Refuses if the function does more behind it, or if another caller is not known
 * to be one or the other.
 */
export function proposeYieldOutside(input: FixInput): FixOutcome {
  const step = input.finding.story.filter(({ path }) => path === 0).at(-1);
  const code = step && openFunction(input, step.file, step);
  const call = code && typeof code !== 'string' ? callAt(code, step) : undefined;
  if (!code || typeof code === 'string' || !call || !input.models.yields(calledName(code, call)))
    return { fixes: [], refusals: [] };
  const plan = planned(input, code, call);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: YIELD_OUTSIDE, reason: plan }] };
  const name = calledName(code, call);
  const fix: ProposedFix = {
    title:
      plan.size === 1 && plan.get(code.file)?.length === 1
        ? `Do not call ${name}() in ${code.item.name}()`
        : `Leave ${name}() to the callers of ${code.item.name}() that may sleep`,
    kind: YIELD_OUTSIDE,
    verified: false,
    edits: toFilesEdits(plan, (file) => input.textOf(file)),
    regions: [...plan].flatMap(([file, own]) => own.map(({ start, end }) => ({ file, start, end }))),
  };
  return { fixes: [fix], refusals: [] };
}

function planned(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
): ReadonlyMap<string, readonly TextEdit[]> | string {
  const name = calledName(code, call);
  const fn = functionOf(input, code);
  const statement = call.parent;
  if (fn === undefined || statement?.kind !== 'expression_statement' || statement.parent !== code.body)
    return `${name}() is part of a larger statement`;
  for (let next = nextMember(statement); next !== undefined; next = nextMember(next))
    if (!isPlainEnd(code, next)) return `${fn.name}() does more behind ${name}()`;
  const gone = isAsWritten(code, statement.start, statement.end) && withoutStatement(code, statement);
  if (!gone) return `other code shares the line of ${name}()`;
  const callers = callersOf(input, fn);
  if (typeof callers === 'string') return callers;
  const edits = new Map<string, TextEdit[]>([[code.file, [gone]]]);
  for (const caller of callers) {
    const own = behindCalls(input, caller, fn, `${name}();`);
    if (typeof own === 'string') return own;
    edits.set(caller.file, [...(edits.get(caller.file) ?? []), ...own]);
  }
  if ([...edits.values()].some(overlap)) return 'the edits would overlap';
  return new Map([...edits].filter(([, own]) => own.length > 0));
}

/** Whether a statement is a comment, or returns without doing anything. */
function isPlainEnd(code: FunctionCode, statement: CodeNode): boolean {
  if (statement.kind === 'comment') return true;
  return statement.kind === 'return_statement' && /^return(?:\s+-?\w+)?;$/.test(text(code, statement));
}

/** The statement behind all calls of a function in a caller that may sleep there. */
function behindCalls(
  input: FixInput,
  caller: FunctionRef,
  fn: FunctionRef,
  statement: string,
): TextEdit[] | string {
  const unclear = `${caller.name}() calls ${fn.name}() where it is not known whether it may sleep`;
  if (caller.item === undefined) return unclear;
  const code = openFunction(input, caller.file, { file: caller.file, ...caller.item.nameSpan });
  if (typeof code === 'string') return code;
  const calls = all(code.body, 'call_expression').filter((call) => calledName(code, call) === fn.name);
  const events = eventsOf(input.program.skeleton(caller)).filter(
    (event) => event.k === 'call' && event.callee === fn.name,
  );
  if (calls.length === 0 || calls.length !== events.length) return unclear;
  const edits: TextEdit[] = [];
  for (const call of calls) {
    if (isReported(input, code, call)) continue;
    const member = memberOf(call);
    if (!mayWait(input, code, call) || member === undefined) return unclear;
    const isPlain = member.kind === 'expression_statement' && isList(member.parent);
    const behind = isPlain ? insertBehind(code, member, statement) : undefined;
    if (behind === undefined) return `${caller.name}() calls ${fn.name}() in a larger statement`;
    edits.push(...behind);
  }
  return edits;
}

/** Whether a finding of the same rule leads through a call: its caller is atomic there. */
function isReported({ analysis, finding }: FixInput, code: FunctionCode, call: CodeNode): boolean {
  const { line, column } = code.lines.span(call.start, call.end);
  return analysis.findings.some(
    ({ rule, story }) =>
      rule === finding.rule &&
      story.some((step) => step.file === code.file && step.line === line && step.column === column),
  );
}
