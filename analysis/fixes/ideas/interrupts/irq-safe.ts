import type { Span } from '../../../base/span.js';
import { shortName, waitRank } from '../../../graph/orders/side.js';
import type { FunctionRef } from '../../../link/types.js';
import type { SwitchedCall, SwitchedCalls, SwitchPlan } from '../../../graph/interrupts/sections.js';
import { toFilesEdits } from '../../text/edits.js';
import { rewriteCalls } from '../../moves/switch-calls.js';
import { functionAt, handlerOf } from '../../text/callers.js';
import { text } from '../../text/calls.js';
import { all, parts } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import { withinUnseenPair } from './unseen-pair.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const IRQ_SAFE = 'irq-safe';
/** The same, with an operation among them that the kernel calls in a state that nobody knows. */
const IRQ_SAFE_OPERATION = 'irq-safe-operation';
/** The same in one of the drivers that have such a lock. */
const IRQ_SAFE_DRIVER = 'irq-safe-driver';
/** The same, with bottom halves disabled where nobody knows whether interrupts are on, as others do. */
const IRQ_SAFE_LIKE_OTHERS = 'irq-safe-like-others';
/** The same for a lock that the driver gives to an object whose handlers are not visible. */
const IRQ_SAFE_GIVEN = 'irq-safe-given';

/**
 * Proposes to disable the interrupt wherever the lock is held and the interrupt may occur: all acquisitions and
 * releases concerned, in all files, in one edit. Refuses if one of them cannot be changed, since half a repair is no
 * repair.
 */
export function proposeIrqSafe(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = input.analysis.switchPlan(input.finding.id);
  const doubt = plan && 'calls' in plan ? doubtOf(input, plan, id) : undefined;
  if (doubt !== undefined) return { fixes: [], refusals: [{ kind: IRQ_SAFE, reason: doubt }] };
  return proposeSwitches(input, kindOf(plan), (calls) => {
    const names = [...new Set(calls.map(({ fn }) => `${fn.name}()`))];
    const off = calls.every(({ form }) => form === 'bh') ? 'bottom halves' : 'interrupts';
    return `Take ${shortName(id)} with ${off} disabled in ${listed(names)}`;
  });
}

function kindOf(plan: SwitchPlan | undefined): string {
  if (plan === undefined || !('calls' in plan)) return IRQ_SAFE;
  if (plan.isLikeOthers === true) return IRQ_SAFE_LIKE_OTHERS;
  if (plan.isGiven === true) return IRQ_SAFE_GIVEN;
  if (plan.cures?.files !== undefined) return IRQ_SAFE_DRIVER;
  return plan.calls.some((call) => call.isStored === true) ? IRQ_SAFE_OPERATION : IRQ_SAFE;
}

/** Why the source does not prove that interrupts are on at the calls, or that they must be off. */
function doubtOf(
  input: FixInput,
  { calls, cures, isLikeOthers }: SwitchedCalls,
  id: string,
): string | undefined {
  const told = input.finding.story.filter(({ path }) => path === 0).map((step) => functionAt(input, step));
  const enabling = calls.filter(({ form }) => form === 'irq' || form === 'bh').map(({ fn }) => fn);
  for (const fn of enabling.length === 0 ? [] : new Set([...enabling, ...told])) {
    const unsure = fn && leavesLocked(input, fn, id);
    if (unsure !== undefined)
      return `${unsure}() leaves a spinning lock held for ${fn?.name ?? ''}(), which may have disabled interrupts`;
  }
  const beside = calls.find((call) => call.isAtomic === true && !told.includes(call.fn));
  if (beside)
    return `${beside.fn.name}() is called in atomic context, perhaps with interrupts disabled already`;
  const entered = enabling.flatMap((fn) => enteredOff(input, fn) ?? []).at(0);
  if (entered !== undefined) return entered;
  const paired = calls
    .filter(({ form }) => isLikeOthers !== true && (form === 'irq' || form === 'bh'))
    .flatMap((call) => withinUnseenPair(input, call) ?? [])
    .at(0);
  if (paired !== undefined) return paired;
  const left = cures?.interrupt === 'hardirq' ? leftInHandler(input, calls) : undefined;
  if (left !== undefined) return left;
  const renamed = calls.find(({ fn }) => isRenamed(input, fn));
  if (renamed) return `a macro gives ${renamed.fn.name}() another name, by which others call it`;
  for (const { fn, at } of calls) {
    if (isDecided(input, fn.file, at))
      return `a comment at line ${at.line} of ${fn.file} explains why the lock is taken this way`;
  }
  return undefined;
}

