import type { Location } from '../../base/span.js';
import type { LockApi, Models } from '../../models/types.js';
import { parts, plainText, walk, type CodeNode, type FunctionCode } from './code.js';

/** A call of the locking API in a function's text. */
export interface LockCall {
  /** The call; for `scoped`, the statement that it heads. */
  readonly node: CodeNode;
  readonly api: LockApi;
  /** `guard` and `scoped` are bound to a scope; a `helper` names the lock in its own body. */
  readonly form: 'call' | 'helper' | 'guard' | 'scoped';
  readonly arguments: readonly CodeNode[];
  /** The expression that names the lock or the object that contains it; `undefined` if no argument names the lock. */
  readonly lock: CodeNode | undefined;
  /** The text that `lock` is part of: the file's, or a separate one if a helper names the lock. */
  readonly lockSource: string;
  /** Equal for two calls that name the lock by the same expression. */
  readonly name: string;
}

/** The text that a node's offsets refer to. */
type Source = Pick<FunctionCode, 'text' | 'helper'>;

type Place = Pick<Location, 'line' | 'column'>;

/** The call expression that begins at a place. */
export function callAt(code: FunctionCode, { line, column }: Place): CodeNode | undefined {
  const start = code.lines.offsetOf(line, column);
  for (const node of walk(code.body))
    if (node.start === start && node.kind === 'call_expression') return node;
  return undefined;
}

/** The lock operation that begins at a place. */
export function lockCallAt(
  code: FunctionCode,
  models: Models,
  { line, column }: Place,
): LockCall | undefined {
  const start = code.lines.offsetOf(line, column);
  for (const node of walk(code.body)) {
    const call = node.start === start ? lockCall(code, models, node) : undefined;
    if (call) return call;
  }
  return undefined;
}

/** The lock operation of a call expression; `undefined` for any other call. */
export function lockCall(code: Source, models: Models, node: CodeNode): LockCall | undefined {
  if (node.kind === 'macro_head') return scopedLock(code, models, node);
  if (node.kind !== 'call_expression') return undefined;
  const [callee, list] = parts(node);
  if (!callee || list?.kind !== 'argument_list') return undefined;
  const given = parts(list);
  if (callee.kind === 'identifier') {
    const word = text(code, callee);
    const api = models.lockApi(word);
    return api ? made(code, node, api, 'call', given) : helped(code, node, word, given);
  }
  const [word, classes] = callee.kind === 'call_expression' ? parts(callee) : [];
  if (!word || !classes || models.scopeMacro(text(code, word))?.form !== 'guard') return undefined;
  const api = guardApi(code, models, parts(classes)[0]);
  return api && made(code, node, api, 'guard', given);
}

/** `scoped_guard(class, lock) statement` */
function scopedLock(code: Source, models: Models, node: CodeNode): LockCall | undefined {
  const word = /^\w+/.exec(code.text.slice(node.start, node.end))?.[0] ?? '';
  if (models.scopeMacro(word)?.form !== 'scoped') return undefined;
  const condition = parts(node)[0];
  const given = condition ? listed(parts(condition)[0]) : [];
  const api = guardApi(code, models, given[0]);
  return api && made(code, node, api, 'scoped', given.slice(1));
}

/** The operands of `a, b, c`. */
export function listed(node: CodeNode | undefined): CodeNode[] {
  if (!node) return [];
  return node.kind === 'comma_expression' ? parts(node).flatMap(listed) : [node];
}

function made(
  code: Source,
  node: CodeNode,
  api: LockApi,
  form: LockCall['form'],
  given: readonly CodeNode[],
): LockCall {
  const lock = api.arg === undefined ? undefined : given[api.arg];
  const bit = api.bitArg === undefined ? undefined : given[api.bitArg];
  const words = lock ? `${plainText(code, lock)}${api.path ?? ''}` : (api.implicit ?? '');
  const name = bit ? `${words} ${plainText(code, bit)}` : words;
  return { node, api, form, arguments: given, lock, lockSource: code.text, name: stripAddress(name) };
}

/** A call of a function that only takes or releases a lock. */
function helped(
  code: Source,
  node: CodeNode,
  word: string,
  given: readonly CodeNode[],
): LockCall | undefined {
  const helper = code.helper?.(word);
  const lock = helper?.lockFor(given.map((argument) => plainText(code, argument)));
  if (!helper || !lock) return undefined;
  return {
    node,
    api: helper.api,
    form: 'helper',
    arguments: given,
    lock: lock.node,
    lockSource: lock.text,
    name: stripAddress(lock.text),
  };
}

/** Strips the parentheses: `(&(x->a))` and `&x->a` name the same lock. */
function stripAddress(name: string): string {
  let at = name;
  for (;;) {
    if (at.startsWith('(') && at.endsWith(')') && closes(at)) at = at.slice(1, -1);
    else return at;
  }
}

function closes(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return index === text.length - 1;
  }
  return false;
}

function guardApi(code: Source, models: Models, name: CodeNode | undefined): LockApi | undefined {
  return name && models.lockApi(`guard:${text(code, name)}`);
}

/** The call as written, for messages. */
export function shownCall(code: FunctionCode, call: LockCall): string {
  if (call.form !== 'scoped') return text(code, call.node);
  return text(code, { start: call.node.start, end: parts(call.node)[0]?.end ?? call.node.end });
}

export function text(code: Source, node: Pick<CodeNode, 'start' | 'end'>): string {
  return code.text.slice(node.start, node.end);
}

/** What a call names as the function that it calls. */
export function calledName(code: FunctionCode, call: CodeNode): string {
  const [callee] = parts(call);
  return callee ? text(code, callee) : '';
}

/** All lock operations of a function in text order. */
export function lockCalls(code: FunctionCode, models: Models, within: CodeNode): LockCall[] {
  const found: LockCall[] = [];
  const visit = (node: CodeNode): void => {
    const call = lockCall(code, models, node);
    if (call) found.push(call);
    for (const child of node.children) visit(child);
  };
  visit(within);
  return found;
}
