import { quoted } from '../../../../base/words.js';
import type { Program } from '../../../../link/types.js';
import type { Models } from '../../../../models/types.js';
import { text } from '../../../text/calls.js';
import { all, parts, walk, type CodeNode, type FunctionCode } from '../../../text/code.js';
import type { FixInput } from '../../../types.js';

/**
 * Why a function does not survive the failure of an allocation, which would become more frequent: it uses the result without
 * a check, or its check stops the machine or only warns. `undefined` if it checks, or only keeps the result.
 */
export function reliesOnSuccess(models: Models, code: FunctionCode, call: CodeNode): string | undefined {
  let node: CodeNode | undefined = call.parent;
  while (node?.kind === 'cast_expression' || node?.kind === 'parenthesized_expression') node = node.parent;
  if (node?.kind !== 'assignment_expression' && node?.kind !== 'init_declarator') return undefined;
  const target = parts(node)[0];
  const name = target ? text(code, target).replace(/^[*\s]+/, '') : '';
  if (name === '') return undefined;
  const after = all(code.body, 'call_expression').filter(({ start }) => start > call.end);
  const words = new RegExp(`(?<![\\w>.])${quoted(name)}(?![\\w>.-])`);
  const crash = after.find((one) => {
    const [callee, list] = parts(one);
    return callee && list && models.isConditionalBug(text(code, callee)) && words.test(text(code, list));
  });
  if (crash) return `\`${text(code, crash)}\` stops the machine when the allocation fails`;
  const warning = warnedFirst(models, code, call, name);
  if (warning) return `\`${text(code, warning)}\` takes a failed allocation for a mistake of the kernel`;
  const rest = code.text.slice(call.end, code.item.end);
  const escaped = quoted(name);
  const test = new RegExp(
    `!\\s*\\(?${escaped}(?![\\w>.-])|${escaped}\\s*(?:[=!]=|\\?|&&|\\|\\|)|(?:if|while)\\s*\\(\\s*${escaped}\\s*\\)|\\w*(?:ERR|WARN|likely)\\w*\\(\\s*!?${escaped}\\s*\\)`,
  );
  if (test.test(rest)) return undefined;
  const followed = new RegExp(`(?<![\\w.>])(?:${escaped}\\s*(?:->|\\[)|\\*\\s*${escaped}(?![\\w.>-]))`);
  const isFilled = after.some((one) => {
    const [callee, list] = parts(one);
    const called = callee ? text(code, callee) : '';
    const [first] = list ? parts(list) : [];
    return models.isFill(called) && first !== undefined && words.test(text(code, first));
  });
  return followed.test(rest) || isFilled
    ? `${name} is used without a check for allocation failure`
    : undefined;
}

/** The statement that only warns, if that is the first thing to look at the result. */
function warnedFirst(models: Models, code: FunctionCode, call: CodeNode, name: string): CodeNode | undefined {
  const first = [...walk(code.body)].find((node) => node.start > call.end && text(code, node) === name);
  for (let at = first?.parent; at !== undefined; at = at.parent) {
    const [callee] = at.kind === 'call_expression' ? parts(at) : [];
    const isWarning = callee !== undefined && models.transparent(text(code, callee)) !== undefined;
    if (isWarning && at.parent?.kind === 'expression_statement') return at;
  }
  return undefined;
}

/** The largest allocation that may be expected to succeed without waiting, in bytes. */
const MOST_AT_ONCE = 32_768;

/** Why an allocation is too large to succeed without waiting; `undefined` if its size is not known to be. */
export function tooLarge(
  { program, models }: FixInput,
  code: FunctionCode,
  call: CodeNode,
): string | undefined {
  const [callee, list] = parts(call);
  const flagsArg = models.api(callee ? text(code, callee) : '')?.gfpArg ?? 0;
  const given = (list ? parts(list).slice(0, flagsArg) : []).map((one) => text(code, one));
  const size = sizeOf(program, code, given.join('*'), VARIABLES_FOLLOWED);
  return size > MOST_AT_ONCE ? `${size} bytes or more are allocated` : undefined;
}

/** Variables followed from the size of an allocation: what they are set to may name further ones. */
const VARIABLES_FOLLOWED = 2;

/** The product of the known factors; a variable counts as the largest known value that the function sets it to. */
function sizeOf(program: Program, code: FunctionCode, product: string, levels: number): number {
  const own = code.text.slice(code.item.bodyStart, code.item.end);
  const valueOf = (word: string): number => {
    if (/^\d+$/.test(word)) return Number(word);
    const constant = program.resolveConstant(word, code.file);
    if (constant !== undefined || levels === 0 || !/^[A-Za-z_]\w*$/.test(word)) return constant ?? 1;
    const set = own.matchAll(new RegExp(`(?<![\\w.>])${word}\\s*=(?!=)([^;,=]+)[;,]`, 'g'));
    return Math.max(1, ...[...set].map(([, value = '']) => sizeOf(program, code, value, levels - 1)));
  };
  return product
    .split('*')
    .map((factor) => valueOf(factor.replace(/^[\s(]+|[\s)]+$/g, '')))
    .reduce((all, factor) => all * factor, 1);
}

/** Why flags must not become those of an atomic allocation; `undefined` if they may. */
export function unfitFlags(
  { models, program }: FixInput,
  code: FunctionCode,
  argument: CodeNode | undefined,
): string | undefined {
  for (const node of argument ? walk(argument) : []) {
    const words = text(code, node);
    if (/^(?:field|call|subscript|pointer)_expression$/.test(node.kind))
      return `${words} may let the allocation wait`;
    if (node.kind !== 'identifier') continue;
    if (models.needsReclaim(words)) return `${words} only makes sense where the allocation may wait`;
    const isFlag =
      models.allocationFlag(words) !== undefined ||
      models.atomicFlag(words) !== undefined ||
      program.resolveConstant(words, code.file) !== undefined ||
      /^[A-Z_\d]+$/.test(words);
    if (!isFlag) return `${words} may let the allocation wait`;
  }
  return undefined;
}
