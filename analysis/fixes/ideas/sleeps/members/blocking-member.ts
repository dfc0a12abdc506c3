import { folderOf } from '../../../../base/paths.js';
import { quoted, wholeWord } from '../../../../base/words.js';
import type { BlockingMember } from '../../../../models/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import type { FunctionItem } from '../../../../outline/types.js';
import { declaredOnly, driverFiles, ownHeaders } from '../../../moves/driver.js';
import { text } from '../../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import {
  indentAt,
  lineBreakAt,
  lineStart,
  overlap,
  toFilesEdits,
  type TextEdit,
} from '../../../text/edits.js';
import { headOf, headWith } from '../../../text/head.js';
import { withoutWords } from '../../../text/layout.js';
import { toldMember, usesOf } from '../../../moves/stored-member.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../../types.js';
import { reportedError } from './reported-error.js';

export const BLOCKING_MEMBER = 'blocking-member';

/**
 * Proposes to store a function that sleeps in the member that the kernel calls from a context that may sleep. The
 * kernel itself defers such calls, and waits for the last one before the object is removed. If the driver itself calls
 * the member, these calls and all functions that the driver stores there change with it. Refuses if the driver tests
 * either member, or uses a function in any other way.
 */
export function proposeBlockingMember(input: FixInput): FixOutcome {
  const stored = toldMember(input);
  const to = stored && input.models.operation(stored.record, stored.member)?.blocking;
  if (stored === undefined || to === undefined) return { fixes: [], refusals: [] };
  const told: Told = { ...stored, to };
  const plan = planMember(input, told);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: BLOCKING_MEMBER, reason: plan }] };
  const fix: ProposedFix = {
    title: `Use ${told.fn.name}() as ${told.to.member}(), where it may sleep`,
    kind: BLOCKING_MEMBER,
    verified: false,
    edits: toFilesEdits(plan, (file) => input.textOf(file)),
    regions: [...plan].flatMap(([file, edits]) =>
      edits.map(({ start, end }): Region => ({ file, start, end })),
    ),
  };
  return { fixes: [fix], refusals: [] };
}

interface Told {
  /** The function that sleeps, or that leads to the sleeping call. */
  readonly fn: FunctionRef;
  readonly member: string;
  readonly to: BlockingMember;
}

/** The edits by file. */
type Plan = ReadonlyMap<string, TextEdit[]>;

function planMember(input: FixInput, told: Told): Plan | string {
  const { fn, member } = told;
  const headers = ownHeaders(input.program, fn.file);
  const first = planFunction(input, told, fn);
  if (typeof first === 'string') return first;
  const unseen = declaredOnly(input.program, fn.file, headers);
  if (unseen !== undefined) return `${unseen}() was not analysed and may use ${member}`;
  // Without a header of its own, a driver is one file of the folder.
  const files = headers.size === 0 ? [fn.file] : filesWith(input, fn.file, headers);
  const plan = new Map([[fn.file, first]]);
  const used = usesIn(input, [...new Set(files)], told);
  if (typeof used === 'string') return used;
  if (used.calls.length === 0) return plan;
  for (const { file, name } of used.stored) {
    if (file === fn.file && name === fn.name) continue;
    const item = input.program.outline(file)?.functions.find((each) => each.name === name);
    const edits = planFunction(input, told, { file, name, item });
    if (typeof edits === 'string') return edits;
    plan.set(file, [...(plan.get(file) ?? []), ...edits]);
  }
  for (const { file, start, end } of used.calls)
    plan.set(file, [...(plan.get(file) ?? []), { start, end, text: told.to.member }]);
  return [...plan.values()].some(overlap) ? 'the edits would overlap' : plan;
}

/** The edits that store a function in the other member, and make it return a value. */
function planFunction(
  input: FixInput,
  { member, to }: Told,
  { name, item, file }: Pick<FunctionRef, 'name' | 'item' | 'file'>,
): TextEdit[] | string {
  const whole = input.textOf(file);
  if (item === undefined || whole === undefined) return 'the source is not available';
  if (!item.isStatic || input.program.includedBy(file).length > 0) return `${name}() may have other callers`;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code === 'string') return code;
  if (wholeWord(to.member).test(withoutWords(whole))) return `${file} sets ${to.member} as well`;
  const uses = storesOf(whole, name, member, item);
  if (typeof uses === 'string') return uses;
  const returning = withResult(code, to.success);
  if (typeof returning === 'string') return returning;
  return [...uses.map(({ start, end }) => ({ start, end, text: to.member })), ...returning];
}

/** The files of the driver, and those next to its headers in other folders. */
export function filesWith(
  { program }: FixInput,
  file: string,
  headers: ReadonlySet<string>,
): readonly string[] {
  const elsewhere = [...headers].map(folderOf).filter((folder) => folder !== folderOf(file));
  const beside = [...new Set(elsewhere)].flatMap((folder) => program.filesIn(folder));
  return [...driverFiles(program, file), ...beside];
}

