import type { Models } from '../../models/types.js';
import { text, type LockCall } from './calls.js';
import { all, parts, type CodeNode, type FunctionCode } from './code.js';
import { endWithComment, linesOf } from './layout.js';
import { indentAt, lineBreakAt, lineEnd, lineStart, type TextEdit } from './edits.js';

const TYPE = 'unsigned long';
/** Names that kernel code gives to flags variables, in order of preference. */
const NAMES = ['flags', 'irqflags', 'irq_flags', 'saved_flags'];
const OWN = ['flags', 'flags2', 'irqflags', 'inner_flags'];

/** A flags variable, with the edit that declares it if it is new. */
export interface FlagsVariable {
  readonly name: string;
  readonly declaration: TextEdit | undefined;
}

/**
 * The variable that is used only for saved interrupt states and declared for all of these places, otherwise a new one of
 * the function.
 */
export function flagsVariable(
  code: FunctionCode,
  models: Models,
  places: readonly number[] = [],
): FlagsVariable | undefined {
  const around = all(code.body, 'compound_statement').filter((block) =>
    places.every((at) => at > block.start && at < block.end),
  );
  const own = (places.length === 0 ? [code.body] : around)
    .flatMap((block) => leadingDeclarations(code, block))
    .flatMap((declaration) => plainNames(code, declaration));
  const known = own.find((name) => isOnlyForFlags(code, models, name));
  return known === undefined ? newVariable(code, NAMES) : { name: known, declaration: undefined };
}

/** A new flags variable, whether or not the function has one. */
export function ownFlagsVariable(code: FunctionCode): FlagsVariable | undefined {
  const made = newVariable(code, OWN);
  const last = leadingDeclarations(code)
    .filter((declaration) => plainNames(code, declaration).length > 0)
    .flatMap((declaration) => parts(declaration))
    .at(-1);
  if (made === undefined || last?.kind !== 'identifier') return made;
  return { name: made.name, declaration: { start: last.end, end: last.end, text: `, ${made.name}` } };
}

function newVariable(code: FunctionCode, names: readonly string[]): FlagsVariable | undefined {
  const body = code.text.slice(code.item.start, code.item.end);
  const free = names.find((name) => !new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(body));
  return free === undefined ? undefined : { name: free, declaration: declare(code, free) };
}

/**
 * Removes the flags variable of these calls. Empty if they use none; `undefined` if it has other uses or an initial
 * value.
 */
export function withoutStateVariable(code: FunctionCode, calls: readonly LockCall[]): TextEdit[] | undefined {
  const names = new Set(
    calls.flatMap(({ api, arguments: given }) => {
      const flags = api.flagsArg === undefined ? undefined : given[api.flagsArg];
      return flags ? [text(code, flags).replace(/^&/, '')] : [];
    }),
  );
  const [name, ...others] = names;
  if (name === undefined) return [];
  const uses = all(code.body, 'identifier').filter((node) => text(code, node) === name);
  const declared = uses.find(({ parent }) => parent?.kind === 'declaration')?.parent;
  const lines = declared && linesOf(code, declared, declared);
  if (others.length > 0 || uses.length !== calls.length + 1 || !lines) return undefined;
  const [, ...declarators] = parts(declared);
  const at = declarators.findIndex((declarator) => text(code, declarator) === name);
  const [own, above, below] = [declarators[at], declarators[at - 1], declarators[at + 1]];
  if (!own) return undefined;
  if (above) return [{ start: above.end, end: own.end, text: '' }];
  if (below) return [{ start: own.start, end: below.start, text: '' }];
  const rest = code.text.slice(lines.end);
  const blank = /^[ \t]*\r?\n/.exec(rest)?.[0].length ?? 0;
  const isFirst = code.text.slice(code.body.start + 1, lines.start).trim() === '';
  return [{ start: lines.start, end: lines.end + (isFirst ? blank : 0), text: '' }];
}

/** Declarations at the top of a block, also behind macros that declare (`LIST_HEAD(done);`). */
export function leadingDeclarations(code: FunctionCode, block: CodeNode = code.body): CodeNode[] {
  const found: CodeNode[] = [];
  for (const statement of parts(block)) {
    if (statement.kind === 'declaration') found.push(statement);
    else if (!/^[A-Z][A-Z0-9_]*\(\w+\);$/.test(text(code, statement))) break;
  }
  return found;
}

/** Names that `unsigned long a, b;` declares without an initial value. */
function plainNames(code: FunctionCode, declaration: CodeNode): string[] {
  const [type, ...names] = parts(declaration);
  if (type === undefined || text(code, type).replaceAll(/\s+/g, ' ') !== TYPE) return [];
  return names.filter((name) => name.kind === 'identifier').map((name) => text(code, name));
}

/** Whether every use of the variable saves or restores the interrupt state in a lock operation. */
function isOnlyForFlags(code: FunctionCode, models: Models, name: string): boolean {
  const uses = all(code.body, 'identifier').filter(
    (node) => text(code, node) === name && node.parent?.kind !== 'declaration',
  );
  return (
    uses.length > 0 &&
    uses.every((node) => {
      const given = node.parent?.kind === 'pointer_expression' ? node.parent : node;
      const list = given.parent;
      const call = list?.kind === 'argument_list' ? list.parent : undefined;
      const callee = call && parts(call)[0];
      const word = callee ? text(code, callee) : '';
      const flagsArg = models.lockApi(word)?.flagsArg ?? models.api(word)?.flagsArg;
      return list !== undefined && flagsArg !== undefined && parts(list)[flagsArg] === given;
    })
  );
}

/** Declares a flags variable after the last leading declaration, otherwise at the top of the body. */
function declare(code: FunctionCode, name: string): TextEdit {
  const { text: whole } = code;
  const last = leadingDeclarations(code).at(-1);
  const lineBreak = lineBreakAt(whole, code.body.start);
  if (last !== undefined) {
    const at = endWithComment(code, last);
    return { start: at, end: at, text: `${lineBreak}${indentAt(whole, last.start)}${TYPE} ${name};` };
  }
  const first = parts(code.body)[0] ?? code.comments.find(({ start }) => start > code.body.start);
  const isOwnLine = first && whole.slice(lineStart(whole, first.start), first.start).trim() === '';
  const indent = isOwnLine ? indentAt(whole, first.start) : '\t';
  const at = code.body.start + 1;
  const rest = whole.slice(at, lineEnd(whole, at)).trim() === '' ? '' : `${lineBreak}${indent}`;
  return { start: at, end: at, text: `${lineBreak}${indent}${TYPE} ${name};${lineBreak}${rest}` };
}
