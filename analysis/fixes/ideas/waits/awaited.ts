import { lastWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import type { OtherApi } from '../../../models/types.js';
import { driverFiles } from '../../moves/driver.js';
import { functionsBelow } from '../../moves/below.js';
import { functionAt, MOST_UP } from '../../text/callers.js';
import { text, type LockCall } from '../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import type { FixInput } from '../../types.js';
import { isUnder } from '../sleeps/under-lock.js';
import { callsIn, codeOf, handlersFor } from './handlers.js';
import { heldAbove } from './held-above.js';

/** Kinds of awaited code that other code starts. */
const QUEUED: ReadonlySet<NonNullable<OtherApi['awaits']>> = new Set([
  'work',
  'timer',
  'tasklet',
  'irq',
  'kthread',
  'napi',
]);

/**
 * Why a wait must not move among the steps that stop a device; `undefined` if it may. The awaited code may start
 * something that no code waits for afterwards, which the held lock has prevented so far. If the section consists of the
 * wait, the lock has prevented nothing that could not happen directly before: then only what the function stopped
 * earlier must not start again.
 */
export function startsOthers(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  behind: number,
  isAlone = false,
): string | undefined {
  const [callee, list] = parts(call);
  const name = callee ? text(code, callee) : '';
  const { arg, awaits } = input.models.api(name) ?? {};
  if (awaits === undefined) return undefined;
  const object = list && arg !== undefined ? parts(list)[arg] : undefined;
  const member = object && lastWord(text(code, object));
  const handlers = awaitedBy(input, code, object);
  if (handlers.size === 0 && QUEUED.has(awaits)) return `what ${name}() waits for is not known`;
  for (const handler of handlers) {
    for (const other of startedBelow(input, handler)) {
      if (other === member || isAwaited(input, code, other, ({ start }) => start >= behind)) continue;
      if (isAlone && !isAwaited(input, code, other, ({ start }) => start < call.start)) continue;
      return `${handler.name}() starts ${other}, and nothing waits for that after ${name}()`;
    }
  }
  return undefined;
}

/**
 * Why a wait must not move behind the release of a lock: a function that takes the lock, itself, below or above, starts the
 * awaited code. If it came in between, the wait would stop what was started after the section. `undefined` if there is
 * none.
 */
export function startedWhereHeld(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  { took, lock }: { readonly took: LockCall; readonly lock: string },
): string | undefined {
  const [callee, list] = parts(call);
  const { arg, awaits } = (callee && input.models.api(text(code, callee))) ?? {};
  const object = list && arg !== undefined ? parts(list)[arg] : undefined;
  const member = object && lastWord(text(code, object));
  if (awaits === undefined || !QUEUED.has(awaits) || member === undefined) return undefined;
  const { program, models } = input;
  const handlers = awaitedBy(input, code, object);
  // A handler that goes on by itself is started by whoever calls it as well.
  const going = [...handlers].filter((handler) => starts(input, handler, member));
  const calling = new Set(going.flatMap((handler) => program.callers(handler)));
  for (const file of driverFiles(program, code.file)) {
    for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
      const isOwn = file === code.file && item.start === code.item.start;
      const fn = program.functionAt(file, at);
      if (fn === undefined || handlers.has(fn)) continue;
      const isStarting = item.calls.some((name) => models.startedArg(name) !== undefined);
      if (!calling.has(fn) && !(isStarting && starts(input, fn, member))) continue;
      if (isOwn) return `${fn.name}() starts ${member} as well, and may run again in between`;
      const taking = takerAbove(input, fn, handlers, { took, lock });
      if (taking === fn || heldAbove(input, [fn]).has(lock))
        return `${fn.name}() starts ${member} where ${lock} is held`;
      if (taking !== undefined) return `${taking.name}() takes ${lock}, and starts ${member} elsewhere`;
    }
  }
  return undefined;
}

