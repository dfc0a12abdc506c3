import { text, type LockCall } from '../text/calls.js';
import { identifiers, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { indentAt, lineBreakAt, type TextEdit } from '../text/edits.js';
import { leadingDeclarations } from '../text/flags.js';
import type { Head } from '../text/head.js';
import { linesOf, withoutStatement } from '../text/layout.js';

/** The code that a function runs under a lock, and how it takes the lock. */
export interface Work {
  /** The body, which asserts the lock instead of taking it. */
  readonly body: string;
  readonly took: LockCall;
  /** Absent if the lock is bound to the scope. */
  readonly release: LockCall | undefined;
  /** Leading declarations that the lock's expression and the flags variable need. */
  readonly declarations: readonly CodeNode[];
}

const RESULTS = ['ret', 'err', 'result', 'value'];

/** The body of the function that takes the lock around its variant; `undefined` if no name is free for the result. */
export function wrapperOf(code: FunctionCode, head: Head, variant: string, work: Work): string | undefined {
  const { took, release, declarations } = work;
  const given = code.item.parameters.map(({ name }) => name).filter((name) => name !== '');
  const taken = new Set([...given, ...declarations.flatMap((one) => [...identifiers(code, one)])]);
  const result = RESULTS.find((name) => !taken.has(name));
  if (result === undefined) return undefined;
  const lineBreak = lineBreakAt(code.text, code.body.start);
  const call = `${variant}(${given.join(', ')});`;
  const isVoid = head.returns === 'void';
  const separator = head.returns.endsWith('*') ? '' : ' ';
  const variables = declarations.map((one) => text(code, one));
  if (!isVoid) variables.push(`${head.returns}${separator}${result};`);
  if (release === undefined) {
    const own = declarations.map((one) => text(code, one));
    const above = own.length > 0 ? [...own, ''] : [];
    const scoped = [...above, `${text(code, took.node)};`, '', isVoid ? call : `return ${call}`];
    return inBraces(scoped, lineBreak);
  }
  const lines = [
    ...variables,
    ...(variables.length > 0 ? [''] : []),
    `${text(code, took.node)};`,
    isVoid ? call : `${result} = ${call}`,
    `${text(code, release.node)};`,
    ...(isVoid ? [] : ['', `return ${result};`]),
  ];
  return inBraces(lines, lineBreak);
}

function inBraces(lines: readonly string[], lineBreak: string): string {
  return ['{', ...lines.map((line) => (line === '' ? '' : `\t${line}`)), '}'].join(lineBreak);
}

/**
 * Asserts the lock instead of taking it: at the top of the body, since callers hold it there already, otherwise in the
 * place of the call.
 */
export function asserted(code: FunctionCode, take: CodeNode, assertion: string): readonly TextEdit[] {
  const { text: whole } = code;
  const declared = new Set(leadingDeclarations(code));
  const first = parts(code.body).find((member) => !declared.has(member)) ?? take;
  const lines = first === take ? undefined : linesOf(code, first, first);
  const without = lines && withoutStatement(code, take);
  if (lines && without) {
    const lineBreak = lineBreakAt(whole, first.start);
    const text = `${indentAt(whole, first.start)}${assertion}${lineBreak}${lineBreak}`;
    return [{ start: lines.start, end: lines.start, text }, without];
  }
  const blanks = /^[ \t]*(?=\r?\n)/.exec(whole.slice(take.end))?.[0].length ?? 0;
  return [{ start: take.start, end: take.end + blanks, text: assertion }];
}
