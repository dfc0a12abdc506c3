import { shortName } from '../../../graph/orders/side.js';
import { awaitedBy, startedWhereHeld, startsOthers } from './awaited.js';
import { givenUpBefore, givenUpUnder } from './given-up.js';
import { callAt, lockCall, text, type LockCall } from '../../text/calls.js';
import { waitAt } from './found-wait.js';
import { proposeCancelOnly } from './cancel-only.js';
import { lastWord } from '../../../base/words.js';
import { all, isAsWritten, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { lineStart, toFileEdits, type TextEdit } from '../../text/edits.js';
import { withoutStateVariable } from '../../text/flags.js';
import { commentsIn, linesOf } from '../../text/layout.js';
import { proposeBackOff } from '../retries/back-off.js';
import { proposeWaitBefore } from './before.js';
import { proposeLeaveBefore } from './leave-before.js';
import { proposeNoWait } from './interrupts/no-wait.js';
import { bindingOf, proposeRemovalBefore } from './removal-before.js';
import { foundUnder, undoneWhereHeld } from './undone.js';
import { nextMember } from '../../text/pair.js';
import { valuePath } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import { isSetUnder } from '../../moves/stable.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../types.js';

export const WAIT = 'wait';
/** The same for a wait that moves behind the release of its section. */
export const WAIT_BEHIND = 'wait-behind';
/** The same for the call of a function that only waits: of a section that consists of it, and of others. */
const WAIT_CALL = 'wait-call';
const WAIT_CALL_BEHIND = 'wait-call-behind';
/** A handler that waits for itself, and no longer waits. */
export const OWN_WAIT = 'own-wait';

/** Proposes that a handler does not wait for itself, or that a wait leaves its section. */
export function proposeWait(input: FixInput): FixOutcome {
  return input.finding.locks.length === 0
    ? alone(input, planSelf(input))
    : moved(input, ideas(proposeSpinning));
}

type Idea = (input: FixInput) => FixOutcome | undefined;

/**
 * To move a wait out of the section, behind it or before it; where no edge is near, not to sleep; otherwise that the
 * awaited code gives up.
 */
function ideas(spinning: Idea): readonly Idea[] {
  return [
    proposeBehind,
    proposeWaitBefore,
    spinning,
    proposeRemovalBefore,
    proposeLeaveBefore,
    proposeBackOff,
    proposeCancelOnly,
  ];
}

/** The fixes of the first idea that has some, and the ideas behind it. */
function moved(input: FixInput, ideas: readonly Idea[]): FixOutcome {
  const refusals: FixOutcome['refusals'][number][] = [];
  for (const [at, propose] of ideas.entries()) {
    const outcome = propose(input);
    if (outcome === undefined) continue;
    if (outcome.fixes.length > 0)
      return { ...outcome, otherwise: () => next(input, outcome, ideas.slice(at + 1)) };
    refusals.push(...outcome.refusals);
  }
  return { fixes: [], refusals };
}

/** What an idea has besides, otherwise the ideas behind it. */
function next(input: FixInput, { otherwise }: FixOutcome, ideas: readonly Idea[]): FixOutcome {
  const own = otherwise?.();
  return own === undefined || own.fixes.length === 0
    ? moved(input, ideas)
    : { ...own, otherwise: () => next(input, own, ideas) };
}

function proposeBehind(input: FixInput): FixOutcome {
  return proposed(planBehind(input));
}

/** Proposes a variant of a wait for an interrupt handler that does not sleep, or does not wait. */
function proposeSpinning(input: FixInput): FixOutcome | undefined {
  const [, step] = input.finding.story.filter(({ path }) => path === 0);
  const found = step && waitAt(input, step);
  return found === undefined || typeof found === 'string'
    ? undefined
    : proposeNoWait(input, found.code, found.call);
}

/** Proposes to move a call out of the section because it must not wait with any lock held, or must not sleep there. */
export function proposeWaitOutside(input: FixInput, code: FunctionCode, call: CodeNode): FixOutcome {
  const spinning = (): FixOutcome | undefined => proposeNoWait(input, code, call);
  if (input.finding.locks.length > 0) return moved(input, ideas(spinning));
  const without = (): FixOutcome => alone(input, 'no lock is held that could be released first');
  return moved(input, [spinning, without]);
}

/** A plan for a wait without a lock; where there is none, not to wait at all. */
function alone(input: FixInput, plan: WaitPlan | string): FixOutcome {
  const own = proposed(plan);
  const other = own.fixes.length > 0 ? undefined : proposeCancelOnly(input);
  if (other === undefined) return own;
  return { fixes: other.fixes, refusals: other.fixes.length > 0 ? [] : [...own.refusals, ...other.refusals] };
}

function proposed(plan: WaitPlan | string): FixOutcome {
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: WAIT, reason: plan }] };
  const { code, edits, title, region, untaken, kind = WAIT } = plan;
  const fix: ProposedFix = {
    title,
    kind,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [region],
    ...(untaken === undefined ? {} : { untaken }),
  };
  return { fixes: [fix], refusals: [] };
}

