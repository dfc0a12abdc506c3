import { lastWord, wholeWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import { functionsBelow } from '../../moves/below.js';
import { driverFiles } from '../../moves/driver.js';
import { text, type LockCall } from '../../text/calls.js';
import { all, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import { isUnder } from '../sleeps/under-lock.js';

/**
 * Why a wait must not move behind the release: the section frees or clears a member in front of it that the awaited code
 * uses. The lock kept that code away until the wait was over. `undefined` if there is none.
 */
export function givenUpBefore(
  input: FixInput,
  code: FunctionCode,
  { take, wait }: { readonly take: CodeNode; readonly wait: CodeNode },
  handlers: Iterable<FunctionRef>,
): string | undefined {
  const names = new Set<string>();
  for (const node of walk(code.body)) {
    if (node.start < take.end || node.end > wait.start) continue;
    for (const name of givenUp(input, code, node)) names.add(name);
  }
  const unclear = [...names].find((name) => name.startsWith('*'));
  if (unclear !== undefined) return `\`${unclear.slice(1)}\` stands before the wait`;
  for (const handler of names.size === 0 ? [] : handlers)
    for (const fn of functionsBelow(input.program, [handler])) {
      const body = fn.item && input.textOf(fn.file)?.slice(fn.item.bodyStart, fn.item.end);
      const used = [...names].find((name) => new RegExp(`(?:->|\\.)\\s*${name}\\b`).test(body ?? ''));
      if (used !== undefined) return `${fn.name}() uses ${used}, which is given up before the wait`;
    }
  return undefined;
}

/**
 * The same for another function that takes the lock: it may run before the moved wait is over, and rely on what the section
 * says of the awaited code.
 */
export function givenUpUnder(
  input: FixInput,
  code: FunctionCode,
  { took, lock }: { readonly took: LockCall; readonly lock: string },
  awaited: readonly FunctionRef[],
): string | undefined {
  const { program } = input;
  const below = new Set(functionsBelow(program, [...new Set(awaited)]));
  const bodies = [...below].map(
    ({ file, item }) => item && input.textOf(file)?.slice(item.bodyStart, item.end),
  );
  for (const file of driverFiles(program, code.file)) {
    for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
      const isOwn = file === code.file && item.start === code.item.start;
      const fn = isOwn ? undefined : program.functionAt(file, at);
      const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
      if (fn === undefined || below.has(fn) || !isUnder(input, { fn, body }, took, lock)) continue;
      const own = openFunction(input, file, { file, ...item.nameSpan });
      const names =
        typeof own === 'string' ? [] : [...walk(own.body)].flatMap((node) => givenUp(input, own, node));
      const used = names.find((name) => bodies.some((words) => wholeWord(name).test(words ?? '')));
      if (used !== undefined) return `${fn.name}() gives up ${used}, which is used until the wait is over`;
    }
  }
  return undefined;
}

/** The members that a call frees or an assignment clears; with `*` a call that frees what has no name here. */
function givenUp({ models }: FixInput, code: FunctionCode, node: CodeNode): readonly string[] {
  const [first, second] = parts(node);
  if (!first || !second) return [];
  const isMember = (words: string): boolean => /(?:->|\.)\s*\w+$/.test(words);
  if (node.kind === 'call_expression' && models.api(text(code, first))?.k === 'free')
    return parts(second).flatMap((given) => {
      if (isMember(text(code, given))) return lastWord(text(code, given)) ?? [];
      const copied = copiedTo(code, text(code, given)).filter(isMember);
      return copied.length > 0 ? copied.flatMap((from) => lastWord(from) ?? []) : `*${text(code, node)}`;
    });
  const isCleared = node.kind === 'assignment_expression' && text(code, second) === 'NULL';
  return isCleared && isMember(text(code, first)) ? [lastWord(text(code, first)) ?? ''] : [];
}

/** What a function assigns to a variable, as text. */
function copiedTo(code: FunctionCode, variable: string): readonly string[] {
  return [...all(code.body, 'assignment_expression'), ...all(code.body, 'init_declarator')].flatMap(
    (node) => {
      const [target, value] = parts(node);
      return target && value && text(code, target).replace(/^[*\s]+/, '') === variable
        ? text(code, value)
        : [];
    },
  );
}
