import { quoted } from '../../../../base/words.js';
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
  const factors = (list ? parts(list).slice(0, flagsArg) : []).flatMap((one) => text(code, one).split('*'));
  const size = factors
    .map((one) => one.replace(/^[\s(]+|[\s)]+$/g, ''))
    .map((word) => (/^\d+$/.test(word) ? Number(word) : (program.resolveConstant(word, code.file) ?? 1)))
    .reduce((product, factor) => product * factor, 1);
  return size > MOST_AT_ONCE ? `${size} bytes or more are allocated` : undefined;
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
