import { folderOf } from '../../base/paths.js';
import { absolute } from '../../base/span.js';
import { quoted } from '../../base/words.js';
import type { StoryStep } from '../../checks/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockMode } from '../../models/types.js';
import type { FixInput } from '../types.js';
import type { FileOutline, FunctionItem } from '../../outline/types.js';
import { isInOwnInclude, isKernelHeader, isPartial, ownHeaders } from '../moves/driver.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { text } from './calls.js';
import { all, parts, type FunctionCode } from './code.js';
import { openFunction } from './source.js';

/** Levels of callers followed above a function. */
export const MOST_UP = 4;

/**
 * Why one of these functions must not be changed for this finding; `undefined` if all may. All of its calls must be
 * known, and reported by the same rule for the same locks. With `shared`, other files of the driver may call it, if all
 * of them are visible.
 */
export function calledOtherwise(
  input: FixInput,
  steps: readonly StoryStep[],
  shared = false,
): string | undefined {
  const { program } = input;
  const reported = reportedPlaces(input);
  for (const step of steps) {
    const fn = functionAt(input, step);
    if (fn?.item === undefined) return `${step.function}() could not be analysed completely`;
    if (!shared && isNamed(input, fn)) return `${fn.name}() may have other callers`;
    const callers = callersOf(input, fn);
    if (typeof callers === 'string') return callers;
    for (const caller of callers) {
      const skeleton = program.skeleton(caller);
      const calls =
        skeleton && eventsOf(skeleton).filter((event) => event.k === 'call' && event.callee === fn.name);
      const isReported = calls?.every((call) => {
        const { line, column } = absolute(call.at, caller.line);
        return reported.has(`${caller.file}:${line}:${column}`);
      });
      if (isReported !== true) return `${caller.name}() calls ${fn.name}() in another way`;
    }
  }
  return undefined;
}

function reportedPlaces({ analysis, finding }: FixInput): ReadonlySet<string> {
  const places = new Set<string>();
  for (const other of analysis.findings) {
    if (other.rule !== finding.rule) continue;
    for (const { file, line, column } of other.story) places.add(`${file}:${line}:${column}`);
  }
  return places;
}

/** The function around a place. */
export function functionAt(
  { program, textOf, opened }: Pick<FixInput, 'program' | 'textOf' | 'opened'>,
  step: Pick<StoryStep, 'file' | 'line' | 'column'>,
): FunctionRef | undefined {
  const whole = textOf(step.file);
  const functions = program.outline(step.file)?.functions ?? [];
  if (whole === undefined) return undefined;
  const offset = opened.linesOf(whole).offsetOf(step.line, step.column);
  const index = functions.findIndex(({ start, end }) => start <= offset && offset < end);
  return index < 0 ? undefined : program.functionAt(step.file, index);
}

/** The handler that the last path of a finding is about. The path may begin where it is registered. */
export function handlerOf(input: FixInput): FunctionRef | undefined {
  const { story } = input.finding;
  const last = story.at(-1)?.path ?? 0;
  const steps = story.filter(({ path }) => path === last);
  const step = last > 0 ? (steps[1] ?? steps[0]) : undefined;
  return step && functionAt(input, step);
}

/** The function whose text a piece of code is. */
export function functionOf(
  { program }: Pick<FixInput, 'program'>,
  code: FunctionCode,
): FunctionRef | undefined {
  const index =
    program.outline(code.file)?.functions.findIndex(({ start }) => start === code.item.start) ?? -1;
  return index < 0 ? undefined : program.functionAt(code.file, index);
}

/**
 * All callers of a function; a reason if there may be more. One that other files of the driver may call has to be
 * declared in a header of the driver only, of which all files are visible.
 */
export function callersOf(input: FixInput, fn: FunctionRef): readonly FunctionRef[] | string {
  const { program } = input;
  const { name, file, item } = fn;
  const others = `${name}() may have other callers`;
  if (item?.isStatic === true) return isNamed(input, fn) ? others : program.callers(fn);
  const isKept = input.opened.naming(program, name).some((each) => isReferred(program.outline(each), name));
  if (isKept || isExported(input, fn)) return others;
  const declaring = [...program.files.keys()].filter((each) =>
    program.outline(each)?.prototypes.some((one) => one.name === name),
  );
  const isShared = declaring.some(
    (each) => !isInOwnInclude(each, file) && (isKernelHeader(each) || folderOf(each) !== folderOf(file)),
  );
  if (declaring.length === 0 || isShared) return others;
  const files = [...new Set([file, ...declaring.flatMap((each) => [each, ...program.includedBy(each)])])];
  const headers = new Set(files.flatMap((each) => [...ownHeaders(program, each, true)]));
  return isPartial(program, files, [...headers, ...files])
    ? `${name}() may be called in files that are not visible`
    : program.callers(fn);
}