interface WaitPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
  readonly title: string;
  readonly region: Region;
  /** Lock class, as shown, that the function no longer takes. */
  readonly untaken?: string;
  readonly kind?: string;
}

/** Plans to replace a handler's waits for itself by the variant that does not wait. */
function planSelf(input: FixInput): WaitPlan | string {
  if (input.finding.story.some(({ path }) => path === 1))
    return 'the source does not show which of the two waits can be dropped';
  const waits = input.finding.story.slice(1);
  const [step] = waits;
  if (!step || waits.length > 1) return `${step?.function ?? 'the handler'}() waits in a callee`;
  const found = waitAt(input, step);
  if (typeof found === 'string') return found;
  const { code, call, callee } = found;
  const variant = input.models.withoutWait(text(code, callee));
  if (variant === undefined) return `${text(code, callee)}() has no variant that does not wait`;
  if (call.parent?.kind !== 'expression_statement') return `the result of ${text(code, callee)}() is used`;
  const words = plainText(code, call);
  const same = all(code.body, 'call_expression').filter(
    (other) => plainText(code, other) === words && other.parent?.kind === 'expression_statement',
  );
  const callees = same.flatMap((other) => parts(other).slice(0, 1));
  return {
    code,
    edits: callees.map(({ start, end }) => ({ start, end, text: variant })),
    title: `Call ${variant}() in ${code.item.name}(), which would otherwise wait for itself`,
    region: { file: code.file, start: same[0]?.start ?? call.start, end: same.at(-1)?.end ?? call.end },
    kind: OWN_WAIT,
  };
}

/**
 * Plans to move a wait that ends a section, or the call of a function that only waits, behind the release, with other
 * waits that follow it there.
 */
