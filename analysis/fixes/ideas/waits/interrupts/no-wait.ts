import { baseOf } from '../../../../base/ctype.js';
import { folderOf } from '../../../../base/paths.js';
import type { Finding } from '../../../../checks/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import { anyHandlerOf, sleeps } from './any-handler.js';
import { handlersFor, type Handler } from '../handlers.js';
import { functionsBelow } from '../../../moves/below.js';
import { metBesideLock } from './beside-lock.js';
import { handlerNumber } from './handler-number.js';
import { unsetNumber } from './set-number.js';
import { isHard, underResult, underResults, untilSwitchedBack } from './tested-wait.js';
import { heldAbove } from '../held-above.js';
import { calledOtherwise, functionAt, functionOf } from '../../../text/callers.js';
import { callAt, calledName, text } from '../../../text/calls.js';
import { parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { toFileEdits, type TextEdit } from '../../../text/edits.js';
import { nextMember } from '../../../text/pair.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';

export const NO_WAIT = 'no-wait';
/** The same for any handler of the driver, where it is not known which one serves the interrupt. */
const NO_WAIT_DRIVER = 'no-wait-driver';
/** The handler is called in the section, where the result of the call allows it. */
const NO_WAIT_TESTED = 'no-wait-tested';
/** The same, and the number of that handler takes the place of one that nobody sets. */
const NO_WAIT_NUMBER = 'no-wait-number';
/** The result of the call is dropped, although it says whether the handler's thread is done. */
const NO_WAIT_UNTESTED = 'no-wait-untested';

/**
 * Proposes to disable an interrupt or a tasklet without sleeping. Without a lock held, the call spins until the handler
 * is done. Under a lock that the handler takes and every caller holds, it does not wait at all, if the interrupt is enabled
 * again under the same lock and the handler shares nothing else with the code in between: the lock excludes the rest of
 * the handler. Refuses if the handler has a thread, which only
 * the sleeping call awaits. Changes all such calls of the function or none.
 */
export function proposeNoWait(input: FixInput, code: FunctionCode, call: CodeNode): FixOutcome | undefined {
  if (input.models.spinningWait(calledName(code, call)) === undefined) return undefined;
  const edits: TextEdit[] = [];
  const variants = new Set<string>();
  let kind = NO_WAIT;
  const planned: PlannedCall[] = [];
  for (const found of waitsIn(input, code, call)) {
    const plan = planCall(input, code, found.call, found.finding);
    if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: NO_WAIT, reason: plan }] };
    planned.push({ call: found.call, plan });
  }
  for (const plan of together(input, code, planned)) {
    edits.push(...(plan.edits ?? []));
    variants.add(`${plan.variant}(${plan.number ?? ''})`);
    if (kind !== NO_WAIT_UNTESTED) kind = plan.kind ?? kind;
  }
  const names = [...variants].join(' and ');
  const fix: ProposedFix = {
    title: `Call ${names} in ${code.item.name}(), which ${variants.size === 1 ? 'does' : 'do'} not sleep`,
    kind,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: edits.map(({ start, end }) => ({ file: code.file, start, end })),
  };
  return { fixes: [fix], refusals: [] };
}

interface Wait {
  readonly finding: Finding;
  readonly call: CodeNode;
}

/**
 * Calls that wait for a handler at a place where findings say that the function must not sleep or wait, and such calls
 * that directly follow: of several in one place, findings report the first.
 */
function waitsIn(input: FixInput, code: FunctionCode, asked: CodeNode): Wait[] {
  const found = new Map<number, Wait>([[asked.start, { finding: input.finding, call: asked }]]);
  for (const finding of input.analysis.findings) {
    if (finding.confidence === 'low') continue;
    const step = finding.story.filter(({ path }) => path === 0).at(-1);
    if (step?.file !== code.file || step.function !== code.item.name) continue;
    const call = callAt(code, step);
    const isWait = call && input.models.spinningWait(calledName(code, call)) !== undefined;
    if (isWait && !found.has(call.start)) found.set(call.start, { finding, call });
  }
  for (const { finding, call } of found.values()) {
    const next = call.parent && nextMember(call.parent);
    const [more] = next?.kind === 'expression_statement' ? parts(next) : [];
    const isWait = more && input.models.spinningWait(calledName(code, more)) !== undefined;
    if (isWait && !found.has(more.start)) found.set(more.start, { finding, call: more });
  }
  return [...found.values()].sort((a, b) => a.call.start - b.call.start);
}

