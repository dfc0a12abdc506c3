import { folderOf } from '../../base/paths.js';
import { quoted } from '../../base/words.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FunctionCode } from '../text/code.js';
import type { TextEdit } from '../text/edits.js';
import { headWith } from '../text/head.js';
import type { FixInput } from '../types.js';

/** A declaration to insert below that of another function, in a header of the folder. */
export interface DeclaredVariant {
  readonly file: string;
  readonly edit: TextEdit;
}

/**
 * Declares a variant of a function next to it, for callers in other files; or returns why that is not straightforward.
 * One header of the driver declares the function, and the definition and all callers include it.
 */
export function declareBeside(
  input: FixInput,
  target: FunctionRef,
  variant: string,
  files: ReadonlySet<string>,
): DeclaredVariant | string {
  const { program } = input;
  const { name, file } = target;
  const source = input.textOf(file) ?? '';
  if (new RegExp(`\\bEXPORT_\\w+\\(\\s*${quoted(name)}\\b`).test(source))
    return `${name}() is exported to other modules`;
  const found = headersOf(program, file).flatMap((header) =>
    prototypesOf(name, input.textOf(header) ?? '').map((match) => ({ header, match })),
  );
  const [only, ...others] = found;
  if (!only || others.length > 0) return `no header of the driver declares ${name}() once`;
  const { header, match } = only;
  const missing = [...files].find((each) => !program.includesFile(each, header));
  if (missing !== undefined) return `${missing} does not include ${header}`;
  const taken = [...files].find((each) => program.resolveCall(variant, each).length > 0);
  if (taken !== undefined) return `${taken} already sees a function ${variant}()`;
  const [, returns = '', list = ''] = match;
  return { file: header, edit: behind(match, `${headWith(returns + variant, list)};`) };
}

/** Inserts a declaration behind the one that a function's own file has for it; `undefined` if there is no such one. */
export function declareHere({ text, item }: FunctionCode, head: string): TextEdit | undefined {
  const [only, ...others] = prototypesOf(item.name, text);
  if (only === undefined || others.length > 0 || only.index > item.start) return undefined;
  return behind(only, `${head.trim()};`);
}

/** Declarations of a function without its body: what stands before its name, its parameters, and the line break. */
export function prototypesOf(name: string, whole: string): readonly RegExpExecArray[] {
  const pattern = new RegExp(
    `^(?:extern\\s+)?([A-Za-z_][\\w\\s*]*[\\s*])${quoted(name)}(\\s*\\((?:[^();{}#]|\\([^();{}#]*\\))*\\))\\s*;[ \\t]*(\\r?\\n)`,
    'gm',
  );
  return [...whole.matchAll(pattern)];
}

function behind({ 0: found, 3: lineBreak = '\n', index }: RegExpExecArray, words: string): TextEdit {
  const at = index + found.length;
  return { start: at, end: at, text: words + lineBreak };
}

/** The headers in or next to the folder that a file includes. */
function headersOf(program: Program, file: string): readonly string[] {
  const around = folderOf(folderOf(file));
  const found = new Set([file]);
  for (const each of found)
    for (const header of program.included(each))
      if (around === '' || header.startsWith(`${around}/`)) found.add(header);
  return [...found].filter((each) => each.endsWith('.h'));
}