function isReferred(outline: FileOutline | undefined, name: string): boolean {
  return (
    outline?.functions.some(({ references }) => references.includes(name)) === true ||
    outline?.variables.some(({ members }) => members.some(({ value }) => value === name)) === true
  );
}

/** Whether a macro at file scope exports a function. */
function isExported(input: FixInput, { name, file }: FunctionRef): boolean {
  return new RegExp(`\\bEXPORT_\\w+\\(\\s*${quoted(name)}\\b`).test(input.textOf(file) ?? '');
}

/** Whether its address is taken, or code that is not visible can name it. */
export function isNamed(input: FixInput, fn: FunctionRef): boolean {
  const outline = input.program.outline(fn.file);
  if (fn.item?.isStatic !== true || outline === undefined) return true;
  return (
    outline.functions.some((item) => item.references.includes(fn.name) && !isCookieIn(input, fn, item)) ||
    outline.variables.some(({ members }) => members.some(({ value }) => value === fn.name))
  );
}

/**
 * Whether a function names another one only to distinguish the users of a shared interrupt: no code calls it through
 * that pointer.
 */
function isCookieIn(input: FixInput, { file, name }: FunctionRef, { nameSpan }: FunctionItem): boolean {
  const code = openFunction(input, file, { file, ...nameSpan });
  if (typeof code === 'string') return false;
  const uses = all(code.body, 'identifier').filter((node) => text(code, node) === name);
  return uses.every((node) => {
    const call = node.parent?.kind === 'argument_list' ? node.parent.parent : node.parent;
    const [callee, list] = call?.kind === 'call_expression' ? parts(call) : [];
    if (!callee || !list || callee === node) return callee === node;
    const api = input.models.api(text(code, callee));
    const at = parts(list).indexOf(node);
    const isForInterrupt = api?.runsIn === 'hardirq' || api?.awaits === 'irq';
    return isForInterrupt && at > 0 && at !== api.handlerArg && at !== api.threadArg;
  });
}

/** Whether a lock, by its shown id, is held at a call on every path, at least as strongly as `mode`. */
export function isHeldAt(
  input: FixInput,
  id: string,
  call: Pick<StoryStep, 'file' | 'line' | 'column'>,
  mode: LockMode,
): boolean {
  const fn = functionAt(input, call);
  const heldAt = fn && input.analysis.summary(fn)?.heldAt;
  // A call that passes a function on is more than one event.
  const [held] = eventsOf(fn && input.program.skeleton(fn)).flatMap(({ id: event, at }) => {
    const { line, column } = absolute(at, fn?.line ?? 1);
    const own = line === call.line && column === call.column ? heldAt?.get(event) : undefined;
    return own === undefined ? [] : [own];
  });
  // A read lock does not suffice for a writer.
  return held?.some((lock) => lock.id === id && (lock.mode === 'write' || mode === 'read')) === true;
}

/** Whether a lock is held at a call, as {@link isHeldAt} or by all callers of the function around it. */
export function isHeldAround(
  input: FixInput,
  call: Pick<StoryStep, 'file' | 'line' | 'column'>,
  lock: HeldLock,
): boolean {
  return isHeldAt(input, lock.id, call, lock.mode) || isEnteredWith(input, functionAt(input, call), lock);
}

/** A lock by its shown id, held at least as strongly as `mode`. */
interface HeldLock {
  readonly id: string;
  readonly mode: LockMode;
}

/** The steps of a story between the function that holds a lock and the one that takes it again. */
export function stepsBetween([first, ...below]: readonly StoryStep[]): readonly StoryStep[] {
  return below.slice(0, -1).filter((step) => step.function !== first?.function);
}

/**
 * Whether every call of a function, directly or further up, is made with a lock held at least as strongly as `mode`. All
 * of its callers must be known.
 */
export function isEnteredWith(
  input: FixInput,
  fn: FunctionRef | undefined,
  lock: HeldLock,
  above: readonly FunctionRef[] = [],
): boolean {
  if (fn?.item === undefined || isNamed(input, fn) || above.length > MOST_UP) return false;
  const callers = input.program.callers(fn).filter((caller) => caller !== fn && !above.includes(caller));
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const calls = eventsOf(input.program.skeleton(caller)).filter(
        (event) => event.k === 'call' && event.callee === fn.name,
      );
      const held = input.analysis.summary(caller)?.heldAt;
      const isHeld = calls.every(({ id }) =>
        held?.get(id)?.some((one) => one.id === lock.id && (one.mode === 'write' || lock.mode === 'read')),
      );
      return calls.length > 0 && (isHeld || isEnteredWith(input, caller, lock, [...above, fn]));
    })
  );
}
