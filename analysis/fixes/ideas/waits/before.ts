import { folderOf } from '../../../base/paths.js';
import { lastWord, wholeWord } from '../../../base/words.js';
import { shortName } from '../../../graph/orders/side.js';
import type { FunctionRef } from '../../../link/types.js';
import { functionOf } from '../../text/callers.js';
import { callAt, lockCall, text, type LockCall } from '../../text/calls.js';
import { all, identifiers, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { operator } from '../../text/forms.js';
import { localTypes } from '../../text/path.js';
import { nextMember } from '../../text/pair.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome } from '../../types.js';
import { clearedBy } from '../sleeps/alone.js';
import { planOutside } from '../sleeps/outside.js';
import { isUnder } from '../sleeps/under-lock.js';
import { awaitedBy, startsAgain, startsOthers } from './awaited.js';

export const WAIT_BEFORE = 'wait-before';

/** Levels of callers followed above a function that starts or registers the awaited code. */
const MOST_UP = 6;

/**
 * Proposes to wait before a section that begins with the wait: for a work item, a timer, an attribute or debugfs file,
 * or an interrupt that is disabled. Another holder of the lock may run in between. So no function that takes the lock
 * may name the awaited object, and the wait may not move past a statement that keeps it from restarting. Interrupts may
 * also be disabled before a spinlock whose section does other things first: none of them needs the handler, which the
 * lock excludes.
 */
export function proposeWaitBefore(input: FixInput): FixOutcome {
  const refused = (reason: string): FixOutcome => ({
    fixes: [],
    refusals: [{ kind: WAIT_BEFORE, reason }],
  });
  const [lock = 'the lock'] = input.finding.locks;
  const [holds, step, next] = input.finding.story.filter(({ path }) => path === 0);
  if (!holds || !step || next || holds.file !== step.file || holds.function !== step.function)
    return refused(`${lock} is not taken where the wait is`);
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return refused(code);
  const call = callAt(code, step);
  const [callee, list] = call ? parts(call) : [];
  const taken = callAt(code, holds);
  const took = taken && lockCall(code, input.models, taken);
  if (!call || callee?.kind !== 'identifier' || !list || !took)
    return refused('the wait is not a plain call');
  const name = text(code, callee);
  if (isWholeSection(input, code, taken, call)) return refused(`${lock} would be held for nothing`);
  if (!staysOver(input, name))
    return refused(`what ${name}() waits for may run again before ${lock} is taken`);
  // Nothing else happens under a spinning lock that needs the interrupt.
  const overtakes = isCounted(input, name) && took.api.sleeps !== true;
  const cleared = clearedWith(code, call);
  const isAtEdge = cleared.length > 0;
  const plan = planOutside(
    { input, code, call, lock, to: 'before', mayEndWithBlock: true, mayClear: true, isAtEdge, overtakes },
    holds,
  );
  if (typeof plan === 'string') return refused(plan);
  const reason =
    usedUnder(input, code, cleared, took, lock) ??
    (overtakes ? undefined : changedHere(code, call, taken)) ??
    startsOthers(input, code, call, call.end) ??
    (isCounted(input, name)
      ? undefined
      : startedUnder(input, code, parts(list)[input.models.api(name)?.arg ?? 0], took, lock));
  if (reason !== undefined) return refused(reason);
  return {
    fixes: [
      {
        title: `Call ${name}() before ${shortName(lock)} is taken`,
        kind: WAIT_BEFORE,
        verified: false,
        edits: toFileEdits(code.file, code.text, plan.edits),
        regions: [{ file: code.file, start: plan.start, end: plan.end }],
      },
    ],
    refusals: [],
  };
}

/** Whether a section consists of the wait. */
function isWholeSection({ models }: FixInput, code: FunctionCode, taken: CodeNode, call: CodeNode): boolean {
  const following = call.parent && nextMember(call.parent);
  const [after] = following?.kind === 'expression_statement' ? parts(following) : [];
  const release = after?.kind === 'call_expression' ? lockCall(code, models, after) : undefined;
  const isFirst = taken.parent !== undefined && nextMember(taken.parent) === call.parent;
  return isFirst && release?.form === 'call' && release.api.op === 'release';
}

/** Whether the awaited code does not restart by itself, so that an earlier wait has the same effect. */
function staysOver({ models }: FixInput, name: string): boolean {
  const awaits = models.api(name)?.awaits;
  if (awaits === 'irq') return isCounted({ models }, name);
  return awaits === 'work' || awaits === 'timer' || awaits === 'kernfs';
}

/** Whether the call disables something by a count: no other code can enable it in between. */
function isCounted({ models }: Pick<FixInput, 'models'>, name: string): boolean {
  return models.switchedBack(name) !== undefined;
}

/**
 * Why the function itself decides about the wait under the lock: between the acquisition and the wait it changes more
 * than local variables, or it sets what the wait or its condition reads. `undefined` if it does not.
 */
function changedHere(code: FunctionCode, call: CodeNode, taken: CodeNode): string | undefined {
  const statement = call.parent?.parent?.kind === 'compound_statement' ? call.parent.parent : call.parent;
  const whole = statement?.parent?.kind === 'if_statement' ? statement.parent : call;
  const read = new Set(all(whole, 'field_identifier').map((node) => text(code, node)));
  const locals = localTypes(code);
  for (const node of [...all(code.body, 'assignment_expression'), ...all(code.body, 'update_expression')]) {
    const [target] = parts(node);
    if (!target) continue;
    const isBetween = node.start > taken.end && node.end < call.start;
    if (isBetween && !(target.kind === 'identifier' && locals.has(text(code, target))))
      return `\`${text(code, target)} ${operator(node)}\` in between may be what keeps the awaited code from running again`;
    const last = lastWord(text(code, target));
    if (whole.start <= node.start && node.end <= whole.end) continue;
    if (target.kind !== 'identifier' && last !== undefined && read.has(last))
      return `${text(code, target)} may change where the lock is not held`;
  }
  return undefined;
}

/** The members cleared next to the wait, in its own `if`. */
function clearedWith(code: FunctionCode, call: CodeNode): readonly string[] {
  const block = call.parent?.parent;
  if (block?.kind !== 'compound_statement' || block.parent?.kind !== 'if_statement') return [];
  return parts(block).flatMap((statement) => clearedBy(code, statement) ?? []);
}

/** Why a member must not be cleared without the lock: another function accesses it under the lock. */
function usedUnder(
  input: FixInput,
  code: FunctionCode,
  members: readonly string[],
  took: LockCall,
  lock: string,
): string | undefined {
  const { program } = input;
  for (const member of members) {
    const word = wholeWord(member);
    for (const file of program.filesIn(folderOf(code.file))) {
      for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
        const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
        const isOwn = file === code.file && item.start === code.item.start;
        if (isOwn || !word.test(body)) continue;
        if (isUnder(input, { fn: program.functionAt(file, at), body }, took, lock))
          return `${item.name}() uses ${member} where ${lock} is held`;
      }
    }
  }
  return undefined;
}

