import { calledOtherwise } from '../../text/callers.js';
import { callAt, calledName, text } from '../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { applyTextEdits, toFileEdits, type TextEdit } from '../../text/edits.js';
import { reliesOnSuccess, tooLarge, unfitFlags } from './flags/relies-on-success.js';
import { isOnlyPrinted } from './flags/only-printed.js';
import { handlersFor } from '../waits/handlers.js';
import { OWN_WAIT } from '../waits/wait.js';
import { withFlagsHandedOn } from './flags/handed-on.js';
import { addedBelow, chainOf, flagsAt, isLeftOpen } from './flags/flags-at.js';
import { proposeOutside } from './outside.js';
import { proposePassedFlags } from './flags/passed-flags.js';
import { proposePollInAtomic } from './poll-in-atomic.js';
import { proposePreparedClock } from './prepared-clock.js';
import { proposeSpinningDelay } from './spinning-delay.js';
import { planUnderSpinning } from '../reorder.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { proposeWaitOutside } from '../waits/wait.js';

export const ATOMIC = 'atomic';
/** The variant of a call for code that may not sleep, such as of a pin. */
const IN_ATOMIC = 'in-atomic';

/** Flags that do not wait; a kind with a record of its own. */
export const ATOMIC_ALLOCATION = 'atomic-allocation';
/** An allocation that may fail, whoever calls the function. */
const SPARE_ALLOCATION = 'spare-allocation';

/**
 * Proposes a replacement that does not sleep: an allocation that does not wait for memory, a short delay that spins, or
 * taking the sleeping lock before the spinning one. Refuses unless all callers are known to be atomic: an allocation
 * must not fail earlier for callers that may sleep.
 */
export function proposeAtomic(input: FixInput): FixOutcome {
  const chain = chainOf(input.finding.story);
  const last = chain.at(-1);
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: ATOMIC, reason }] });
  if (last === undefined) return refused('the sleeping call is not known');
  // What is wrong is then the missing release, which would stay.
  if (isLeftOpen(input.finding.story, chain))
    return refused('the section has been left open in a round of the loop before');
  const polls = proposePollInAtomic(input, chain);
  if (polls) return polls;
  const code = openFunction(input, last.file, last);
  if (typeof code === 'string') return refused(code);
  const call = callAt(code, last);
  const [callee, list] = call ? parts(call) : [];
  if (!call || !callee || !list) return refused('the call that may sleep is not a plain call');
  const name = text(code, callee);
  const lock = input.models.lockApi(name);
  if (lock?.op === 'acquire' || lock?.op === 'try') return planUnderSpinning(input);
  const own = withoutWait(input, code, callee, list);
  if (own) return own;
  const outside = proposeOutside(input);
  const { gfpArg, gfpDefault, k } = input.models.api(name) ?? {};
  const flagsArg = gfpArg ?? (lock?.op === 'transient' ? lock.gfpArg : undefined);
  if (k === 'wait') return proposeWaitOutside(input, code, call);
  if (flagsArg === undefined) {
    if (outside && outside.fixes.length > 0) return outside;
    const clock = proposePreparedClock(input, last);
    if (clock && clock.fixes.length > 0) return clock;
    const spins = proposeSpinningDelay(input, code, call, ATOMIC);
    if (spins && spins.fixes.length > 0) return spins;
    const refusals = [outside, clock, spins].flatMap((tried) => tried?.refusals ?? []);
    return refusals.length > 0
      ? { fixes: [], refusals }
      : refused(`${name}() has no variant that does not sleep`);
  }
  const relies = reliesOnSuccess(input.models, code, call) ?? tooLarge(input, code, call);
  if (relies !== undefined) return refused(`${relies}, and an atomic allocation fails more often`);
  if (input.models.mapsPages(name)) return refused(`${name}() may map pages, which may sleep with any flags`);
  const source =
    gfpDefault !== undefined && parts(list).length === flagsArg
      ? { place: code, argument: undefined, step: chain.length - 1 }
      : flagsAt(input, chain, flagsArg);
  if (typeof source === 'string') return refused(source);
  const { place, argument, step } = source;
  const unfit = unfitFlags(input, place, argument) ?? addedBelow(input, chain.slice(Math.max(step + 1, 0)));
  if (unfit !== undefined) return refused(unfit);
  const left = argument === undefined ? input.models.atomicFlag(gfpDefault ?? '') : undefined;
  const edits = argument === undefined ? appended(list, left) : atomicFlags(input, place, argument);
  if (edits.length === 0)
    return refused(`${argument ? text(place, argument) : name} has no form that does not wait`);
  // A caller above the section changes its argument, and no function changes for other callers.
  const shared = step < 0 ? undefined : calledOtherwise(input, chain.slice(1, step + 1), true);
  if (shared !== undefined) {
    const spare = argument && input.models.spareFlag(text(place, argument));
    if (argument && spare !== undefined && step === chain.length - 1 && isOnlyPrinted(input, code, call))
      return { fixes: [spareAllocation(place, argument, spare)], refusals: [] };
    const written = argument ? text(place, argument) : (gfpDefault ?? '');
    const atomic = argument ? replaced(place, argument, edits) : (left ?? '');
    const passed = proposePassedFlags(input, chain, { place, argument, step, written, atomic });
    return passed.fixes.length > 0
      ? passed
      : { fixes: [], refusals: [...refused(shared).refusals, ...passed.refusals] };
  }
  const fix: ProposedFix = {
    title: `Allocate with ${left ?? edits[0]?.text ?? ''} in ${place.item.name}()`,
    kind: ATOMIC_ALLOCATION,
    verified: false,
    edits: toFileEdits(place.file, place.text, edits),
    regions: [],
  };
  const more = withFlagsHandedOn(input, fix, chain.slice(Math.max(step + 1, 0)));
  const none: FixOutcome = { fixes: [], refusals: [] };
  return {
    fixes: [fix],
    refusals: [],
    otherwise: () => (more === undefined ? none : { fixes: [more], refusals: [] }),
  };
}

