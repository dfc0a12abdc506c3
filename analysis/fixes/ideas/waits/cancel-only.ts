import { lastWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import { functionsBelow } from '../../moves/below.js';
import { driverFiles } from '../../moves/driver.js';
import { callersOf, functionOf } from '../../text/callers.js';
import { calledName, lockCall, text } from '../../text/calls.js';
import {
  all,
  isAsWritten,
  isList,
  memberOf,
  parts,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { nextMember } from '../../text/pair.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { servesFile } from '../retries/serving.js';
import { awaitedBy } from './awaited.js';
import { bindingOf } from './removal-before.js';
import { waitAt, type FoundWait } from './found-wait.js';

export const CANCEL_ONLY = 'cancel-only';

/** Callers followed above the wait. */
const MOST_UP = 3;

/**
 * Proposes not to wait for a work item or timer that is taken back: nothing follows the wait that its function could
 * meet, another function waits for its end, and the function does not go on by itself.
 */
export function proposeCancelOnly(input: FixInput): FixOutcome | undefined {
  const step = input.finding.story.filter(({ path }) => path === 0).at(-1);
  const found = step && waitAt(input, step);
  if (found === undefined || typeof found === 'string') return undefined;
  const { code, call, callee } = found;
  const name = text(code, callee);
  const variant = input.models.withoutWait(name);
  const awaits = input.models.api(name)?.awaits;
  if (variant === undefined || (awaits !== 'work' && awaits !== 'timer')) return undefined;
  const reason = neededBy(input, found);
  if (reason !== undefined) return { fixes: [], refusals: [{ kind: CANCEL_ONLY, reason }] };
  const fix: ProposedFix = {
    title: `Call ${variant}() in ${code.item.name}(), which does not wait`,
    kind: CANCEL_ONLY,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start: callee.start, end: callee.end, text: variant }]),
    regions: [{ file: code.file, start: call.start, end: call.end }],
  };
  return { fixes: [fix], refusals: [] };
}

/** Why code relies on the wait; `undefined` if none does. */
function neededBy(input: FixInput, { code, call, callee, list, statement }: FoundWait): string | undefined {
  const name = text(code, callee);
  const fn = functionOf(input, code);
  const object = parts(list)[input.models.api(name)?.arg ?? 0];
  const member = object && lastWord(text(code, object));
  if (!fn || member === undefined || statement === undefined || !isAsWritten(code, call.start, call.end))
    return `${name}() is part of a larger statement`;
  const [handler, ...others] = awaitedBy(input, code, object);
  if (handler === undefined || others.length > 0) return `what ${name}() waits for is not known`;
  return (
    behind(input, code, statement, name) ??
    behindCallers(input, fn, handler, new Set([fn])) ??
    goesOn(input, { fn, code, statement, handler, member }) ??
    notAwaited(input, fn, handler, member)
  );
}

/** What the code behind a statement does before the function ends, apart from what no handler can meet. */
function behind(input: FixInput, code: FunctionCode, statement: CodeNode, name: string): string | undefined {
  let at: CodeNode | undefined = statement;
  while (at !== undefined && at !== code.body) {
    const list: CodeNode | undefined = at.parent;
    for (let next = isList(list) ? nextMember(at) : undefined; next !== undefined; next = nextMember(next)) {
      if (!isHarmless(input, code, next)) return `${code.item.name}() does more behind ${name}()`;
      if (next.kind === 'return_statement') return undefined;
    }
    if (list === undefined || !/^(?:compound_statement|else_clause|if_statement)$/.test(list.kind))
      return `${code.item.name}() may go on behind ${name}()`;
    at = list;
  }
  return undefined;
}

/** Whether a statement releases a lock, prints, sets a local variable or returns one. */
function isHarmless({ models }: FixInput, code: FunctionCode, statement: CodeNode): boolean {
  if (statement.kind === 'comment') return true;
  const calls = all(statement, 'call_expression');
  if (statement.kind === 'if_statement' && calls.length === 0) {
    const [test, branch, otherwise] = parts(statement);
    const isOwn = test !== undefined && !/->|\./.test(text(code, test));
    return isOwn && branch?.kind === 'return_statement' && otherwise === undefined;
  }
  if (statement.kind === 'return_statement') return calls.length === 0 && !/->/.test(text(code, statement));
  const [one] = statement.kind === 'expression_statement' ? parts(statement) : [];
  if (one?.kind === 'call_expression')
    return models.isInert(calledName(code, one)) || lockCall(code, models, one)?.api.op === 'release';
  const [target, value] = one?.kind === 'assignment_expression' ? parts(one) : [];
  return (
    target?.kind === 'identifier' &&
    localTypes(code).has(text(code, target)) &&
    /identifier$|^number_literal$/.test(value?.kind ?? '')
  );
}

/** The same for all that call the function, up to functions behind which the kernel does nothing with the device. */
function behindCallers(
  input: FixInput,
  fn: FunctionRef,
  handler: FunctionRef,
  seen: Set<FunctionRef>,
  levels = MOST_UP,
): string | undefined {
  if (input.program.callers(fn).length === 0)
    return fn === handler || servesFile(input, fn) || isProbe(input, fn)
      ? undefined
      : `the kernel may rely on the end of ${handler.name}() when ${fn.name}() returns`;
  const callers = callersOf(input, fn);
  if (typeof callers === 'string') return callers;
  for (const caller of callers) {
    if (seen.has(caller)) continue;
    seen.add(caller);
    if (levels === 0 || caller.item === undefined) return `${caller.name}() is too far above`;
    const code = openFunction(input, caller.file, { file: caller.file, ...caller.item.nameSpan });
    if (typeof code === 'string') return code;
    for (const call of all(code.body, 'call_expression')) {
      const statement = calledName(code, call) === fn.name ? memberOf(call) : undefined;
      if (statement === undefined) continue;
      const more = behind(input, code, statement, fn.name);
      if (more !== undefined) return more;
    }
    const above = behindCallers(input, caller, handler, seen, levels - 1);
    if (above !== undefined) return above;
  }
  return undefined;
}

