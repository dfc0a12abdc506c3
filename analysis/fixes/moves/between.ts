import type { Models } from '../../models/types.js';
import { text } from '../text/calls.js';
import { all, identifiers, parts, walk, type CodeNode, type FunctionCode } from '../text/code.js';
import { isConstant, localTypes, rootTypes, rootsOf, type LockPath, type PathContext } from '../text/path.js';

/** The lock that is to be held over code that ran without it before. */
export interface Extended {
  /** Lock class, as shown. */
  readonly id: string;
  readonly path: LockPath;
  /** The expression that names it. */
  readonly name: string;
}

const EXPRESSIONS = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'number_literal',
  'char_literal',
  'string_literal',
  'string_content',
  'true',
  'false',
  'null',
  'assignment_expression',
  'update_expression',
  'binary_expression',
  'unary_expression',
  'parenthesized_expression',
  'field_expression',
  'subscript_expression',
  'pointer_expression',
  'conditional_expression',
  'cast_expression',
  'type_descriptor',
  'primitive_type',
  'sized_type_specifier',
  'struct_specifier',
  'abstract_pointer_declarator',
  'comma_expression',
]);

/**
 * Why a lock must not be held over these statements; `undefined` if it may. Only plainly harmless code passes:
 * arithmetic on locals and on objects unrelated to the lock.
 */
export function forbids(
  context: PathContext,
  statements: readonly CodeNode[],
  lock: Extended,
): string | undefined {
  for (const statement of statements) {
    const reason = forbid(context, statement, lock);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function forbid(context: PathContext, statement: CodeNode, lock: Extended): string | undefined {
  const { code, models } = context;
  const shown = brief(code, statement);
  switch (statement.kind) {
    case 'declaration':
    case 'expression_statement':
      return unclear(code, models, statement, shown) ?? touches(context, statement, lock, shown);
    case 'if_statement':
    case 'else_clause':
    case 'compound_statement': {
      const condition = statement.kind === 'if_statement' ? parts(statement)[0] : undefined;
      const reason =
        condition && (unclear(code, models, condition, shown) ?? touches(context, condition, lock, shown));
      return (
        reason ??
        forbids(
          context,
          parts(statement).filter((part) => part !== condition),
          lock,
        )
      );
    }
    case 'return_statement':
    case 'goto_statement':
    case 'break_statement':
    case 'continue_statement':
      return `\`${shown}\` in between leaves without ${lock.id}`;
    case 'labeled_statement':
      return `a jump leads to \`${shown}\` in between`;
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
      return `the loop \`${shown}\` in between may wait for something`;
    default:
      return `\`${shown}\` in between is not understood`;
  }
}

/** Why a statement is not plain arithmetic; calls may wait, look something up or take references. */
function unclear(code: FunctionCode, models: Models, node: CodeNode, shown: string): string | undefined {
  for (const part of walk(node)) {
    if (part.kind === 'call_expression') {
      const [callee, list] = parts(part);
      const name = callee ? text(code, callee) : '';
      if (list && models.transparent(name) !== undefined) continue;
      if (models.api(name)?.k === 'wait') return `\`${shown}\` in between waits`;
      if (models.lockApi(name)) return `\`${shown}\` in between takes or releases a lock`;
      return `\`${shown}\` in between calls ${name}(), which may wait, look up an object or take a reference`;
    }
  }
  const values =
    node.kind === 'declaration' ? all(node, 'init_declarator').map((d) => parts(d)[1]) : parts(node);
  for (const value of values) {
    for (const part of value ? walk(value) : []) {
      if (!part.named) continue;
      if (part.kind === 'call_expression' || part.kind === 'argument_list') continue;
      if (!EXPRESSIONS.has(part.kind)) return `\`${shown}\` in between is not understood`;
    }
  }
  return undefined;
}

function touches(context: PathContext, node: CodeNode, lock: Extended, shown: string): string | undefined {
  const { code, models } = context;
  const roots = rootsOf(lock.path);
  const words = [...identifiers(code, node)].filter((word) => models.transparent(word) === undefined);
  const root = words.find((word) => roots.has(word));
  if (root !== undefined) return `\`${shown}\` in between uses ${root}, through which ${lock.id} is reached`;

  const types = localTypes(code);
  const ownTypes = rootTypes(code, lock.path);
  const twin = words.find((word) => reaches(code, node, word) && isSameType(types.get(word), ownTypes));
  if (twin !== undefined)
    return `\`${shown}\` in between reads ${twin}, which may be what ${lock.id} protects`;

  const shared = [
    ...words.filter((word) => !types.has(word) && !isConstant(context, word)),
    ...all(node, 'field_identifier').map((field) => text(code, field)),
  ];
  // A lock in an object protects the object; a global lock may protect anything that is used with it.
  if (lock.path.locals.size > 0) return undefined;
  const taken = shared.find((word) => isUsedWith(context, lock.path, word));
  return taken === undefined
    ? undefined
    : `\`${shown}\` in between uses ${taken}, which ${lock.id} may protect`;
}

function isSameType(type: string | undefined, own: ReadonlySet<string>): boolean {
  return type !== undefined && own.size > 0 && (type === '' || own.has('') || own.has(type));
}

/** Whether the code dereferences a variable, not only uses its value. */
function reaches(code: FunctionCode, node: CodeNode, word: string): boolean {
  return all(node, 'identifier').some((found) => {
    if (text(code, found) !== word) return false;
    let at: CodeNode | undefined = found.parent;
    while (at?.kind === 'parenthesized_expression') at = at.parent;
    return (
      at?.kind === 'field_expression' ||
      at?.kind === 'pointer_expression' ||
      at?.kind === 'subscript_expression'
    );
  });
}

/** Whether another function may use `word` with the lock held: one that names both, or one outside this file. */
function isUsedWith({ code, program }: PathContext, path: LockPath, word: string): boolean {
  const isPrivate = (name: string): boolean => {
    const variable = program.resolveVariable(name, code.file);
    return variable?.file === code.file && variable.item.isStatic;
  };
  if (![...path.globals].some(isPrivate) && !isPrivate(word)) return true;
  const names = [...path.globals].map(wordPattern);
  const wanted = wordPattern(word);
  return (program.outline(code.file)?.functions ?? []).some((other) => {
    if (other.start === code.item.start) return false;
    const body = code.text.slice(other.bodyStart, other.end);
    return wanted.test(body) && names.some((name) => name.test(body));
  });
}

function wordPattern(word: string): RegExp {
  return new RegExp(`(?<![\\w$])${word.replaceAll('$', '\\$')}(?![\\w$])`);
}

/** A statement in one line, shortened for messages. */
export function brief(code: FunctionCode, node: CodeNode): string {
  const words = text(code, node).replaceAll(/\s+/g, ' ');
  return words.length > 48 ? `${words.slice(0, 45)}…` : words;
}