/** Why a function may be called with interrupts off although its context says otherwise. */
function enteredOff(input: FixInput, { file, name }: FunctionRef): string | undefined {
  const words = input.textOf(file)?.match(/\w+/g);
  const word = words?.find((one) => input.models.entersOff(one));
  return word && `${file} mentions ${word}: ${name}() may be called with interrupts disabled`;
}

/**
 * What stays wrong in the interrupt handler itself: it enables bottom halves or interrupts, for which the repair does
 * nothing. Perhaps it is no such handler.
 */
function leftInHandler(input: FixInput, calls: readonly SwitchedCall[]): string | undefined {
  const handler = handlerOf(input);
  if (handler === undefined) return undefined;
  const { program, models } = input;
  const seen = new Set([handler]);
  for (const fn of seen) {
    if (fn.item === undefined) continue;
    const code = openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
    if (typeof code === 'string') continue;
    const changed = new Set(
      calls.filter((call) => call.fn === fn).map(({ at }) => code.lines.offsetOf(at.line, at.column)),
    );
    for (const node of all(code.body, 'call_expression')) {
      const callee = parts(node)[0];
      const called = callee?.kind === 'identifier' ? text(code, callee) : '';
      if (models.switchesOn(called) && !changed.has(node.start))
        return `${handler.name}() may not call ${called}() in an interrupt, which this would not change`;
    }
    for (const callee of program.callees(fn)) if (callee.file === fn.file) seen.add(callee);
  }
  return undefined;
}

/** Whether a macro renames a function where it is compiled: then its callers are unknown. */
function isRenamed({ program }: FixInput, { file, name }: FunctionRef): boolean {
  return [file, ...program.includedBy(file)].some(
    (each) => program.resolveObjectMacro(name, each) !== undefined,
  );
}

/** A callee that takes or releases another spinlock for its caller. */
function leavesLocked(
  { program, analysis, models }: FixInput,
  fn: FunctionRef,
  id: string,
): string | undefined {
  const { classes } = analysis.graph;
  // The locking functions themselves determine the locksets.
  const callees = program.callees(fn).filter(({ name }) => models.lockApi(name) === undefined);
  return callees.find((callee) =>
    (analysis.summary(callee)?.exits ?? []).some(({ held, released }) =>
      [...held, ...released].some((lock) => {
        const kind = classes.get(lock.key)?.kind;
        return lock.id !== id && (kind === undefined || waitRank(kind) !== 2);
      }),
    ),
  )?.name;
}

/** Words of a comment that discusses the form of a lock operation. */
const WEIGHED =
  /\b(?:spin|read|write)_lock(?:_\w+)?\(\)|\bis sufficient\b|\b(?:irqs?|interrupts?) (?:are|is) (?:already )?(?:off|disabled)\b/i;

/** Whether a comment directly above an operation discusses its form: the author has decided. */
function isDecided(input: FixInput, file: string, at: Span): boolean {
  const code = openFunction(input, file, { file, ...at });
  if (typeof code === 'string') return false;
  const start = code.lines.offsetOf(at.line, at.column);
  return code.comments.some((comment) => {
    const gap = comment.end <= start ? code.text.slice(comment.end, start) : undefined;
    return gap?.trim() === '' && WEIGHED.test(code.text.slice(comment.start, comment.end));
  });
}

/** Proposes to rewrite lock operations in the forms of a plan, that of the finding unless another one is given, all or none. */
export function proposeSwitches(
  input: FixInput,
  kind: string,
  titleOf: (calls: readonly SwitchedCall[]) => string,
  plan = input.analysis.switchPlan(input.finding.id),
): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind, reason }] });
  if (!plan) return refused('the source does not show what should be switched instead');
  if ('reason' in plan) return refused(plan.reason);
  const written = rewriteCalls(input, plan.calls);
  if (typeof written === 'string') return refused(written);
  const edits = toFilesEdits(written.edits, (file) => input.textOf(file));
  const fix: ProposedFix = {
    title: titleOf(plan.calls),
    kind,
    verified: false,
    edits,
    regions: written.regions,
    ...(plan.cures === undefined ? {} : { cures: plan.cures }),
  };
  return { fixes: [fix], refusals: [] };
}

/** `a() and b()`, `a() and 2 other functions`. */
function listed(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} other functions`;
}
