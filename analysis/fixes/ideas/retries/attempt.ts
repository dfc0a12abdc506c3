import { wholeWord } from '../../../base/words.js';
import { calledName, lockCalls, text, type LockCall } from '../../text/calls.js';
import { isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { indentAt, lineBreakAt, type TextEdit } from '../../text/edits.js';
import { acquisitionOf, type Acquisition } from '../../text/forms.js';
import { linesOf } from '../../text/layout.js';
import type { FixInput, Region } from '../../types.js';
import { includeEdit } from '../include.js';

/** A change of one function, or of several in one file. */
export interface Attempt {
  readonly file: string;
  readonly names: readonly string[];
  readonly edits: readonly TextEdit[];
  readonly regions: readonly Region[];
}

/** An acquisition among the statements of a function's body. */
export interface Acquired {
  readonly code: FunctionCode;
  readonly found: Acquisition;
  readonly tried: Tried;
  /** The statements in front. */
  readonly front: readonly CodeNode[];
}

/** What takes the place of an acquisition. */
interface Tried {
  /** A statement in front, which declares a guard. */
  readonly declared?: string;
  /** The condition that the lock is taken by someone else. */
  readonly gaveUp: string;
}

/** The acquisition that a step names, with the call to put in its place. */
export function acquiredAt(input: FixInput, code: FunctionCode, took: LockCall): Acquired | string {
  const found = acquisitionOf(code, input.models, took);
  if (typeof found === 'string') return found;
  const tried = took.form === 'guard' ? triedGuard(input, code, took) : triedCall(input, code, took);
  if (tried === undefined) return `${text(code, took.node)} has no variant that gives up`;
  if (found.list !== code.body || found.labelled)
    return `${text(code, took.node)} is taken under a condition`;
  if (takenIn(input, code, took.name).length > 1)
    return `${code.item.name}() takes ${took.name} more than once`;
  const members = parts(code.body);
  return { code, found, tried, front: members.slice(0, members.indexOf(found.first)) };
}

function triedCall({ models }: FixInput, code: FunctionCode, { node, form }: LockCall): Tried | undefined {
  const name = calledName(code, node);
  const tries = form === 'call' ? models.attempt(name) : undefined;
  return tries && { gaveUp: `!${tries.name}${code.text.slice(node.start + name.length, node.end)}` };
}

/** Names for a guard; the first that the function does not use is taken. */
const GUARDS = ['lock', 'guard', 'taken'];

/** The same for a guard, where the headers have one that may fail. */
function triedGuard(input: FixInput, code: FunctionCode, { node, api }: LockCall): Tried | undefined {
  const { models, program } = input;
  const attempt = models.guardAttempt;
  const tries = models.attempt(api.name)?.name.split(':')[1];
  const [callee] = parts(node);
  const own = code.text.slice(code.item.start, code.item.end);
  const name = GUARDS.find((each) => !wholeWord(each).test(own));
  if (!attempt || !tries || !callee || !name) return undefined;
  if (program.resolveCall(attempt.declared, code.file).length === 0) return undefined;
  return {
    declared: `${attempt.declared}(${tries}, ${name})${code.text.slice(callee.end, node.end)};`,
    gaveUp: `${attempt.failed}(${tries}, &${name})`,
  };
}

/** The calls of a function that take the lock with this name, with or without its address operator. */
export function takenIn(input: FixInput, code: FunctionCode, name: string): readonly LockCall[] {
  return lockCalls(code, input.models, code.body).filter(
    (call) =>
      withoutAddress(call.name) === withoutAddress(name) &&
      (call.api.op === 'acquire' || call.api.op === 'try'),
  );
}

/** `lock` of `&lock` and `&(lock)`. */
export function withoutAddress(name: string): string {
  return name.replace(/^&/, '').replace(/^\((.*)\)$/, '$1');
}

/** The blank space of the code around. */
export interface Blank {
  readonly indent: string;
  readonly lineBreak: string;
}

/** `if (!try) { … }` */
function givingUp(
  { declared, gaveUp }: Tried,
  lines: readonly string[],
  { indent, lineBreak }: Blank,
): string {
  const inner = lines.map((line) => `${indent}\t${line}`);
  const isBlock = lines.length > 1;
  const front = declared === undefined ? '' : `${declared}${lineBreak}${indent}`;
  return [`${front}if (${gaveUp})${isBlock ? ' {' : ''}`, ...inner, ...(isBlock ? [`${indent}}`] : [])].join(
    lineBreak,
  );
}

/** Replaces the statements of an acquisition. */
export function replaced(
  input: FixInput,
  { code, found: { first, last }, tried }: Acquired,
  instead: readonly string[],
): Attempt | string {
  const lines = linesOf(code, first, last);
  if (!lines || !isAsWritten(code, lines.start, lines.end)) return 'other code shares the line of the lock';
  const layout = { indent: indentAt(code.text, first.start), lineBreak: lineBreakAt(code.text, first.start) };
  return changed(input, code, { start: first.start, end: last.end, text: givingUp(tried, instead, layout) });
}

/** One edit of a function, with the header that it needs. */
export function changed(input: FixInput, code: FunctionCode, edit: TextEdit): Attempt {
  const { file } = code;
  const needed = headerFor(input, file, edit.text);
  return {
    file,
    names: [code.item.name],
    edits: needed === undefined ? [edit] : [needed, edit],
    regions: [{ file, start: edit.start, end: edit.end }],
  };
}

/** The include that a file lacks for the calls that are new in it. */
function headerFor(input: FixInput, file: string, made: string): TextEdit | undefined {
  const { program, models } = input;
  const name = [models.restart, models.pause.name].find((one) => made.includes(`${one}(`));
  const [declared] = name === undefined ? [] : program.resolveCall(name, file);
  if (declared === undefined || !declared.file.endsWith('.h')) return undefined;
  return program.includesFile(file, declared.file)
    ? undefined
    : includeEdit(input.textOf(file) ?? '', declared.file);
}

/** Several changes of one file as one. */
export function together(attempts: readonly Attempt[], file: string): Attempt {
  const edits = attempts.flatMap((each) => each.edits);
  const isFirst = (edit: TextEdit, at: number): boolean =>
    edits.findIndex(({ start, text: made }) => start === edit.start && made === edit.text) === at;
  return {
    file,
    names: attempts.flatMap(({ names }) => names),
    edits: edits.filter(isFirst),
    regions: attempts.flatMap(({ regions }) => regions),
  };
}
