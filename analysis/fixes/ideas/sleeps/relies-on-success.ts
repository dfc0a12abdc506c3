import { quoted } from '../../../base/words.js';
import type { Models } from '../../../models/types.js';
import { text } from '../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../text/code.js';

/**
 * Why a function does not survive the failure of an allocation, which would become more frequent: it uses the result without
 * a check, or its check stops the machine. `undefined` if it checks, or only keeps the result.
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
