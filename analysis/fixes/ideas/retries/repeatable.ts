import { text } from '../../text/calls.js';
import { all, memberOf, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import { brief } from '../../moves/between.js';
import type { FixInput } from '../../types.js';

/** Levels of callees that are read. */
const MOST_BELOW = 2;

/** Statements that run at most once and change nothing themselves. */
const PLAIN = new Set([
  'declaration',
  'expression_statement',
  'if_statement',
  'else_clause',
  'compound_statement',
  'return_statement',
]);

/**
 * Why code must not run once more from the start; `undefined` if a second run has the same effect as one. It may set
 * local variables, test them and return, and call what only reads or prints.
 */
export function notRepeatable(
  input: FixInput,
  code: FunctionCode,
  statements: readonly CodeNode[],
): string | undefined {
  for (const statement of statements) {
    const found = [...walk(statement)].find((node) => changes(input, code, node, 0));
    if (found !== undefined) return `\`${brief(code, found)}\` would run again`;
  }
  return undefined;
}

/** Whether a node has an effect that remains, or one that is not known. */
function changes(input: FixInput, code: FunctionCode, node: CodeNode, level: number): boolean {
  if (node.kind.endsWith('_statement') || node.kind.startsWith('macro_')) return !PLAIN.has(node.kind);
  if (node.kind === 'assignment_expression' || node.kind === 'update_expression') {
    const [target] = parts(node);
    return !(
      (target?.kind === 'identifier' && localTypes(code).has(text(code, target))) ||
      (target?.kind === 'subscript_expression' && isOwnArray(code, parts(target)[0]))
    );
  }
  return node.kind === 'call_expression' && !isSize(node) && hasEffect(input, code, node, level);
}

/** Whether an expression is an array that the function declares. */
function isOwnArray(code: FunctionCode, node: CodeNode | undefined): boolean {
  return (
    node?.kind === 'identifier' &&
    all(code.body, 'array_declarator').some((each) => {
      const [name] = parts(each);
      const isStatic = /^\s*static\b/.test(text(code, memberOf(each) ?? each));
      return name?.kind === 'identifier' && text(code, name) === text(code, node) && !isStatic;
    })
  );
}

/** Whether a macro gives the size of an array. */
function isSize(node: CodeNode): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.kind === 'array_declarator') return true;
  return false;
}

function hasEffect(input: FixInput, code: FunctionCode, call: CodeNode, level: number): boolean {
  const [callee] = parts(call);
  if (callee?.kind !== 'identifier') return true;
  const name = text(code, callee);
  const known = isEffect(input, name);
  if (known !== undefined) return known;
  const reached = input.program.resolveCall(name, code.file);
  if (reached.length === 0 || level === MOST_BELOW) return true;
  return reached.some(({ file, item, macro }) => {
    if (macro !== undefined) return mayChange(input, macro.body);
    const own = item && openFunction(input, file, { file, ...item.nameSpan });
    if (typeof own !== 'object') return true;
    return [...walk(own.body)].some((node) => changes(input, own, node, level + 1));
  });
}

/** Whether the models know an effect of a call; `undefined` if they do not know the call. */
function isEffect({ models }: FixInput, name: string): boolean | undefined {
  const lock = models.lockApi(name);
  // A copy from or to user memory, which may fault.
  if (lock !== undefined) return lock.op !== 'might-acquire' || lock.implicit !== models.faultClass;
  const isPlain =
    models.isInert(name) ||
    models.givesData(name) ||
    models.isConditionalBug(name) ||
    models.errorTest(name) !== undefined ||
    models.transparent(name) !== undefined ||
    models.container(name) !== undefined;
  const api = models.api(name);
  if (isPlain) return false;
  return api && api.k !== 'query' && api.touchesUser !== true;
}

/** Whether a macro is more than an expression of values and calls without effect. */
function mayChange(input: FixInput, body: string): boolean {
  if (/[;{}]|\+\+|--|(?<![=!<>])=(?!=)/.test(body)) return true;
  return [...body.matchAll(/(\w+)\s*\(/g)].some(([, name = '']) => isEffect(input, name) !== false);
}