function planBehind(input: FixInput): WaitPlan | string {
  const [lock = 'the lock'] = input.finding.locks;
  const [holds, step, next, last] = input.finding.story.filter(({ path }) => path === 0);
  if (!holds || !step || last || holds.file !== step.file || holds.function !== step.function)
    return `${lock} is not taken where the wait is`;
  const found = waitAt(input, step);
  if (typeof found === 'string') return found;
  const { code, call, callee, list, statement } = found;
  const name = text(code, callee);
  if (statement === undefined) return `${name}() is part of a larger statement`;
  const within = next === undefined ? [] : waitsOf(input, code, name);
  if (typeof within === 'string') return within;
  const taken = callAt(code, holds);
  const took = taken && lockCall(code, input.models, taken);
  const waits = [{ call, name, list }];
  // Reported waits before it move along, and waits after it keep their order.
  for (let above = reportedAbove(input, code, statement); above;) {
    waits.unshift(above);
    above = above.call.parent && reportedAbove(input, code, above.call.parent);
  }
  let following = nextMember(statement);
  let more = following && plainWait(input, code, following);
  while (following && more) {
    waits.push(more);
    following = nextMember(following);
    more = following && plainWait(input, code, following);
  }
  const released = following && parts(following)[0];
  const release = released && lockCall(code, input.models, released);
  if (
    took?.form !== 'call' ||
    !following ||
    following.kind !== 'expression_statement' ||
    release?.form !== 'call'
  )
    return `${lock} is not released right after ${name}()`;
  if (release.api.op !== 'release' || release.name !== took.name)
    return `${lock} is not released right after ${name}()`;
  const isAlone = waits.length === 1 && within.length < 2 && taken?.parent !== undefined;
  const from = took.node.end;
  const section = { outer: took, lock, from, isAlone: isAlone && nextMember(taken.parent) === statement };
  for (const each of waits) {
    const reason =
      staysUnder(input, code, each, section) ??
      foundUnder(input, code, each.list, { from, to: each.call.start, lock });
    if (reason !== undefined) return reason;
  }
  for (const { own, wait } of within) {
    const reason =
      foundUnder(input, code, list, { from, to: call.start, lock }) ??
      staysUnder(input, own, wait, { ...section, from: own.body.start });
    if (reason !== undefined) return reason;
  }
  const moving = [...waits, ...within.map(({ wait }) => wait)];
  const awaited = moving.flatMap((each) => {
    const at = input.models.api(each.name)?.arg;
    return [...awaitedBy(input, code, at === undefined ? undefined : parts(each.list)[at])];
  });
  const isOrdered = !section.isAlone && bindingOf(input, code) === undefined;
  const gone =
    (taken && givenUpBefore(input, code, { take: taken, wait: waits[0]?.call ?? call }, awaited)) ??
    (isOrdered ? givenUpUnder(input, code, { took, lock }, awaited) : undefined);
  if (gone !== undefined) return gone;
  const above = linesOf(code, waits[0]?.call.parent ?? statement, waits.at(-1)?.call.parent ?? statement);
  const below = linesOf(code, following, following);
  // Blank lines between the two move with the wait.
  const gap = above && below ? code.text.slice(above.end, below.start) : '';
  const isWhole = above && below && gap.trim() === '' && isAsWritten(code, above.start, below.end);
  if (!isWhole) return `other code shares the lines of ${name}() and of the release`;
  const region = { file: code.file, start: above.start, end: below.end };
  const wait = code.text.slice(above.start, above.end);
  const isBehindBlank = /\n[ \t]*\r?\n$/.test(code.text.slice(0, above.start));
  const first = taken?.parent && linesOf(code, taken.parent, taken.parent);
  // The section contains nothing else, so the lock is not needed here.
  const isFirst = first !== undefined && code.text.slice(first.end, above.start).trim() === '';
  if (isFirst && first.end <= above.start && taken?.parent?.kind === 'expression_statement') {
    const unused = withoutStateVariable(code, [took, release]);
    if (unused === undefined) return `the critical section of ${lock} would be empty`;
    // A comment above the section is about the wait, unless it speaks of locks.
    const start = lineStart(code.text, taken.parent.start);
    const others = [...commentsIn(code, start, above.start), ...commentsIn(code, above.end, below.end)];
    if (others.length > 0 || commentsIn(code, first.start, start).some((words) => OF_LOCKS.test(words)))
      return `a comment may tell why ${lock} is held`;
    return {
      code,
      edits: [...unused, { start, end: below.end, text: wait }],
      title: `Call ${name}() without ${shortName(lock)}`,
      region: { ...region, start: Math.min(start, ...unused.map((edit) => edit.start)) },
      untaken: lock,
      kind: next === undefined ? WAIT : WAIT_CALL,
    };
  }
  // Under the lock it is paired with the call that enables again; outside, another call may intervene.
  const disabling = moving.find((each) => input.models.switchedBack(each.name) !== undefined);
  if (disabling) return `${disabling.name}() disables what others may enable under ${lock}`;
  return {
    code,
    edits: [
      {
        start: above.start,
        end: below.end,
        text: (isBehindBlank ? '' : gap) + code.text.slice(below.start, below.end) + wait,
      },
    ],
    title: `Call ${name}() after ${shortName(lock)} is released`,
    region,
    kind: next === undefined ? WAIT_BEHIND : WAIT_CALL_BEHIND,
  };
}

/** Words of a comment that may be about a lock. */
const OF_LOCKS = /lock|mutex|protect|seriali|\brac(?:e|es|y|ing)\b|\bsync/i;

