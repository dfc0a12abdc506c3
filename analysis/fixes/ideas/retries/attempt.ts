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
  /** The call that gives up if the lock is taken. */
  readonly tried: string;
  /** The statements in front. */
  readonly front: readonly CodeNode[];
}

/** The acquisition that a step names, with the call to put in its place. */
export function acquiredAt(input: FixInput, code: FunctionCode, took: LockCall): Acquired | string {
  const found = acquisitionOf(code, input.models, took);
  if (typeof found === 'string') return found;
  const name = calledName(code, took.node);
  const tries = took.form === 'call' ? input.models.attempt(name) : undefined;
  if (tries === undefined) return `${text(code, took.node)} has no variant that gives up`;
  if (found.list !== code.body || found.labelled)
    return `${text(code, took.node)} is taken under a condition`;
  if (takenIn(input, code, took.name).length > 1)
    return `${code.item.name}() takes ${took.name} more than once`;
  const members = parts(code.body);
  const tried = `${tries.name}${code.text.slice(took.node.start + name.length, took.node.end)}`;
  return { code, found, tried, front: members.slice(0, members.indexOf(found.first)) };
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
export function givingUp(tried: string, lines: readonly string[], { indent, lineBreak }: Blank): string {
  const inner = lines.map((line) => `${indent}\t${line}`);
  if (lines.length === 1) return [`if (!${tried})`, ...inner].join(lineBreak);
  return [`if (!${tried}) {`, ...inner, `${indent}}`].join(lineBreak);
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