/** Why the awaited code may restart before the lock is taken: some holder of the lock starts or registers it. */
function startedUnder(
  input: FixInput,
  code: FunctionCode,
  object: CodeNode | undefined,
  took: LockCall,
  lock: string,
): string | undefined {
  const member = object && lastWord(text(code, object));
  if (member === undefined) return 'the object of the wait is not named';
  const { program } = input;
  const word = wholeWord(member);
  const awaited = awaitedBy(input, code, object);
  const own = functionOf(input, code);
  const again = own && startsAgain(input, own, member, awaited);
  if (again !== undefined) return `${again.name}() starts ${member} again, and may run twice at a time`;
  const starting: FunctionRef[] = [];
  for (const file of object === undefined ? [] : filesNaming(input, code, object)) {
    for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
      const isOwn = file === code.file && item.start === code.item.start;
      const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
      const fn = isOwn || !word.test(body) ? undefined : program.functionAt(file, at);
      // The wait also covers code that restarts by itself.
      if (fn && ![...awaited].some((one) => one.file === file && one.name === fn.name)) starting.push(fn);
    }
  }
  const open = starting.map((fn): readonly [FunctionRef, number] => [fn, 0]);
  const seen = new Set(starting);
  for (const [fn, level] of open) {
    const { file, item } = fn;
    const body = item === undefined ? '' : (input.textOf(file)?.slice(item.bodyStart, item.end) ?? '');
    if (level > 0 && file === code.file && item?.start === code.item.start) continue;
    if (isUnder(input, { fn, body }, took, lock))
      return `${fn.name}(), which uses ${member}, takes ${lock} as well`;
    if (level === MOST_UP) return `the callers of ${fn.name}(), which uses ${member}, are not known`;
    for (const caller of program.callers(fn)) {
      if (seen.has(caller)) continue;
      seen.add(caller);
      open.push([caller, level + 1]);
    }
  }
  return undefined;
}

/** Files whose functions may name an object: one for a static variable, otherwise those of the folder. */
function filesNaming({ program }: FixInput, code: FunctionCode, object: CodeNode): readonly string[] {
  const [root = ''] = identifiers(code, object);
  const variable = localTypes(code).has(root) ? undefined : program.resolveVariable(root, code.file);
  const isPrivate =
    variable?.file === code.file &&
    variable.item.isStatic &&
    !text(code, object).includes('->') &&
    program.includedBy(code.file).length === 0;
  return isPrivate ? [code.file] : program.filesIn(folderOf(code.file));
}