interface PlainWait {
  readonly call: CodeNode;
  readonly name: string;
  /** The arguments. */
  readonly list: CodeNode;
}

/** The wait that a statement consists of. */
function plainWait({ models }: FixInput, code: FunctionCode, statement: CodeNode): PlainWait | undefined {
  const [call] = statement.kind === 'expression_statement' ? parts(statement) : [];
  const [callee, list] = call?.kind === 'call_expression' ? parts(call) : [];
  const name = callee?.kind === 'identifier' ? text(code, callee) : '';
  return call && list && models.api(name)?.k === 'wait' ? { call, name, list } : undefined;
}

interface InnerWait {
  /** The function that waits. */
  readonly own: FunctionCode;
  readonly wait: PlainWait;
}

/**
 * The waits that a function of this file consists of, in each of its definitions; a reason if it does anything else,
 * which the lock may protect.
 */
function waitsOf(input: FixInput, code: FunctionCode, name: string): readonly InnerWait[] | string {
  const waits: InnerWait[] = [];
  for (const item of input.program.outline(code.file)?.functions ?? []) {
    if (item.name !== name) continue;
    const own = openFunction(input, code.file, { file: code.file, ...item.nameSpan });
    if (typeof own === 'string') return `in ${name}(), ${own}`;
    if (!isAsWritten(own, own.body.start, own.body.end)) return `${name}() is compiled in part only`;
    for (const statement of parts(own.body)) {
      const wait = plainWait(input, own, statement);
      if (wait === undefined) return `${name}() does more than wait, for which it may need the lock`;
      waits.push({ own, wait });
    }
  }
  return waits.length > 0 ? waits : `${name}() is in another file`;
}

/** The wait directly before a statement, if a finding of the same rule and lock reports it. */
function reportedAbove(input: FixInput, code: FunctionCode, statement: CodeNode): PlainWait | undefined {
  const siblings = statement.parent ? parts(statement.parent) : [];
  const above = siblings[siblings.indexOf(statement) - 1];
  const wait = above && plainWait(input, code, above);
  const { rule, locks } = input.finding;
  const isReported = input.analysis.findings.some((other) => {
    const step = other.story.filter(({ path }) => path === 0).at(-1);
    const isHere = other.rule === rule && other.locks[0] === locks[0] && step?.file === code.file;
    return isHere && code.lines.offsetOf(step.line, step.column) === wait?.call.start;
  });
  return isReported ? wait : undefined;
}

interface WaitSection {
  readonly outer: LockCall;
  /** Lock class, as shown. */
  readonly lock: string;
  /** Offset at which the section, or a function called in it, begins. */
  readonly from: number;
  /** Whether the section consists of the wait. */
  readonly isAlone: boolean;
}

/** Why a wait must stay under the lock; `undefined` if it may move behind the release. */
function staysUnder(
  input: FixInput,
  code: FunctionCode,
  { call, name, list }: PlainWait,
  { outer, lock, from, isAlone }: WaitSection,
): string | undefined {
  const awaits = input.models.api(name)?.awaits;
  if (awaits === 'condition' || awaits === 'completion')
    return `${lock} may serialise waiters for the same object`;
  const context = { code, models: input.models, program: input.program, outer };
  for (const argument of parts(list)) {
    const path = valuePath(context, argument);
    if (path.opaque) return `${path.opaque.text} may change once ${lock} is released`;
    for (const words of path.loads.keys()) {
      const last = lastWord(words);
      if (last === undefined || isSetUnder(context, last, words !== last))
        return `${words} may change once ${lock} is released`;
    }
  }
  // What the lock does not order today, and a device that goes away, need no order. Even a section of the wait alone
  // orders it with what starts the code again, which may ask under the lock whether it still should.
  const isBound = bindingOf(input, code) !== undefined;
  const isOrdered = !isAlone && !isBound;
  const started =
    isBound && !isAlone ? undefined : startedWhereHeld(input, code, call, { took: outer, lock });
  const undone = undoneWhereHeld(input, code, { call, from, took: outer, lock, isOrdered });
  return started ?? undone ?? startsOthers(input, code, call, call.end, isAlone);
}
