import type { FunctionRef } from '../../link/types.js';
import type { MacroItem } from '../../outline/types.js';
import type { Parser } from '../../syntax/types.js';
import { lockCall } from './calls.js';
import {
  isAsWritten,
  parseExpression,
  parts,
  plainText,
  readFunction,
  walk,
  type CodeNode,
  type FunctionCode,
  type Helper,
} from './code.js';
import type { FixInput } from '../types.js';

type Surroundings = Pick<FixInput, 'program' | 'models' | 'parser' | 'textOf' | 'opened'>;

/** The helper that `name` denotes in `file`, if it resolves to one function that only takes or releases a lock. */
export function helperOf(input: Surroundings, file: string, name: string): Helper | undefined {
  const { models, parser } = input;
  const only = onlyThing(input, file, name, 'expression_statement');
  const call = only && lockCall(only.code, models, only.node);
  if (!call || call.form !== 'call' || call.arguments.length > 1 || call.api.path !== undefined)
    return undefined;
  const { api, lock } = call;
  const takes = api.op === 'acquire' || (api.op === 'try' && api.uncheckedHolds === true);
  if (!lock || (!takes && api.op !== 'release')) return undefined;
  return {
    api,
    lockFor(given) {
      const named = substitute(only.code, lock, only.parameters, given);
      return named === undefined ? undefined : parseExpression(parser, named);
    },
  };
}

/** The position of the argument that the returned object contains, if `name` is only a container_of() or similar. */
export function containerOf(input: Surroundings, file: string, name: string): number | undefined {
  const only = onlyThing(input, file, name, 'return_statement');
  const [callee, list] = only?.node.kind === 'call_expression' ? parts(only.node) : [];
  const word = (node: CodeNode | undefined): string =>
    only && node ? only.code.text.slice(node.start, node.end) : '';
  const container = callee && input.models.container(word(callee));
  const argument = container && list && parts(list)[container.pointerArg];
  const inner = argument?.kind === 'parenthesized_expression' ? parts(argument)[0] : argument;
  const position = only?.parameters.indexOf(word(inner)) ?? -1;
  return position < 0 ? undefined : position;
}

/** The single expression that a function or macro consists of. */
interface OnlyCall {
  readonly code: Pick<FunctionCode, 'text'>;
  readonly node: CodeNode;
  readonly parameters: readonly string[];
}

function onlyThing(
  input: Surroundings,
  file: string,
  name: string,
  kind: 'expression_statement' | 'return_statement',
): OnlyCall | undefined {
  const [target, ...others] = input.program.resolveCall(name, file);
  if (!target || others.length > 0) return undefined;
  return target.macro ? macroCall(input.parser, target.macro) : functionCall(input, target, kind);
}

function functionCall(
  input: Surroundings,
  { file, index, item }: FunctionRef,
  kind: 'expression_statement' | 'return_statement',
): OnlyCall | undefined {
  const text = input.textOf(file);
  const outline = input.program.outline(file);
  if (text === undefined || !outline || !item) return undefined;
  const code = readFunction(input, { file, text, outline, lines: input.opened.linesOf(text) }, index);
  const [statement, ...more] = code ? parts(code.body) : [];
  if (!code || statement?.kind !== kind || more.length > 0) return undefined;
  // Text hidden from the parser may have effects; types in a value do not.
  if (kind === 'expression_statement' && !isAsWritten(code, code.body.start, code.body.end)) return undefined;
  const node = parts(statement)[0];
  return node && { code, node, parameters: item.parameters.map((parameter) => parameter.name) };
}

function macroCall(parser: Parser, { body, parameters }: MacroItem): OnlyCall | undefined {
  const only = parameters && parseExpression(parser, body.trim().replace(/;$/, ''));
  return only && { code: only, node: only.node, parameters };
}

/** The text of an expression with arguments substituted for parameters. */
function substitute(
  code: Pick<FunctionCode, 'text'>,
  expression: CodeNode,
  parameters: readonly string[],
  given: readonly string[],
): string | undefined {
  let result = '';
  let from = expression.start;
  for (const node of walk(expression)) {
    if (node.kind !== 'identifier') continue;
    const position = parameters.indexOf(code.text.slice(node.start, node.end));
    if (position < 0) continue;
    const argument = given[position];
    if (argument === undefined) return undefined;
    result += code.text.slice(from, node.start) + (/^\w+$/.test(argument) ? argument : `(${argument})`);
    from = node.end;
  }
  const whole = result + code.text.slice(from, expression.end);
  return plainText({ text: whole }, { start: 0, end: whole.length }).replaceAll(/\(&(\w+)\)->/g, '$1.');
}
