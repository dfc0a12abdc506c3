import { folderOf } from '../../../base/paths.js';
import { lastWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import type { OtherApi } from '../../../models/types.js';
import type { FunctionItem } from '../../../outline/types.js';
import { driverFiles } from '../../moves/driver.js';
import { functionsBelow } from '../../moves/below.js';
import { functionAt, MOST_UP } from '../../text/callers.js';
import { text, type LockCall } from '../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import { isUnder } from '../sleeps/outside.js';
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

/** A function that runs as the handler of a struct member or of an interrupt. */
export interface Handler {
  readonly fn: FunctionRef;
  /** Whether it is the threaded half of an interrupt handler. */
  readonly isThread: boolean;
}

/**
 * Functions registered as handlers for an object of this name: in the file itself, or in files that share a record of a
 * header of its folder. A header without records is one of helpers, for any number of drivers. If there is no handler in
 * the file and it includes no header with records: in all files of the folder.
 */
export function handlersFor(
  input: FixInput,
  of: FunctionCode,
  object: CodeNode | undefined,
): readonly Handler[] {
  const wanted = object && text(of, object);
  if (wanted === undefined || memberPath(wanted) === undefined) return [];
  const { program } = input;
  const folder = folderOf(of.file);
  const all = program.filesIn(folder);
  const hasRecord = (header: string): boolean =>
    program.outline(header)?.records.some(({ fields }) => fields.length > 0) === true;
  const own = program.included(of.file).filter((header) => folderOf(header) === folder && hasRecord(header));
  const related = all.filter(
    (other) =>
      other === of.file ||
      own.includes(other) ||
      program.included(other).some((header) => own.includes(header)),
  );
  const found = registeredIn(input, wanted, related);
  return found.length > 0 || own.length > 0 ? found : registeredIn(input, wanted, all);
}

function registeredIn(input: FixInput, wanted: string, files: readonly string[]): readonly Handler[] {
  const found = new Map<FunctionRef, Handler>();
  const { program, models } = input;
  const isRegistering = ({ calls }: FunctionItem): boolean =>
    calls.some((name) => models.api(name)?.handlerArg !== undefined);
  const registering = files.flatMap((file) =>
    (program.outline(file)?.functions ?? []).filter(isRegistering).map((item) => ({ file, item })),
  );
  for (const fn of registering) {
    const code = codeOf(input, fn);
    if (code === undefined) continue;
    for (const [name, given] of callsIn(code)) {
      const api = models.api(name);
      if (api?.handlerArg === undefined) continue;
      const { objectArg } = api;
      const at = typeof objectArg === 'number' ? objectArg : api.handlerArg - 1;
      const object = given[at];
      if (!object || !isSameMember(text(code, object), wanted)) continue;
      for (const handlerArg of [api.handlerArg, api.threadArg]) {
        const handler = handlerArg === undefined ? undefined : given[handlerArg];
        const named = handler && lastWord(text(code, handler));
        const [target] = named === undefined ? [] : program.resolveCall(named, fn.file);
        const isThread = handlerArg === api.threadArg;
        if (target !== undefined) found.set(target, { fn: target, isThread });
      }
    }
  }
  return [...found.values()];
}

/**
 * `timer->irq` of `hcd->timer->irq`, `->irq` of `hcd->irq`: each function names the containing object differently. An
 * element keeps its index, `->irq[1]` of `hcd->irq[1]`.
 */
function memberPath(words: string): string | undefined {
  const [, inner = '', last] = /(?:(?:->|\.)(\w+))?(?:->|\.)(\w+(?:\[\w+\])?)\W*$/.exec(words) ?? [];
  return last === undefined ? lastWord(words) : `${inner}->${last}`;
}

/** Whether two expressions name the same member, of an object that only one of them may reach through another one. */
function isSameMember(one: string, other: string): boolean {
  const [a, b] = [memberPath(one), memberPath(other)];
  if (a === undefined || a === b) return a !== undefined;
  // `pdev->irq` and `priv->pdev->irq`.
  const whole = (words: string): string => words.replace(/^(\w+)(?:->|\.)(\w+)$/, '$1->$2');
  return whole(one) === b || whole(other) === a;
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

function codeOf(
  input: FixInput,
  { file, item }: Pick<FunctionRef, 'file' | 'item'>,
): FunctionCode | undefined {
  if (item === undefined) return undefined;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  return typeof code === 'string' ? undefined : code;
}

function callsIn(code: FunctionCode): (readonly [string, readonly CodeNode[]])[] {
  return all(code.body, 'call_expression').flatMap((node) => {
    const [callee, list] = parts(node);
    return callee?.kind === 'identifier' && list ? [[text(code, callee), parts(list)] as const] : [];
  });
}
