import { folderOf } from '../../../base/paths.js';
import { lastWord, wholeWord } from '../../../base/words.js';
import { shortName } from '../../../graph/orders/side.js';
import type { FunctionRef } from '../../../link/types.js';
import { functionsBelow } from '../../moves/below.js';
import { isNamed } from '../../text/callers.js';
import { callAt, lockCall, text } from '../../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  memberOf,
  parts,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome } from '../../types.js';
import { clearedBy, memberNames } from '../sleeps/alone.js';
import { planOutside } from '../sleeps/outside.js';
import { waitInOwnSection } from './own-wait.js';

export const REMOVAL_BEFORE = 'removal-before';

/** Levels of callers followed above a function that names the files. */
const MOST_UP = 6;

/**
 * Proposes to remove attributes or debugfs files before the section in which they are removed, past the steps that come
 * first there. These steps run without users of the files then, which is less than what they have to expect today. The
 * removal may be a function that does nothing else. Only in a function that the kernel calls to unbind a device: the
 * lock does not keep it from running twice. Refuses if a step may make the files again, or if functions other than
 * those that bind and unbind the device name them. `undefined` for other waits.
 */
export function proposeRemovalBefore(input: FixInput): FixOutcome | undefined {
  const wait = waitInOwnSection(input);
  const removals = wait && removalsOf(input, wait.code, wait.call);
  if (wait === undefined || removals === undefined) return undefined;
  const { lock, holds, code, call } = wait;
  const refused = (reason: string): FixOutcome => ({
    fixes: [],
    refusals: [{ kind: REMOVAL_BEFORE, reason }],
  });
  const [callee] = parts(call);
  const taken = callAt(code, holds);
  const took = taken && lockCall(code, input.models, taken);
  const statement = memberOf(call);
  if (!callee || !took || statement !== call.parent)
    return refused(`${callee ? text(code, callee) : 'the removal'}() is part of a larger statement`);
  const binding = bindingOf(input, code);
  if (binding === undefined)
    return refused(`${lock} may keep ${code.item.name}() from running twice at a time`);
  if (!isOfDevice(code, call))
    return refused(`several devices may share what ${text(code, callee)}() removes`);
  const moving = { input, code, call, lock, to: 'before', mayEndWithBlock: true, overtakes: true } as const;
  const plan = planOutside(moving, holds);
  if (typeof plan === 'string') return refused(plan);
  for (const { own, object } of removals) {
    const words = namesOf(own, object);
    const makes = madeBetween(input, code, { from: taken.end, to: call.start }, words);
    const reason = makes ?? usedElsewhere(input, own, words, binding);
    if (reason !== undefined) return refused(reason);
  }
  return {
    fixes: [
      {
        title: `Call ${text(code, callee)}() before ${shortName(lock)} is taken`,
        kind: REMOVAL_BEFORE,
        verified: false,
        edits: toFileEdits(code.file, code.text, plan.edits),
        regions: [{ file: code.file, start: plan.start, end: plan.end }],
      },
    ],
    refusals: [],
  };
}

/** One call that removes files. */
interface Removal {
  /** The function that contains it. */
  readonly own: FunctionCode;
  /** The argument that names the files. */
  readonly object: CodeNode;
}

/**
 * The removals that a call consists of, in each definition of the function that it calls; `undefined` if one of these
 * does anything else.
 */
function removalsOf(input: FixInput, code: FunctionCode, call: CodeNode): readonly Removal[] | undefined {
  const direct = removal(input, code, call);
  if (direct !== undefined) return [direct];
  const [callee] = parts(call);
  const name = callee?.kind === 'identifier' ? text(code, callee) : '';
  const { program } = input;
  const here = (program.outline(code.file)?.functions ?? []).filter((item) => item.name === name);
  const items = here.map((item) => ({ file: code.file, item }));
  const found = items.length > 0 || name === '' ? items : program.resolveCall(name, code.file);
  const removals: Removal[] = [];
  for (const { file, item } of found) {
    const own = item && openFunction(input, file, { file, ...item.nameSpan });
    const all = typeof own === 'object' ? onlyRemovals(input, own) : undefined;
    if (all === undefined) return undefined;
    removals.push(...all);
  }
  return removals.length > 0 ? removals : undefined;
}

/** The removals of a function that besides only clears what names the files; `undefined` if it does more. */
function onlyRemovals(input: FixInput, own: FunctionCode): readonly Removal[] | undefined {
  if (!isAsWritten(own, own.body.start, own.body.end)) return undefined;
  const removals: Removal[] = [];
  const cleared: string[] = [];
  for (const statement of parts(own.body).filter(({ kind }) => kind !== 'comment')) {
    const [inner] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const found = inner && removal(input, own, inner);
    const member = clearedBy(own, statement);
    if (found !== undefined) removals.push(found);
    else if (member !== undefined) cleared.push(member);
    else return undefined;
  }
  const removed = new Set(removals.flatMap(({ object }) => lastWord(text(own, object)) ?? []));
  return cleared.every((member) => removed.has(member)) ? removals : undefined;
}

