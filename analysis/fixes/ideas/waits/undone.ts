import { lastWord, wholeWord } from '../../../base/words.js';
import type { OtherApi } from '../../../models/types.js';
import type { FunctionRef } from '../../../link/types.js';
import { driverFiles } from '../../moves/driver.js';
import { givenToIterator } from '../../moves/iterators.js';
import { text, type LockCall } from '../../text/calls.js';
import { all, identifiers, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import { isUnder } from '../sleeps/under-lock.js';
import { awaitedBy } from './awaited.js';
import { heldAbove } from './held-above.js';

interface Undoing {
  readonly call: CodeNode;
  /** Offset at which the section, or a function called in it, begins. */
  readonly from: number;
  readonly took: LockCall;
  /** Lock class, as shown. */
  readonly lock: string;
  /** Whether other functions that name the object matter: the lock orders them with this one. */
  readonly isOrdered: boolean;
}

/**
 * Why a call that takes back a registration, besides waiting for its handler, must stay under the lock; `undefined` if
 * it may move behind the release. A second task may find the same object in between and take it back again, or
 * another function may register it again where the lock says that it is gone already.
 */
export function undoneWhereHeld(input: FixInput, code: FunctionCode, undoing: Undoing): string | undefined {
  const { call, from, took, lock, isOrdered } = undoing;
  const [callee, list] = parts(call);
  const api = callee && input.models.api(text(code, callee));
  const object = list && api?.arg !== undefined ? parts(list)[api.arg] : undefined;
  if (!api || !callee || object === undefined || !isUndoing(input, text(code, callee), api)) return undefined;
  const found = foundUnder(input, code, object, { from, to: call.start, lock });
  if (found !== undefined) return found;
  const member = lastWord(text(code, object));
  // Who registers an entry of the kernel's own list waits for the awaited code as well: under the lock, in whatever order.
  if (!(isOrdered || api.awaits === 'other') || member === undefined) return undefined;
  const { program } = input;
  const handlers = awaitedBy(input, code, object);
  for (const file of driverFiles(program, code.file)) {
    const whole = input.textOf(file);
    for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
      const body = whole?.slice(item.bodyStart, item.end) ?? '';
      const isOwn = file === code.file && item.start === code.item.start;
      const fn = isOwn || !wholeWord(member).test(body) ? undefined : program.functionAt(file, at);
      if (fn === undefined || handlers.has(fn) || !isGiven(input, fn, member)) continue;
      if (isUnder(input, { fn, body }, took, lock) || heldAbove(input, [fn]).has(lock))
        return `${fn.name}(), which uses ${member}, takes ${lock} as well`;
    }
  }
  return undefined;
}

/** Whether a call ends a registration. What is reached through a pointer of its own is not registered again in place. */
function isUndoing({ models }: FixInput, name: string, { awaits, byHandle }: OtherApi): boolean {
  if (awaits === 'irq')
    return models.withoutWait(name) === undefined && models.spinningWait(name) === undefined;
  return awaits === 'kernfs' || awaits === 'other' || (awaits === 'queue' && byHandle !== true);
}

/**
 * Why a second task may find the same object: a variable of its expression gets its value between two offsets, and no
 * call there unlinks it. `undefined` if none can.
 */
export function foundUnder(
  input: FixInput,
  code: FunctionCode,
  object: CodeNode,
  { from, to, lock }: { readonly from: number; readonly to: number; readonly lock: string },
): string | undefined {
  const isThere = ({ start }: CodeNode): boolean => from <= start && start < to;
  const locals = localTypes(code);
  const unlinked = all(code.body, 'call_expression').filter((call) => {
    const [callee] = parts(call);
    return isThere(call) && callee !== undefined && input.models.unlinks(text(code, callee));
  });
  const found = [...identifiers(code, object)].find((word) => {
    if (!locals.has(word) || unlinked.some((call) => identifiers(code, call).has(word))) return false;
    const isSet = [...all(code.body, 'assignment_expression'), ...all(code.body, 'init_declarator')].some(
      (node) => {
        const [target] = parts(node);
        return isThere(node) && target !== undefined && text(code, target).replace(/^[\s*]+/, '') === word;
      },
    );
    const heads = all(code.body, 'macro_head').filter(isThere);
    return isSet || heads.some((head) => givenToIterator(input, code, head).includes(word));
  });
  return found && `${found}, which is found where ${lock} is held, may be gone or taken back twice`;
}

/** Whether a function passes a member or variable of this name to a call other than of the locking API. */
function isGiven(input: FixInput, { file, item }: FunctionRef, member: string): boolean {
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  // A function that cannot be parsed may register anything.
  if (code === undefined || typeof code === 'string') return true;
  const { models } = input;
  return all(code.body, 'call_expression').some((call) => {
    const [callee, list] = parts(call);
    const name = callee ? text(code, callee) : '';
    const isKnown =
      models.isInert(name) || models.lockApi(name) !== undefined || models.container(name) !== undefined;
    return (
      !isKnown && list !== undefined && parts(list).some((given) => lastWord(text(code, given)) === member)
    );
  });
}