interface Plan {
  /** What is called instead. */
  readonly variant: string;
  readonly kind?: string;
  /** Edits that do more than put it in the place of the call. */
  readonly edits?: readonly TextEdit[];
  /** The number that is disabled instead, as written. */
  readonly number?: string;
  /** What the call waits for, where its result says whether a thread is done. */
  readonly handlers?: readonly FunctionRef[];
}

interface PlannedCall {
  readonly call: CodeNode;
  readonly plan: Plan;
}

/** The plans with their edits. Calls that directly follow each other have their results tested together, or none has. */
function together(input: FixInput, code: FunctionCode, planned: readonly PlannedCall[]): readonly Plan[] {
  const plans: Plan[] = [];
  for (let at = 0; at < planned.length;) {
    const group = planned.slice(at, at + 1);
    for (const more of planned.slice(at + 1)) {
      const last = group.at(-1)?.call.parent;
      if (last === undefined || nextMember(last) !== more.call.parent) break;
      group.push(more);
    }
    at += group.length;
    const switched = group.flatMap(({ call, plan: { variant, handlers } }) =>
      handlers === undefined ? [] : [{ call, variant, handlers }],
    );
    const isWhole = switched.length === group.length && switched.length > 1;
    const edits = isWhole ? underResults(input, code, switched) : undefined;
    if (edits)
      plans.push(
        ...switched.map(({ variant }, one) => ({
          variant,
          kind: NO_WAIT_TESTED,
          edits: one === 0 ? edits : [],
        })),
      );
    else
      plans.push(...group.map(({ call, plan }) => ({ ...plan, edits: plan.edits ?? renamed(call, plan) })));
  }
  return plans;
}

/** Puts the variant in the place of a call. */
function renamed(call: CodeNode, { variant }: Plan): readonly TextEdit[] {
  const [callee] = parts(call);
  return callee ? [{ start: callee.start, end: callee.end, text: variant }] : [];
}

/** The variant to call instead, or the reason why none fits. */
function planCall(input: FixInput, code: FunctionCode, call: CodeNode, finding: Finding): Plan | string {
  const { models } = input;
  const [, list] = parts(call);
  const name = calledName(code, call);
  const spinning = models.spinningWait(name);
  const other = sleepsOtherwise(input, finding);
  if (other !== undefined) return other;
  if (!list || spinning === undefined) return `${name}() is not a plain call`;
  if (call.parent?.kind !== 'expression_statement') return `the result of ${name}() is used`;
  const api = models.api(name);
  const object = parts(list)[api?.arg ?? 0];
  // A parameter may be any interrupt, such as the one whose handler calls the function.
  const isGiven = object && code.item.parameters.some((parameter) => parameter.name === text(code, object));
  const unset =
    isGiven === true || !object || api?.awaits !== 'irq' ? undefined : unsetNumber(input, code, object);
  if (unset !== undefined) return ofHandler(input, code, call, finding) ?? unset;
  const handlers = isGiven === true ? [] : handlersFor(input, code, object);
  if (handlers.length === 0 && object !== undefined && isGiven !== true) {
    const any = anyHandlerOf(input, code, object, finding);
    if (typeof any === 'string') return any;
    const again = entersAgain(
      input,
      code,
      any.map((fn) => ({ fn, isThread: false })),
    );
    return again ?? spin(input, code, call, any, NO_WAIT_DRIVER);
  }
  if (handlers.length === 0) return `the handler that ${name}() waits for is not known`;
  const threaded = handlers.find(({ isThread }) => isThread);
  if (threaded) return `${threaded.fn.name}() runs in a thread, which nothing but ${name}() waits for`;
  const running = handlers.find(({ fn }) =>
    finding.story.some((step) => step.path === 0 && step.function === fn.name),
  );
  if (running) return `${running.fn.name}() is the handler that ${name}() would wait for`;
  const entering = entersAgain(input, code, handlers);
  if (entering !== undefined) return entering;
  const [lock] = finding.locks;
  const foreign = lock === undefined ? undefined : takenOutOfSight(input, code, lock, handlers);
  if (foreign !== undefined) return foreign;
  const waiting = waitsWith(input, code, finding, handlers);
  const fns = handlers.map(({ fn }) => fn);
  if (lock === undefined) return waiting ?? spin(input, code, call, fns);
  const isTaken = handlers.every(({ fn }) => takes(input, fn, lock));
  const without = models.withoutWait(name);
  if (without !== undefined && isTaken) {
    const below = finding.story.filter(({ path }, at) => at > 0 && path === 0);
    const shared = calledOtherwise(
      input,
      below.filter((step) => step.function !== finding.story[0]?.function),
    );
    // A caller without the lock needs the wait.
    if (shared !== undefined) return shared;
    const within = untilSwitchedBack(input, code, call, name, list);
    if (within === undefined) return `the handler may run once more after the release of ${lock}`;
    return metBesideLock(input, code, within, fns, lock) ?? { variant: without };
  }
  return handlers.some(({ fn }) => takes(input, fn, lock))
    ? `a handler takes ${lock}, and ${spinning}() would wait for it`
    : (waiting ?? spin(input, code, call, fns));
}