function removal({ models }: FixInput, own: FunctionCode, call: CodeNode): Removal | undefined {
  const [callee, list] = call.kind === 'call_expression' ? parts(call) : [];
  const api = callee?.kind === 'identifier' ? models.api(text(own, callee)) : undefined;
  const object = list && api?.arg !== undefined ? parts(list)[api.arg] : undefined;
  return object !== undefined && api?.k === 'wait' && api.awaits === 'kernfs' ? { own, object } : undefined;
}

/** The members that name the files, or the variable that does. */
function namesOf(own: FunctionCode, object: CodeNode): readonly string[] {
  const members = memberNames(own, object);
  const last = lastWord(text(own, object));
  return members.length > 0 ? members.slice(-1) : last === undefined ? [] : [last];
}

/** Why a statement that the removal passes may make the files: it, or what it calls, names them. */
function madeBetween(
  input: FixInput,
  code: FunctionCode,
  { from, to }: { readonly from: number; readonly to: number },
  words: readonly string[],
): string | undefined {
  const calls = all(code.body, 'call_expression').filter(({ start }) => from <= start && start < to);
  const namedIn = (body: string): string | undefined => words.find((word) => wholeWord(word).test(body));
  const own = namedIn(code.text.slice(from, to));
  if (own !== undefined) return `${code.item.name}() uses ${own} before it removes it`;
  const called = calls.flatMap((call) => {
    const [callee] = parts(call);
    return callee?.kind === 'identifier' ? [text(code, callee)] : [undefined];
  });
  if (called.includes(undefined)) return 'the indirect call in between may create the files again';
  const targets = called.flatMap((name) => input.program.resolveCall(name ?? '', code.file));
  for (const { item, file, name } of functionsBelow(input.program, targets)) {
    const body = item === undefined ? '' : (input.textOf(file)?.slice(item.bodyStart, item.end) ?? '');
    const named = namedIn(body);
    if (named !== undefined) return `${name}(), which is called before the removal, uses ${named}`;
  }
  return undefined;
}

/** The functions of one table that bind a device to a driver and unbind it: they never run at the same time for it. */
export function bindingOf(
  { program, models }: FixInput,
  { file, item }: FunctionCode,
): ReadonlySet<string> | undefined {
  const tables = (program.outline(file)?.variables ?? []).filter(({ members }) =>
    members.some(({ value }) => value === item.name),
  );
  const [table, more] = tables;
  const [own, twice] = (table?.members ?? []).filter(({ value }) => value === item.name);
  const isOnlyThere = table !== undefined && !more && !twice && item.isStatic;
  if (!isOnlyThere || own === undefined || !models.isRemoval(own.field)) return undefined;
  const isCalled = (program.outline(file)?.functions ?? []).some(
    ({ calls, references }) => calls.includes(item.name) || references.includes(item.name),
  );
  const bound = table.members.filter(({ field }) => models.isProbe(field));
  return isCalled ? undefined : new Set([item.name, ...bound.map(({ value }) => value)]);
}

/** Whether a call is given an object that the function received or looked up. */
function isOfDevice(code: FunctionCode, call: CodeNode): boolean {
  const locals = localTypes(code);
  return [...identifiers(code, call)].some((word) => locals.has(word));
}

/** Why the files may be made or removed by a function that runs at the same time. */
function usedElsewhere(
  input: FixInput,
  own: FunctionCode,
  words: readonly string[],
  binding: ReadonlySet<string>,
): string | undefined {
  const { program } = input;
  for (const file of program.filesIn(folderOf(own.file))) {
    for (const [at, item] of (program.outline(file)?.functions ?? []).entries()) {
      const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
      const fn = words.some((word) => wholeWord(word).test(body)) ? program.functionAt(file, at) : undefined;
      if (fn !== undefined && !isBelow(input, fn, binding))
        return `${fn.name}(), which uses ${words.join(' and ')}, may run at the same time`;
    }
  }
  return undefined;
}

/** Whether a function is one of some functions of its file, or is only called by them. */
function isBelow(input: FixInput, fn: FunctionRef, binding: ReadonlySet<string>, level = 0): boolean {
  if (binding.has(fn.name)) return true;
  if (level === MOST_UP || isNamed(input, fn)) return false;
  const callers = input.program.callers(fn);
  return callers.length > 0 && callers.every((caller) => isBelow(input, caller, binding, level + 1));
}
