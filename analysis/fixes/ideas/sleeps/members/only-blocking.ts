import { quoted, wholeWord } from '../../../../base/words.js';
import type { BlockingMember } from '../../../../models/types.js';
import type { FunctionItem } from '../../../../outline/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import { declaredOnly, ownHeaders } from '../../../moves/driver.js';
import { functionsBelow } from '../../../moves/below.js';
import { toldMember, usesOf } from '../../../moves/stored-member.js';
import { calledName, text } from '../../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { lineEnd, lineStart, overlap, toFileEdits, type TextEdit } from '../../../text/edits.js';
import { withoutWords } from '../../../text/layout.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { filesWith, withResult } from './blocking-member.js';

export const ONLY_BLOCKING = 'only-blocking';

/**
 * Proposes to store a function that sleeps in the member that the kernel calls where it may, in place of the function that
 * is there: the kernel calls that one only for objects without the other member, or to wait for the end. Only if the
 * function does all that the other one does, which goes away, and both are stored side by side for one object.
 */
export function proposeOnlyBlocking(input: FixInput): FixOutcome {
  const told = toldMember(input);
  const to = told && input.models.operation(told.record, told.member)?.blocking;
  if (told === undefined || to === undefined) return { fixes: [], refusals: [] };
  const { fn, member } = told;
  const plan = planned(input, fn, member, to);
  if (plan === undefined) return { fixes: [], refusals: [] };
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: ONLY_BLOCKING, reason: plan }] };
  const fix: ProposedFix = {
    title: `Use ${fn.name}() as ${to.member}() only, where it may sleep`,
    kind: ONLY_BLOCKING,
    verified: false,
    edits: toFileEdits(fn.file, input.textOf(fn.file) ?? '', plan.edits),
    regions: plan.edits.map(({ start, end }) => ({ file: fn.file, start, end })),
    gone: [{ file: fn.file, name: plan.gone }],
  };
  return { fixes: [fix], refusals: [] };
}

interface Plan {
  readonly edits: readonly TextEdit[];
  /** The function that nothing uses any more. */
  readonly gone: string;
}

/** The plan, why there is none, or `undefined` if the driver does not set the second member. */
function planned(
  input: FixInput,
  fn: FunctionRef,
  member: string,
  { member: second, success }: BlockingMember,
): Plan | string | undefined {
  const { program } = input;
  const { file, item, name } = fn;
  const plain = withoutWords(input.textOf(file) ?? '');
  if (!wholeWord(second).test(plain)) return undefined;
  if (item?.isStatic !== true || program.includedBy(file).length > 0)
    return `${name}() may have other callers`;
  const elsewhere = usedElsewhere(input, file, [member, second]);
  if (elsewhere !== undefined) return elsewhere;
  const stores = [member, second].map((each) => storesOf(input, file, plain, each));
  const [one, other] = stores.map((found) => (found.length === 1 ? found[0] : undefined));
  if (!one || !other || one.value !== name || one.object !== other.object || one.list !== other.list)
    return `the two members are not set side by side`;
  const lost = program.outline(file)?.functions.find((each) => each.name === other.value);
  if (lost?.isStatic !== true || usesOf(plain, lost.name, lost).length !== 1)
    return `${other.value}() is also used elsewhere`;
  const missing = notDone(input, fn, lost);
  if (missing !== undefined) return `${name}() does not do what ${missing}() does`;
  const orphan = (program.outline(file)?.functions ?? []).find(
    (each) => lost.calls.includes(each.name) && usedOnlyIn(plain, each, lost),
  );
  if (orphan !== undefined) return `nothing else uses ${orphan.name}()`;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code === 'string') return code;
  const returning = withResult(code, success);
  if (typeof returning === 'string') return returning;
  const whole = code.text;
  const line = { start: lineStart(whole, other.statement.start), end: lineEnd(whole, other.statement.end) };
  const gone = { start: lineStart(whole, lost.start), end: lineEnd(whole, lost.end) };
  const blank = /^[ \t]*\r?\n/.exec(whole.slice(gone.end))?.[0].length ?? 0;
  if (!isAlone(whole, line, other.statement) || /\/\*|\*\/|#/.test(whole.slice(gone.start - 4, gone.start)))
    return `${lost.name}() does not stand on its own`;
  const edits: TextEdit[] = [
    ...returning,
    { ...line, text: '' },
    { start: one.at, end: one.at + member.length, text: second },
    { start: gone.start, end: gone.end + blank, text: '' },
  ];
  return overlap(edits) ? 'the edits would overlap' : { edits, gone: lost.name };
}