/** The same where the function disables a number that nobody sets, and calls a handler whose number is known. */
function ofHandler(input: FixInput, code: FunctionCode, call: CodeNode, finding: Finding): Plan | undefined {
  const [, list] = parts(call);
  const [object] = list ? parts(list) : [];
  const within = list && untilSwitchedBack(input, code, call, calledName(code, call), list);
  const found = object && within && handlerNumber(input, code, object, within);
  if (found === undefined || finding.locks.length > 0) return undefined;
  const handlers = [{ fn: found.handler, isThread: false }];
  const refused = entersAgain(input, code, handlers) ?? waitsWith(input, code, finding, handlers);
  const plan = refused === undefined ? spin(input, code, call, [found.handler]) : undefined;
  return plan?.kind === NO_WAIT_TESTED && plan.edits
    ? { ...plan, kind: NO_WAIT_NUMBER, number: found.words, edits: [...found.edits, ...plan.edits] }
    : undefined;
}

/** The spinning variant. If its result says whether the handler's thread is done, the code up to the end has to ask it. */
function spin(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  handlers: readonly FunctionRef[],
  kind = NO_WAIT,
): Plan {
  const { models } = input;
  const [, list] = parts(call);
  const name = calledName(code, call);
  const variant = models.spinningWait(name) ?? '';
  if (!models.tellsThread(variant)) return { variant, kind };
  const within = list && untilSwitchedBack(input, code, call, name, list);
  const edits = within && underResult(input, code, { call, variant, within, handlers });
  return edits
    ? { variant, kind: NO_WAIT_TESTED, edits, handlers }
    : { variant, kind: NO_WAIT_UNTESTED, handlers };
}

/**
 * Why it does not help to spin: the same handler also sleeps in a call that has no such variant, and belongs into a
 * process.
 */
function sleepsOtherwise(input: FixInput, { rule, locks, story }: Finding): string | undefined {
  const [, entry] = story;
  if (entry === undefined || locks.length > 0) return undefined;
  for (const other of input.analysis.findings) {
    const [first, last] = [other.story[1], other.story.at(-1)];
    if (other.rule !== rule || other.confidence === 'low' || other.locks.length > 0) continue;
    if (!first || !last || first.file !== entry.file || first.function !== entry.function) continue;
    const code = openFunction(input, last.file, last);
    const call = typeof code === 'string' ? undefined : callAt(code, last);
    if (typeof code === 'string' || call === undefined) continue;
    const name = calledName(code, call);
    if (input.models.spinningWait(name) === undefined) return `${entry.function}() also sleeps in ${name}()`;
  }
  return undefined;
}

/**
 * Why a spinning wait would never end: somebody who leads to the call holds a lock that a handler takes, or that what it
 * leads to may take: the handlers of another interrupt, or the code of the subsystem that holds the lock.
 */
function waitsWith(
  input: FixInput,
  code: FunctionCode,
  { story }: Finding,
  handlers: readonly Handler[],
): string | undefined {
  const calls = story.filter(({ path }) => path === 0);
  const [entered] = calls.map((step) => functionAt(input, step)).filter((fn) => fn !== undefined);
  const held = heldAbove(input, [functionOf(input, code), entered]);
  for (const [lock, { who, operation }] of held) {
    const passing = handlers.find(({ fn }) => passesOn(input, fn));
    if (passing)
      return `${who} holds ${lock}, and ${passing.fn.name}() runs the handlers of other interrupts`;
    const taking = handlers.find(({ fn }) => takes(input, fn, lock));
    if (taking) return `${who} holds ${lock}, which ${taking.fn.name}() takes`;
    for (const handler of handlers) {
      // No handler takes a lock that sleeps; and where the kernel takes its lock in a softirq, no interrupt handler does.
      const mayMeet =
        operation !== undefined &&
        !sleeps(input, lock) &&
        !(operation === 'softirq' && isHard(input, handler.fn));
      const unseen = mayMeet ? unseenBelow(input, handler.fn) : undefined;
      if (unseen !== undefined)
        return `${who} holds ${lock}, which ${unseen}(), called below ${handler.fn.name}(), may take`;
    }
  }
  return undefined;
}