/** The function, or one that leads to it, that takes a lock: what it sets there may belong to what it starts. */
function takerAbove(
  input: FixInput,
  from: FunctionRef,
  without: ReadonlySet<FunctionRef>,
  { took, lock }: { readonly took: LockCall; readonly lock: string },
): FunctionRef | undefined {
  const seen = new Set([from]);
  const open = [...seen].map((fn): readonly [FunctionRef, number] => [fn, 0]);
  for (const [fn, level] of open) {
    const body = fn.item && input.textOf(fn.file)?.slice(fn.item.bodyStart, fn.item.end);
    if (isUnder(input, { fn, body: body ?? '' }, took, lock)) return fn;
    for (const caller of level === MOST_UP ? [] : input.program.callers(fn)) {
      if (seen.has(caller) || without.has(caller)) continue;
      seen.add(caller);
      open.push([caller, level + 1]);
    }
  }
  return undefined;
}

/**
 * The function, or one that it calls, that starts the awaited code of this name: where it runs twice at a time, the lock
 * keeps each start with the wait before it.
 */
export function startsAgain(
  input: FixInput,
  from: FunctionRef,
  member: string,
  awaited: ReadonlySet<FunctionRef>,
): FunctionRef | undefined {
  const { program, models } = input;
  for (const fn of functionsBelow(program, [from], (callee) => !awaited.has(callee)))
    if (fn.item?.calls.some((name) => models.startedArg(name) !== undefined) && starts(input, fn, member))
      return fn;
  return undefined;
}

/** Whether a function starts a work item, timer or tasklet of this name; also if it cannot be parsed. */
function starts(input: FixInput, fn: FunctionRef, member: string): boolean {
  const code = codeOf(input, fn);
  if (code === undefined) return true;
  return callsIn(code).some(([name, given]) => {
    const at = input.models.startedArg(name);
    const started = at === undefined ? undefined : given[at];
    return started !== undefined && lastWord(text(code, started)) === member;
  });
}

/** Functions that a wait for an object is known to wait for. */
export function awaitedBy(
  input: FixInput,
  code: FunctionCode,
  object: CodeNode | undefined,
): ReadonlySet<FunctionRef> {
  return new Set([...toldHandlers(input), ...handlersFor(input, code, object).map(({ fn }) => fn)]);
}

/** Handlers in the finding's own story. */
function toldHandlers(input: FixInput): readonly FunctionRef[] {
  const [first] = input.finding.story.filter(({ path, entry }) => path === 1 && entry !== 'awaited');
  const handler = first && functionAt(input, first);
  return handler === undefined ? [] : [handler];
}

/** Names of work items, timers and tasklets that a function or its callees start. */
function startedBelow(input: FixInput, from: FunctionRef): ReadonlySet<string> {
  const names = new Set<string>();
  // A function of the API starts the object that it is given.
  const isOther = ({ name }: FunctionRef): boolean => input.models.startedArg(name) === undefined;
  for (const fn of functionsBelow(input.program, [from], isOther)) {
    if (!(fn.item?.calls ?? []).some((name) => input.models.startedArg(name) !== undefined)) continue;
    const code = codeOf(input, fn);
    // A function that cannot be parsed may start anything.
    if (code === undefined) names.add(`something in ${fn.name}()`);
    for (const [name, given] of code ? callsIn(code) : []) {
      const at = input.models.startedArg(name);
      const started = at === undefined ? undefined : given[at];
      if (!code || !started) continue;
      const words = lastWord(text(code, started)) ?? text(code, started);
      const isGiven = fn.item?.parameters.some((parameter) => parameter.name === words) === true;
      // A handler's parameter is the object it runs for.
      if (isGiven && fn === from) continue;
      names.add(isGiven ? `what ${fn.name}() is given` : words);
    }
  }
  return names;
}

function isAwaited(
  input: FixInput,
  code: FunctionCode,
  member: string,
  isThere: (wait: CodeNode) => boolean,
): boolean {
  return all(code.body, 'call_expression').some((node) => {
    const [callee, list] = parts(node);
    const api = callee && input.models.api(text(code, callee));
    if (!isThere(node) || api?.k !== 'wait' || api.arg === undefined) return false;
    const object = list && parts(list)[api.arg];
    return object !== undefined && lastWord(text(code, object)) === member;
  });
}
