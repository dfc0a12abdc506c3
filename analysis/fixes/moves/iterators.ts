import { listed, text } from '../text/calls.js';
import { parts, type CodeNode, type FunctionCode } from '../text/code.js';
import type { FixInput } from '../types.js';

/** Bare arguments of an iterator macro that it may assign: those that its body uses otherwise than through a pointer. */
export function givenToIterator(input: FixInput, code: FunctionCode, head: CodeNode): readonly string[] {
  const condition = parts(head)[0];
  const inner = condition && parts(condition)[0];
  const given = inner?.kind === 'comma_expression' ? listed(inner) : inner ? [inner] : [];
  const name = /^\w+/.exec(text(code, head))?.[0] ?? '';
  const [target, ...others] = input.program.resolveCall(name, code.file);
  const macro = others.length === 0 ? target?.macro : undefined;
  return given.flatMap((argument, at) => {
    const parameter = macro?.parameters?.[at];
    const followed = new RegExp(`(?<!\\w)(?:${parameter ?? ''}|\\(${parameter ?? ''}\\))\\s*(?:->|\\[)`, 'g');
    const rest = parameter === undefined ? undefined : macro?.body.replaceAll(followed, '');
    const isFollowed = rest !== undefined && !new RegExp(`(?<!\\w)${parameter ?? ''}(?!\\w)`).test(rest);
    return argument.kind === 'identifier' && !isFollowed ? [text(code, argument)] : [];
  });
}