interface MemberUses {
  /** The functions that the driver stores in the member. */
  readonly stored: readonly { readonly file: string; readonly name: string }[];
  /** The member's name in each call that the driver makes through it. */
  readonly calls: readonly Region[];
}

/** What the driver does with the member, or the use that is neither a store of a function nor a call. */
function usesIn(input: FixInput, files: readonly string[], { member, to }: Told): MemberUses | string {
  const word = wholeWord(member, 'g');
  const stored: { file: string; name: string }[] = [];
  const calls: Region[] = [];
  for (const file of files) {
    const plain = withoutWords(input.textOf(file) ?? '');
    for (const { index } of plain.matchAll(word)) {
      const front = plain.slice(0, index);
      const behind = plain.slice(index + member.length);
      const [, name] = /^\s*=\s*(\w+)\s*[,;}]/.exec(behind) ?? [];
      const isMember = /(?:\.|->)\s*$/.test(front);
      // A statement of its own, whose value is not used.
      const isCall = /(?:[;{})]|\belse)\s*[\w.>&[\]-]+(?:\.|->)\s*$/.test(front) && /^\s*\(/.test(behind);
      if (isMember && name !== undefined) stored.push({ file, name });
      else if (isCall) calls.push({ file, start: index, end: index + member.length });
      else return `${file} uses ${member} on its own`;
    }
    const isInMacro = input.program.outline(file)?.macros.some(({ body }) => wholeWord(member).test(body));
    if (isInMacro === true) return `${file} uses ${member} on its own`;
  }
  const other = calls.find(({ file }) => wholeWord(to.member).test(withoutWords(input.textOf(file) ?? '')));
  return other ? `${other.file} uses ${to.member} as well` : { stored, calls };
}

/** The places where the function is stored in the member, or its other use. */
function storesOf(
  whole: string,
  name: string,
  member: string,
  item: FunctionItem,
): { start: number; end: number }[] | string {
  const plain = withoutWords(whole);
  const found: { start: number; end: number }[] = [];
  for (const use of usesOf(plain, name, item)) {
    const stored = new RegExp(`(?:\\.|->)\\s*(${quoted(member)})\\s*=\\s*$`).exec(plain.slice(0, use));
    const isEnd = /^\s*[,;}]/.test(plain.slice(use + name.length));
    if (stored === null || !isEnd) return `${name}() is also used elsewhere`;
    const at = stored.index + stored[0].indexOf(member);
    found.push({ start: at, end: at + member.length });
  }
  return found.length > 0 ? found : `where ${name}() is stored was not found`;
}

/**
 * The edits that make a void function return a value, whichever way it ends: an error that it has just reported, or else
 * success.
 */
export function withResult(code: FunctionCode, success: number): TextEdit[] | string {
  const { item, body, text: whole } = code;
  const head = headOf(code);
  if (typeof head === 'string') return head;
  if (head.returns !== 'void') return `${item.name}() already returns a value`;
  const returns = all(body, 'return_statement');
  const written = withoutWords(whole).slice(body.start, body.end);
  if ((written.match(/\breturn\b/g)?.length ?? 0) !== returns.length || /^[ \t]*#/m.test(written))
    return `${item.name}() is compiled in part only`;
  const edits: TextEdit[] = [headAsInt(code)];
  const resultAt = (leave: CodeNode): string =>
    (success === 0 ? reportedError(code, leave) : undefined) ?? String(success);
  for (const node of returns) {
    if (parts(node).length > 0 || !isAsWritten(code, node.start, node.end))
      return `\`${text(code, node)}\` is not a plain return`;
    edits.push({ start: node.start, end: node.end, text: `return ${resultAt(node)};` });
  }
  const last = parts(body).at(-1);
  if (last?.kind === 'return_statement') return edits;
  const close = body.end - 1;
  if (last === undefined || whole.slice(lineStart(whole, close), close) !== '')
    return `${item.name}() does not end on a line of its own`;
  const lineBreak = lineBreakAt(whole, body.start);
  const indent = indentAt(whole, endOf(last).start);
  return [
    ...edits,
    { start: close, end: close, text: `${lineBreak}${indent}return ${resultAt(last)};${lineBreak}` },
  ];
}

/** The statement after a label; the statement itself if it has none. */
function endOf(last: CodeNode): CodeNode {
  const inner = last.kind === 'labeled_statement' ? parts(last).at(-1) : undefined;
  return inner ?? last;
}

/** The function's head with `int` for `void`, its continuation lines aligned. */
function headAsInt({ text: whole, item, body, lines }: FunctionCode): TextEdit {
  const nameAt = lines.offsetOf(item.nameSpan.line, item.nameSpan.column);
  const front = whole.slice(item.start, nameAt).replace(/\bvoid\b/, 'int') + item.name;
  const behind = whole.slice(nameAt + item.name.length, body.start);
  return { start: item.start, end: body.start, text: headWith(front, behind) };
}