function spareAllocation(code: FunctionCode, { start, end }: CodeNode, flag: string): ProposedFix {
  return {
    title: `Allocate with ${flag} in ${code.item.name}(), which does nothing but print`,
    kind: SPARE_ALLOCATION,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start, end, text: flag }]),
    regions: [],
  };
}

/**
 * An interrupt handler that disables its own interrupt must not wait for itself: replaces all such calls of the
 * handler.
 */
function withoutWait(
  input: FixInput,
  code: FunctionCode,
  callee: CodeNode,
  list: CodeNode,
): FixOutcome | undefined {
  const { models } = input;
  const variant = models.withoutWait(text(code, callee));
  const isInterrupt = models.handlerShapes.some(
    ({ runsIn, returns, parameters }) =>
      runsIn === 'hardirq' &&
      returns === code.item.returns &&
      parameters.every((type, at) => code.item.parameters[at]?.type === type),
  );
  if (variant === undefined || models.api(text(code, callee))?.awaits !== 'irq' || !isInterrupt)
    return undefined;
  const isOwn = (given: CodeNode | undefined): boolean => {
    if (given === undefined) return false;
    if (text(code, given) === code.item.parameters[0]?.name) return true;
    const handlers = handlersFor(input, code, given);
    return (
      handlers.length > 0 &&
      handlers.every(({ fn }) => fn.file === code.file && fn.item?.start === code.item.start)
    );
  };
  if (!isOwn(parts(list)[0])) return undefined;
  const instead = all(code.body, 'call_expression').flatMap((call) => {
    const [name, given] = parts(call);
    const isSame = name && given && text(code, name) === text(code, callee) && isOwn(parts(given)[0]);
    return isSame === true && call.parent?.kind === 'expression_statement' ? [{ name, variant }] : [];
  });
  const title = `Call ${variant}() in ${code.item.name}(), which would otherwise wait for itself`;
  return { fixes: [{ ...calledInstead(code, instead, title), kind: OWN_WAIT }], refusals: [] };
}

function atomicFlags(
  { models }: FixInput,
  code: FunctionCode,
  argument: CodeNode,
): { start: number; end: number; text: string }[] {
  const once = withoutRepeats({ models }, code, argument);
  if (once !== undefined) return [{ start: argument.start, end: argument.end, text: once }];
  const edits = [];
  for (const node of all(argument, 'identifier')) {
    const replacement = models.atomicFlag(text(code, node));
    if (replacement === undefined) continue;
    const isPart =
      node !== argument && replacement.includes(' ') && node.parent?.kind !== 'binary_expression';
    edits.push({ start: node.start, end: node.end, text: isPart ? `(${replacement})` : replacement });
  }
  return edits;
}

