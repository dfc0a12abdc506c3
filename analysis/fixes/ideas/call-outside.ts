import { folderOf } from '../../base/paths.js';
import { lastWord } from '../../base/words.js';
import type { StoryStep } from '../../checks/types.js';
import { shortName } from '../../graph/orders/side.js';
import type { FunctionRef } from '../../link/types.js';
import { callAt, lockCallAt, text, type LockCall } from '../text/calls.js';
import { parts, type FunctionCode } from '../text/code.js';
import { toFileEdits } from '../text/edits.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';
import { planOutside } from './sleeps/outside.js';
import { takesLock } from './sleeps/under-lock.js';

export const CALL_OUTSIDE = 'call-outside';
/** The same for a call of the kernel that is known to need no lock of its caller. */
const UNREGISTER_OUTSIDE = 'unregister-outside';

/** Depth of functions inspected below the call, and below the sections of the lock. */
const MOST_BELOW = 200;

/**
 * Proposes to move a call that takes the second lock out of the first lock's section: before it if the call is the
 * first statement, behind it if it is the last. Only if the call, with all of its visible callees, uses nothing that
 * the driver's functions use under the first lock, and if other tasks cannot change its arguments.
 */
export function proposeCallOutside(input: FixInput): FixOutcome {
  const { finding } = input;
  const reasons: string[] = [];
  if (finding.locks.length !== 2) return { fixes: [], refusals: [] };
  // The side that is reported first.
  for (const path of [0, 1]) {
    const steps = finding.story.filter((step) => step.path === path);
    const fix = proposeFor(input, steps, finding.locks[path === 0 ? 1 : 0] ?? '');
    if (typeof fix !== 'string') return { fixes: [fix], refusals: [] };
    reasons.push(fix);
  }
  return { fixes: [], refusals: reasons.map((reason) => ({ kind: CALL_OUTSIDE, reason })) };
}

function proposeFor(
  input: FixInput,
  [holds, step, ...below]: readonly StoryStep[],
  lock: string,
): ProposedFix | string {
  if (!holds || !step || below.length === 0 || holds.function !== step.function || holds.file !== step.file)
    return `${lock} is not held around a call`;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return code;
  const call = callAt(code, step);
  const [callee] = call ? parts(call) : [];
  const took = lockCallAt(code, input.models, holds);
  if (!call || callee?.kind !== 'identifier' || !took) return `${lock} is not held around a plain call`;
  const name = text(code, callee);
  // Such a call needs no lock of its caller. One that would move to the front may have to be undone under it.
  const isFree = input.models.unlocked(name) === 'behind';
  const shared = isFree ? undefined : sharedWith(input, code, name, lock, took);
  if (shared !== undefined) return shared;
  const sides = isFree ? (['behind'] as const) : (['before', 'behind'] as const);
  const isAtEdge = !isFree;
  const plans = sides.map(
    (to) => [to, planOutside({ input, code, call, lock, to, isAtEdge }, holds)] as const,
  );
  for (const [to, plan] of plans) {
    if (typeof plan === 'string') continue;
    const where =
      to === 'behind' ? `after ${shortName(lock)} is released` : `before ${shortName(lock)} is taken`;
    return {
      title: `Call ${name}() ${where}`,
      kind: isFree ? UNREGISTER_OUTSIDE : CALL_OUTSIDE,
      verified: false,
      edits: toFileEdits(code.file, code.text, plan.edits),
      regions: [{ file: code.file, start: plan.start, end: plan.end }],
    };
  }
  return plans.map(([, plan]) => plan).find((plan) => typeof plan === 'string') ?? '';
}

const MEMBER = /(?:->|\.)\s*(\w+)/g;

/** Why the call may need the lock: what it shares with the sections of the lock. `undefined` if it shares nothing. */
function sharedWith(
  input: FixInput,
  code: FunctionCode,
  callee: string,
  lock: string,
  took: LockCall,
): string | undefined {
  const below = reached(input, [[callee, code.file]]);
  if (typeof below === 'string') return below;
  const [called] = below;
  if (!called) return `the source of ${callee}() is not available`;
  const pointed = below.find(({ item }) => (item?.indirectCalls.length ?? 0) > 0);
  if (pointed) return `${pointed.name}() calls through a pointer`;
  const holding = functionsHolding(input, code, lock, took);
  const under = reached(
    input,
    holding.flatMap(({ item, file }) => (item?.calls ?? []).map((name) => [name, file] as const)),
    called,
  );
  if (typeof under === 'string') return under;
  const lockName = lastWord(took.name) ?? '';
  const globals = new Set(
    [...new Set(below.map(({ file }) => file))].flatMap((file) =>
      (input.program.outline(file)?.variables ?? []).map((variable) => variable.name),
    ),
  );
  const words = (fn: FunctionRef): string[] => {
    const body = bodyOf(input, fn);
    const members = [...body.matchAll(MEMBER)].map(([, word = '']) => word);
    const named = [...body.matchAll(/\w+/g)].map(([word]) => word).filter((word) => globals.has(word));
    return [...members, ...named].filter((word) => word !== lockName);
  };
  const guarded = new Set([...holding, ...under].flatMap(words));
  for (const fn of below) {
    const own = words(fn).find((word) => guarded.has(word));
    if (own !== undefined) return `${fn.name}() uses ${own}, which is also used where ${lock} is held`;
  }
  return undefined;
}

/** The functions of the driver that themselves hold a lock. */
function functionsHolding(
  input: FixInput,
  code: FunctionCode,
  lock: string,
  took: LockCall,
): readonly FunctionRef[] {
  const { program, analysis } = input;
  const found: FunctionRef[] = [];
  for (const file of program.filesIn(folderOf(code.file))) {
    for (const at of (program.outline(file)?.functions ?? []).keys()) {
      const fn = program.functionAt(file, at);
      const summary = fn && analysis.summary(fn);
      const isHolding = summary
        ? [...summary.heldAt.values()].some((held) => held.some(({ id }) => id === lock))
        : fn !== undefined && takesLock(input, bodyOf(input, fn), took);
      if (fn && isHolding) found.push(fn);
    }
  }
  return found;
}

/**
 * The functions named in `from` and everything visible that they call, without what `without` calls; a reason in words if
 * there are too many. Modelled functions are left out: the kernel's own code does not touch a driver's data.
 */
function reached(
  { program, models }: FixInput,
  from: readonly (readonly [name: string, file: string])[],
  without?: FunctionRef,
): readonly FunctionRef[] | string {
  const found = new Map<string, FunctionRef>();
  const open = [...from];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [name] = next;
    const isKnown = models.api(name) !== undefined || models.lockApi(name) !== undefined;
    if (isKnown || models.isInert(name) || models.isConditionalBug(name)) continue;
    for (const fn of program.resolveCall(...next)) {
      const key = `${fn.file}:${fn.name}`;
      if (found.has(key) || (fn.file === without?.file && fn.name === without.name)) continue;
      found.set(key, fn);
      if (found.size > MOST_BELOW) return `${name}() and others would have to be examined as well`;
      open.push(...(fn.item?.calls ?? []).map((each) => [each, fn.file] as const));
    }
  }
  return [...found.values()];
}

function bodyOf(input: FixInput, { file, item }: FunctionRef): string {
  return item === undefined ? '' : (input.textOf(file)?.slice(item.bodyStart, item.end) ?? '');
}
