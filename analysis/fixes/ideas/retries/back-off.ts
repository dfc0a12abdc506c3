import type { FunctionRef } from '../../../link/types.js';
import { shortName } from '../../../graph/orders/side.js';
import { functionAt, handlerOf } from '../../text/callers.js';
import { callAt, calledName, lockCallAt, text } from '../../text/calls.js';
import { parts, walk, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import type { StoryStep } from '../../../checks/types.js';
import { planRoundBelow, planServingBelow } from './below.js';
import { acquiredAt, replaced, takenIn, together, type Attempt } from './attempt.js';
import { waitsAtEdge } from './at-edge.js';
import { notRepeatable } from './repeatable.js';
import { requeued } from './requeue.js';
import { planServing, servesFile } from './serving.js';

export const BACK_OFF = 'back-off';

/** The same in a callee, which has a record of its own. */
export const BACK_OFF_BELOW = 'back-off-below';

/** The same where the wait could perhaps move out of the section, which would be simpler. */
export const BACK_OFF_AT_EDGE = 'back-off-at-edge';

/**
 * Proposes that the awaited code does not wait for the lock: it only tries to take it, and otherwise runs again later. A
 * work item queues itself again, which a wait that cancels it prevents; a function of a file lets the kernel repeat the
 * system call, which fails once the file is gone. Refuses if the code has done something before it takes the lock, if
 * other code relies on the end of the work item, or if the lock cannot be tried. A callee may give up in its place if
 * its caller hands the error on, or does its part in the next run. If the finding would remain, other such
 * functions of the file that take the lock change along.
 */
export function proposeBackOff(input: FixInput): FixOutcome {
  const own = proposed(input, planned(input, false));
  return own.fixes.length === 0 ? own : { ...own, otherwise: () => proposed(input, planned(input, true)) };
}

function proposed(input: FixInput, plan: Attempt | string | undefined): FixOutcome {
  if (plan === undefined) return { fixes: [], refusals: [] };
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: BACK_OFF, reason: plan }] };
  const handler = handlerOf(input)?.name;
  const [lock = 'the lock'] = input.finding.locks;
  const { file, names, edits, regions } = plan;
  const shown = names.map((name) => `${name}()`).join(' and ');
  const fix: ProposedFix = {
    title: `Let ${shown} try ${shortName(lock)}, and run again if it is taken`,
    kind: kindOf(input, handler !== undefined && names.includes(handler)),
    verified: false,
    edits: toFileEdits(file, input.textOf(file) ?? '', edits),
    regions,
    exchanged: [lock],
  };
  return { fixes: [fix], refusals: [] };
}

function kindOf(input: FixInput, isOfHandler: boolean): string {
  if (waitsAtEdge(input)) return BACK_OFF_AT_EDGE;
  return isOfHandler ? BACK_OFF : BACK_OFF_BELOW;
}

function planned(input: FixInput, others: boolean): Attempt | string | undefined {
  const { story, locks } = input.finding;
  const [lock = 'the lock'] = locks;
  const wait = story.filter(({ path }) => path === 0).at(-1);
  const takes = story.filter(({ path }) => path === 1).at(-1);
  const handler = handlerOf(input);
  const around = wait && openFunction(input, wait.file, wait);
  const call = typeof around === 'object' && wait ? callAt(around, wait) : undefined;
  if (typeof around !== 'object' || !call || !takes || !handler?.item) return undefined;
  // Behind the one that it takes, it may need the lock as well, as those do who wait for it there.
  if (story.some(({ path }) => path > 1)) return `${lock} is needed by way of another lock`;
  const name = calledName(around, call);
  const isWork = input.models.api(name)?.awaits === 'work';
  if (!isWork && !servesFile(input, handler)) return undefined;
  const taking = functionAt(input, takes);
  const isBelow = taking !== handler;
  if (isBelow && (taking?.item === undefined || !input.program.callers(taking).includes(handler)))
    return `${takes.function}(), below ${handler.name}(), takes ${lock}`;
  const code = openFunction(input, takes.file, takes);
  if (typeof code === 'string') return code;
  const taken = nameAt(input, code, takes);
  if (taken === undefined) return `${lock} is not taken by a plain call`;
  if (isBelow && taking)
    return isWork
      ? planRoundBelow(input, handler, taking, { taken, wait: name })
      : planServingBelow(input, taking, taken);
  if (isWork) return planWorks(input, handler, { taken, wait: name, others });
  // A function that removes its own file waits for itself.
  const root = story[0] && functionAt(input, story[0]);
  if (root !== undefined && root.file === handler.file && servesFile(input, root))
    return `${root.name}() may remove the file that it serves`;
  return planServing(input, handler, taken, others);
}

/** The expression of the lock that a step takes. */
function nameAt(
  { models }: FixInput,
  code: FunctionCode,
  step: Pick<StoryStep, 'line' | 'column'>,
): string | undefined {
  const took = lockCallAt(code, models, step);
  if (took !== undefined) return took.name;
  const start = code.lines.offsetOf(step.line, step.column);
  const head = [...walk(code.body)].find((node) => node.start === start && node.kind === 'macro_head');
  const condition = head && parts(head)[0];
  return condition && /,\s*&?\(?([^,()]+)\)+$/.exec(text(code, condition))?.[1];
}

interface Taken {
  /** The expression of the lock. */
  readonly taken: string;
  /** The call that waits. */
  readonly wait: string;
  readonly others: boolean;
}

function planWorks(input: FixInput, handler: FunctionRef, { taken, wait, others }: Taken): Attempt | string {
  const own = planWork(input, handler, taken, wait);
  if (typeof own === 'string' || !others) return own;
  const attempts = [own];
  for (const [at] of (input.program.outline(handler.file)?.functions ?? []).entries()) {
    const fn = input.program.functionAt(handler.file, at);
    if (!fn?.item || fn === handler || !isLike(fn, handler)) continue;
    const code = openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
    if (typeof code === 'string' || takenIn(input, code, taken).length === 0) continue;
    const attempt = planWork(input, fn, taken, wait);
    if (typeof attempt === 'string') return `in ${fn.name}(), ${attempt}`;
    attempts.push(attempt);
  }
  return together(attempts, handler.file);
}

/** Whether two functions take the same and return the same. */
function isLike({ item }: FunctionRef, { item: other }: FunctionRef): boolean {
  const types = item?.parameters.map(({ type }) => type).join();
  return item?.returns === other?.returns && types === other?.parameters.map(({ type }) => type).join();
}

function planWork(input: FixInput, fn: FunctionRef, taken: string, wait: string): Attempt | string {
  const { file, name, item } = fn;
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code !== 'object') return code ?? 'the source is not available';
  if (input.program.callers(fn).length > 0) return `${name}() is also called directly`;
  const [took] = takenIn(input, code, taken);
  const acquired = took && acquiredAt(input, code, took);
  if (typeof acquired !== 'object') return acquired ?? `${name}() does not take ${taken} by a call`;
  if (acquired.found.failure) return `${name}() already gives up`;
  const reason = notRepeatable(input, code, acquired.front);
  if (reason !== undefined) return reason;
  const again = requeued(input, fn, code, wait);
  if (typeof again === 'string') return again;
  return replaced(input, acquired, [
    '/* Whoever holds it may wait for this work item. */',
    ...again,
    'return;',
  ]);
}
