import { folderOf } from '../../base/paths.js';
import { quoted } from '../../base/words.js';
import type { FunctionRef, Program } from '../../link/types.js';
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
  const pattern = new RegExp(
    `^(?:extern\\s+)?([A-Za-z_][\\w\\s*]*[\\s*])${quoted(name)}(\\s*\\([^();{}#]*\\))\\s*;[ \\t]*(\\r?\\n)`,
    'gm',
  );
  const found = headersOf(program, file).flatMap((header) =>
    [...(input.textOf(header) ?? '').matchAll(pattern)].map((match) => ({ header, match })),
  );
  const [only, ...others] = found;
  if (!only || others.length > 0) return `no header of the driver declares ${name}() once`;
  const { header, match } = only;
  const missing = [...files].find((each) => !program.includesFile(each, header));
  if (missing !== undefined) return `${missing} does not include ${header}`;
  const taken = [...files].find((each) => program.resolveCall(variant, each).length > 0);
  if (taken !== undefined) return `${taken} already sees a function ${variant}()`;
  const at = match.index + match[0].length;
  const [, returns = '', list = '', lineBreak = '\n'] = match;
  const declaration = `${headWith(returns + variant, list)};${lineBreak}`;
  return { file: header, edit: { start: at, end: at, text: declaration } };
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