/** Whether the kernel calls a function to begin with a device, as a member of a table. */
function isProbe({ program, models }: FixInput, { file, name }: FunctionRef): boolean {
  const members = (program.outline(file)?.variables ?? []).flatMap((variable) => variable.members);
  const own = members.filter(({ value }) => value === name);
  return own.length > 0 && own.every(({ field }) => models.isProbe(field));
}

interface Taken {
  readonly fn: FunctionRef;
  readonly code: FunctionCode;
  readonly statement: CodeNode;
  readonly handler: FunctionRef;
  readonly member: string;
}

/** Why the handler might start itself again without end: nothing that is set in front stops it. */
function goesOn(input: FixInput, { fn, code, statement, handler, member }: Taken): string | undefined {
  const lost = `${handler.name}() may start itself again`;
  const files = new Set(driverFiles(input.program, fn.file));
  for (const below of functionsBelow(input.program, [handler])) {
    // Other code does not know the item.
    if (below === fn || below.item === undefined || !files.has(below.file)) continue;
    const own = openFunction(input, below.file, { file: below.file, ...below.item.nameSpan });
    if (typeof own === 'string') return own;
    const [started] = all(own.body, 'call_expression').filter((call) => starts(input, own, call, member));
    if (started === undefined) continue;
    if (below !== handler || !isStopped(own, started, clearedBefore(code, statement))) return lost;
  }
  return undefined;
}

/** Whether a call starts the item of this name. */
function starts({ models }: FixInput, code: FunctionCode, call: CodeNode, member: string): boolean {
  const at = models.startedArg(calledName(code, call));
  const [, list] = parts(call);
  const given = at === undefined || !list ? undefined : parts(list)[at];
  return given !== undefined && lastWord(text(code, given)) === member;
}

/** Members that a function clears in front of a statement: `x->on = false`, or `x->on = state` where `state` is zero. */
function clearedBefore(code: FunctionCode, statement: CodeNode): ReadonlySet<string> {
  const zero = new Set(['0', 'false', 'NULL']);
  const found = new Set<string>();
  for (let at: CodeNode | undefined = statement; at && at !== code.body; at = at.parent) {
    const choice: CodeNode | undefined = at.kind === 'else_clause' ? at.parent : undefined;
    const [test] = choice?.kind === 'if_statement' ? parts(choice) : [];
    const asked = test && /^\((\w+)\)$/.exec(text(code, test))?.[1];
    if (asked !== undefined) zero.add(asked);
  }
  for (const member of parts(code.body)) {
    if (member.end > statement.start) break;
    const [set] = member.kind === 'expression_statement' ? parts(member) : [];
    const [target, value] = set?.kind === 'assignment_expression' ? parts(set) : [];
    const name = target?.kind === 'field_expression' ? lastWord(text(code, target)) : undefined;
    if (name === undefined || !value) continue;
    if (zero.has(text(code, value))) found.add(name);
    else found.delete(name);
  }
  return found;
}

/** Whether a function returns in front of a call if one of the members is zero. */
function isStopped(code: FunctionCode, call: CodeNode, cleared: ReadonlySet<string>): boolean {
  return parts(code.body).some((member) => {
    if (member.kind !== 'if_statement' || member.end > call.start) return false;
    const [test, branch, otherwise] = parts(member);
    const [, asked] = (test && /^\(!\s*(\w+->\w+)\)$/.exec(text(code, test))) ?? [];
    const leaves = branch?.kind === 'compound_statement' ? parts(branch).at(-1) : branch;
    const name = asked === undefined ? undefined : lastWord(asked);
    return leaves?.kind === 'return_statement' && !otherwise && name !== undefined && cleared.has(name);
  });
}

/** Why the removal of the device does not certainly wait for the end of the handler, by a statement of its own. */
function notAwaited(
  input: FixInput,
  fn: FunctionRef,
  handler: FunctionRef,
  member: string,
): string | undefined {
  const { program, models } = input;
  const codes = driverFiles(program, fn.file).flatMap((file) =>
    (program.outline(file)?.functions ?? []).flatMap((item) => {
      const code = openFunction(input, file, { file, ...item.nameSpan });
      return typeof code === 'string' || [fn.name, handler.name].includes(item.name) ? [] : [code];
    }),
  );
  const waiting = codes.filter((code) =>
    callsAlone(code).some((call) => {
      const name = calledName(code, call);
      const [, list] = parts(call);
      const object = list && parts(list)[models.api(name)?.arg ?? 0];
      const isWait = models.withoutWait(name) !== undefined && object !== undefined;
      return isWait && lastWord(text(code, object)) === member;
    }),
  );
  const isSure = codes.some((code) => {
    if (bindingOf(input, code) === undefined) return false;
    const calls = callsAlone(code).map((call) => calledName(code, call));
    return waiting.some((one) => one === code || (one.file === code.file && calls.includes(one.item.name)));
  });
  return isSure ? undefined : `no removal of the device waits for ${handler.name}()`;
}

/** The calls that are statements of a function's body. */
function callsAlone({ body }: FunctionCode): readonly CodeNode[] {
  return parts(body).flatMap((statement) => {
    const [call] = statement.kind === 'expression_statement' ? parts(statement) : [];
    return call?.kind === 'call_expression' ? [call] : [];
  });
}