/** Why other code of the driver may use the members. */
function usedElsewhere(input: FixInput, file: string, members: readonly string[]): string | undefined {
  const headers = ownHeaders(input.program, file);
  const unseen = declaredOnly(input.program, file, headers);
  if (unseen !== undefined) return `${unseen}() was not analysed and may use ${members[0]}`;
  const files = headers.size === 0 ? [] : filesWith(input, file, headers);
  const other = files.find((each) => {
    const plain = each === file ? '' : withoutWords(input.textOf(each) ?? '');
    return members.some((member) => wholeWord(member).test(plain));
  });
  return other === undefined ? undefined : `${other} uses ${members[0]} on its own`;
}

/** Whether a statement has its lines for itself. */
function isAlone(
  whole: string,
  { start, end }: { start: number; end: number },
  statement: CodeNode,
): boolean {
  return (whole.slice(start, statement.start) + whole.slice(statement.end, end)).trim() === '';
}

interface Store {
  /** The object in front of the member, and the function. */
  readonly object: string;
  readonly value: string;
  readonly statement: CodeNode;
  readonly list: CodeNode | undefined;
  /** Where the member is named. */
  readonly at: number;
}

/** The plain statements that set a member to a function; none if the file uses the member in any other way. */
function storesOf(input: FixInput, file: string, plain: string, member: string): readonly Store[] {
  const found: Store[] = [];
  for (const item of input.program.outline(file)?.functions ?? []) {
    if (!wholeWord(member).test(plain.slice(item.start, item.end))) continue;
    const code = openFunction(input, file, { file, ...item.nameSpan });
    if (typeof code === 'string') return [];
    for (const statement of all(code.body, 'expression_statement')) {
      const store = storeIn(code, statement, member);
      if (store !== undefined) found.push(store);
    }
  }
  return found.length === [...plain.matchAll(wholeWord(member, 'g'))].length ? found : [];
}

function storeIn(code: FunctionCode, statement: CodeNode, member: string): Store | undefined {
  const form = new RegExp(`^([\\w>.-]*?)(?:\\.|->)${quoted(member)}\\s*=\\s*(\\w+);$`);
  const [match, object, value] = form.exec(text(code, statement)) ?? [];
  if (match === undefined || !object || !value || !isAsWritten(code, statement.start, statement.end))
    return undefined;
  const at = statement.start + match.lastIndexOf(member, match.indexOf('='));
  return { object, value, statement, list: statement.parent, at };
}

/** A function that one function calls and another one does not lead to, or that sets something itself. */
function notDone(input: FixInput, fn: FunctionRef, lost: FunctionItem): string | undefined {
  const { program, models } = input;
  const { file } = fn;
  const done = new Set<string>();
  for (const below of [fn, ...functionsBelow(program, [fn])]) {
    const code = below.item && openFunction(input, below.file, { file: below.file, ...below.item.nameSpan });
    if (code !== undefined && typeof code !== 'string') for (const name of calledIn(code)) done.add(name);
  }
  const seen = new Set<string>();
  const missingIn = ({ name, nameSpan }: FunctionItem): string | undefined => {
    const code = openFunction(input, file, { file, ...nameSpan });
    if (typeof code === 'string' || seen.size > MOST_FUNCTIONS || sets(code)) return name;
    for (const called of calledIn(code)) {
      if (done.has(called) || seen.has(called)) continue;
      seen.add(called);
      const guard = /^\w+/.exec(called)?.[0] ?? '';
      if (models.scopeMacro(guard)?.form === 'guard') continue;
      if (['acquire', 'release'].includes(models.lockApi(called)?.op ?? '')) continue;
      const own = program.outline(file)?.functions.find((each) => each.name === called);
      const missing = own === undefined ? called : missingIn(own);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
  return missingIn(lost);
}

/** The functions that a function calls, by name. */
function calledIn(code: FunctionCode): readonly string[] {
  return all(code.body, 'call_expression').map((call) => calledName(code, call));
}

/** Functions followed below one that goes away. */
const MOST_FUNCTIONS = 20;

/** Whether a function sets anything but its own variables. */
function sets(code: FunctionCode): boolean {
  const targets = [...all(code.body, 'assignment_expression'), ...all(code.body, 'update_expression')];
  return targets.some((node) => parts(node)[0]?.kind !== 'identifier');
}

/** Whether a function is only named in another one, besides its own head. */
function usedOnlyIn(plain: string, each: FunctionItem, lost: FunctionItem): boolean {
  return usesOf(plain, each.name, each).every((at) => lost.start <= at && at < lost.end);
}