/** `GFP_ATOMIC` for `GFP_KERNEL | GFP_ATOMIC`; `undefined` unless a replacement is already among the flags. */
function withoutRepeats(
  { models }: Pick<FixInput, 'models'>,
  code: FunctionCode,
  argument: CodeNode,
): string | undefined {
  const words = text(code, argument).split(/\s*\|\s*/);
  if (!words.every((word) => /^\w+$/.test(word))) return undefined;
  const replaced = words.flatMap((word) => (models.atomicFlag(word) ?? word).split(' | '));
  const flags = [...new Set(replaced)];
  return flags.length < replaced.length ? flags.join(' | ') : undefined;
}

/** The text of an argument with edits in it. */
function replaced(code: FunctionCode, { start, end }: CodeNode, edits: readonly TextEdit[]): string {
  const own = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  return applyTextEdits(code.text.slice(start, end), own);
}

/** Adds flags as the last argument of a call that leaves them out. */
function appended(
  { end }: CodeNode,
  flags: string | undefined,
): { start: number; end: number; text: string }[] {
  return flags === undefined ? [] : [{ start: end - 1, end: end - 1, text: `, ${flags}` }];
}

/**
 * Proposes the variant of a call for atomic context, in a function whose callers are all known to be atomic. Only run
 * time shows, by a warning, whether the device behind it needs to sleep. All reported calls of this kind in the
 * function change together, unless it sleeps otherwise, too.
 */
export function proposeInAtomic(input: FixInput): FixOutcome {
  const none: FixOutcome = { fixes: [], refusals: [] };
  const chain = chainOf(input.finding.story);
  const last = chain.at(-1);
  const code = last && openFunction(input, last.file, last);
  if (last === undefined || code === undefined || typeof code === 'string') return none;
  const call = callAt(code, last);
  const [callee] = call ? parts(call) : [];
  const variant = callee && input.models.inAtomic(text(code, callee));
  if (!callee || variant === undefined || !isAsWritten(code, callee.start, callee.end)) return none;
  const isCalled = all(code.body, 'identifier').some((node) => text(code, node) === variant);
  if (isCalled)
    return {
      fixes: [],
      refusals: [
        { kind: IN_ATOMIC, reason: `${code.item.name}() calls ${variant}() for devices that do not sleep` },
      ],
    };
  // If a caller may sleep, the device may be one that sleeps.
  const shared = calledOtherwise(input, chain.slice(1));
  if (shared !== undefined) return { fixes: [], refusals: [{ kind: IN_ATOMIC, reason: shared }] };
  const reported = input.analysis.findings.flatMap(({ rule, locks, confidence, story }) => {
    const last = story.at(-1);
    if (rule !== input.finding.rule || last?.file !== code.file) return [];
    return [{ start: code.lines.offsetOf(last.line, last.column), locks, confidence }];
  });
  const calls = all(code.body, 'call_expression');
  // The function sleeps where it must not in another call, too: the whole of it may belong elsewhere.
  const other = reported.find(({ start, locks, confidence }) => {
    const node = calls.find((each) => each.start === start);
    const isAlike = confidence !== 'low' && locks[0] === input.finding.locks[0];
    return isAlike && node && input.models.inAtomic(calledName(code, node)) === undefined;
  });
  if (other !== undefined)
    return {
      fixes: [],
      refusals: [{ kind: IN_ATOMIC, reason: `${code.item.name}() also sleeps in another call` }],
    };
  const callees = calls.flatMap((node) => {
    const [name] = parts(node);
    const isMeant = name?.start === callee.start || reported.some(({ start }) => start === node.start);
    return name && isMeant && input.models.inAtomic(text(code, name)) !== undefined ? [name] : [];
  });
  const instead = callees.map((name) => ({
    name,
    variant: input.models.inAtomic(text(code, name)) ?? variant,
  }));
  const variants = [...new Set(instead.map((one) => `${one.variant}()`))];
  const verb = variants.length === 1 ? 'does' : 'do';
  const title = `Call ${variants.join(' and ')} in ${code.item.name}(), which ${verb} not sleep`;
  return { fixes: [calledInstead(code, instead, title)], refusals: [] };
}

/** Calls a variant in each of these places. */
function calledInstead(
  code: Pick<FunctionCode, 'file' | 'text'>,
  instead: readonly { readonly name: CodeNode; readonly variant: string }[],
  title: string,
): ProposedFix {
  const edits = instead.map(({ name: { start, end }, variant }) => ({ start, end, text: variant }));
  return {
    title,
    kind: IN_ATOMIC,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: edits.map(({ start, end }) => ({ file: code.file, start, end })),
  };
}