/** Whether the function or one of its callees runs the handlers of another interrupt. */
function passesOn({ program, models }: FixInput, from: FunctionRef): boolean {
  return [...functionsBelow(program, [from])].some(({ item }) =>
    item?.calls.some((name) => models.passesOn(name)),
  );
}

/**
 * Why code that is not visible may take a lock below a handler: the lock is a part of an object of the kernel, such as a
 * queue, whose functions take it.
 */
function takenOutOfSight(
  input: FixInput,
  code: FunctionCode,
  lock: string,
  handlers: readonly Handler[],
): string | undefined {
  const home = holderHome(input, code.file, lock);
  if (home !== undefined && folderOf(home) === folderOf(code.file)) return undefined;
  for (const { fn } of handlers) {
    const unseen = unseenBelow(input, fn);
    if (unseen !== undefined) return `${unseen}(), called below ${fn.name}(), may take ${lock}`;
  }
  return undefined;
}

/** The file with the structure that a lock is a direct member of, by the lock's shown id, or with the variable. */
function holderHome({ analysis, program }: FixInput, file: string, lock: string): string | undefined {
  const [tag = '', ...path] = lock.replace(/^.*:/, '').split('.');
  const declared = [...analysis.graph.classes.values()].find(({ id }) => id === lock)?.declaredAt?.file;
  if (path.length < 2) return declared;
  let record = program.resolveRecord(`struct ${tag}`, file);
  for (const name of path.slice(0, -1)) {
    const field = record?.item.fields.find((each) => each.name === name);
    record = field && program.resolveRecord(baseOf(field.type), file);
  }
  return record?.file;
}

/** Why a handler may enter the function itself, through a member of a table that holds it (`port->ops->stop_tx(port)`). */
function entersAgain(input: FixInput, code: FunctionCode, handlers: readonly Handler[]): string | undefined {
  const own = functionOf(input, code);
  const entries = own === undefined ? [] : input.analysis.inspection.entries(own);
  const names = [...new Set(entries.flatMap(({ member }) => member?.field ?? []))];
  if (names.length === 0) return undefined;
  const call = new RegExp(`(?:->|\\.)\\s*(?:${names.join('|')})\\s*\\(`);
  for (const { fn } of handlers)
    for (const { file, name, item, macro } of functionsBelow(input.program, [fn])) {
      const body = macro?.body ?? (item && input.textOf(file)?.slice(item.bodyStart, item.end)) ?? '';
      if (call.test(body)) return `${fn.name}() may enter ${code.item.name}() itself, through ${name}()`;
    }
  return undefined;
}

/** A function of the kernel that a handler leads to, whose source is not available and that no model describes. */
function unseenBelow({ program, models }: FixInput, from: FunctionRef): string | undefined {
  // What the locking functions do is known, whichever of their bodies is visible.
  const isOther = ({ name }: FunctionRef): boolean => models.lockApi(name) === undefined;
  for (const { item, file } of functionsBelow(program, [from], isOther)) {
    const unseen = item?.calls.find(
      (name) =>
        program.resolveCall(name, file).length === 0 &&
        models.api(name) === undefined &&
        models.lockApi(name) === undefined &&
        !models.isInert(name) &&
        !models.accessesDevice(name) &&
        !models.delays(name) &&
        models.transparent(name) === undefined &&
        models.errorTest(name) === undefined &&
        models.container(name) === undefined,
    );
    if (unseen !== undefined) return unseen;
  }
  return undefined;
}

/** Whether the function or one of its callees takes the lock, on any path. */
function takes(input: FixInput, from: FunctionRef, lock: string): boolean {
  const seen = new Set<FunctionRef>([from]);
  for (const fn of seen) {
    const keys = new Set(input.analysis.summary(fn)?.lockOf.values());
    if ([...keys].some((key) => input.analysis.graph.classes.get(key)?.id === lock)) return true;
    for (const callee of input.program.callees(fn)) seen.add(callee);
  }
  return false;
}
