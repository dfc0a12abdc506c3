import type { FunctionRef } from '../../link/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { LockEvent } from '../../skeleton/types.js';
import { text } from '../text/calls.js';
import {
  all,
  isAsWritten,
  isList,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../text/code.js';
import type { TextEdit } from '../text/edits.js';
import { LOOP, pastLoop } from './past-loop.js';
import { insertBefore } from '../text/insert.js';
import { nextMember, previousMember } from '../text/pair.js';
import { declaredName } from '../text/path.js';
import { FREE, HELD, type States } from '../text/states.js';
import type { FixInput } from '../types.js';

/** A place from which on a lock must be free, on a path to a return. */
export interface ReleasePlace {
  /** The statement that the release goes before, or behind if `behind` is set. */
  readonly statement: CodeNode;
  readonly behind: boolean;
  /** The return, or the jump on the path to it. */
  readonly exit: CodeNode;
}

/** Places that together cover all paths to a return; from the offset on, only some paths hold the lock. */
export interface ReleasePlaces {
  readonly places: readonly ReleasePlace[];
  readonly from: number;
}

/** Maximum number of consecutive labels followed on the path to a return. */
const MOST_LABELS = 8;

/**
 * The last places before a return at which every path holds the lock: the return itself, the jumps to a label, the end
 * of the code that falls into the label, or the jumps out of a loop. A string is the reason why there are none.
 */
export function releasePlaces(
  code: FunctionCode,
  states: States,
  leave: CodeNode,
  isRelease: (statement: CodeNode) => boolean,
): ReleasePlaces | string {
  const places: ReleasePlace[] = [];
  const mixed = `where ${code.item.name}() returns, the lock may or may not be held, and the source does not show which`;
  if (states.before.get(leave) === HELD) {
    const statement = aboveReleases(states, leave, isRelease);
    return { places: [{ statement, behind: false, exit: leave }], from: statement.start };
  }
  let at = leave;
  for (let labels = 0; labels < MOST_LABELS; labels++) {
    const label = meetingAbove(states, at);
    if (label === undefined) return mixed;
    if (LOOP.test(label.kind)) return outOfLoop(code, states, { loop: label, leave, places }) ?? mixed;
    const name = parts(label)[0];
    for (const jump of all(code.body, 'goto_statement')) {
      const [to] = parts(jump);
      if (!name || !to || text(code, to) !== text(code, name)) continue;
      const there = states.before.get(jump) ?? 0;
      if (there === (FREE | HELD)) return mixed;
      if (there === HELD) places.push({ statement: jump, behind: false, exit: jump });
    }
    const above = previousMember(label);
    const falls = above === undefined ? 0 : (states.after.get(above) ?? 0);
    if (above !== undefined && falls === HELD) places.push({ statement: above, behind: true, exit: leave });
    if (above === undefined || falls !== (FREE | HELD))
      return places.length > 0 ? { places, from: label.start } : mixed;
    at = above;
  }
  return mixed;
}

/**
 * Adds the jumps that leave a loop with the lock held, if every other exit of the loop is without it. Code behind the loop
 * that runs before the return may be meant for those that hold it, unless it cannot tell them from a jump without.
 */
function outOfLoop(
  code: FunctionCode,
  states: States,
  { loop, leave, places }: { loop: CodeNode; leave: CodeNode; places: readonly ReleasePlace[] },
): ReleasePlaces | undefined {
  const { jumps, falls } = pastLoop(states, loop);
  const known = jumps.map((jump) => states.before.get(jump) ?? 0);
  if (falls !== FREE || known.includes(FREE | HELD)) return undefined;
  const held = jumps.filter((_, at) => known[at] === HELD);
  const free = new Set(jumps.filter((_, at) => known[at] === FREE).map((jump) => testOf(code, jump)));
  const isAlike = held.every((jump) => {
    const test = testOf(code, jump);
    return test !== undefined && free.has(test) && !isMeantFor(code, states, { loop, leave, test });
  });
  if (held.length === 0 || !(isAlike || nextMember(loop) === leave)) return undefined;
  const added = held.map((jump) => ({ statement: jump, behind: false, exit: jump }));
  return { places: [...places, ...added], from: loop.end };
}

/** Whether code between a loop and a return names what the loop sets with the lock held, besides what was tested. */
function isMeantFor(
  code: FunctionCode,
  states: States,
  { loop, leave, test }: { loop: CodeNode; leave: CodeNode; test: string },
): boolean {
  const wordsOf = (words: string): string[] => words.match(/\w+/g) ?? [];
  const tested = new Set(wordsOf(test));
  const named = new Set(wordsOf(code.text.slice(loop.end, leave.start)));
  for (const node of walk(loop)) {
    const isSet = /^(?:assignment|update|pointer)_expression$/.test(node.kind);
    const target = isSet ? parts(node)[0] : undefined;
    if (target === undefined || !isUnder(states, node)) continue;
    if (wordsOf(plainText(code, target)).some((word) => named.has(word) && !tested.has(word))) return true;
  }
  return false;
}

/** Whether the statement around a node may run with the lock held. */
function isUnder(states: States, node: CodeNode): boolean {
  for (let at: CodeNode | undefined = node; at !== undefined; at = at.parent) {
    const state = states.before.get(at);
    if (state !== undefined) return (state & HELD) !== 0;
  }
  return true;
}

/** The condition of the `if` that consists of a jump. */
function testOf(code: FunctionCode, jump: CodeNode): string | undefined {
  const block = jump.parent?.kind === 'compound_statement' ? jump.parent : jump;
  const test = block.parent?.kind === 'if_statement' ? parts(block.parent)[0] : undefined;
  const isAlone = block === jump || parts(block).length === 1;
  return test && isAlone ? plainText(code, test) : undefined;
}

/** The first release of an outer lock directly before a return, otherwise the return. */
function aboveReleases(
  states: States,
  leave: CodeNode,
  isRelease: (statement: CodeNode) => boolean,
): CodeNode {
  let first = leave;
  for (let at = previousMember(leave); at !== undefined; at = previousMember(at)) {
    const own: CodeNode = at.kind === 'labeled_statement' ? (parts(at)[1] ?? at) : at;
    if (states.before.get(own) !== HELD || !isRelease(own)) break;
    first = own;
    if (own !== at) break;
  }
  return first;
}

/** The label or loop through which a statement is reached, with nothing in between that changes the lock's state. */
function meetingAbove(states: States, from: CodeNode): CodeNode | undefined {
  for (let at: CodeNode | undefined = from; at !== undefined; at = previousMember(at) ?? at.parent) {
    const isBehind = at.end <= from.start;
    if (LOOP.test(at.kind) && isBehind && states.after.get(at) === (FREE | HELD)) return at;
    if (LOOP.test(at.kind) || at.kind === 'switch_statement') return undefined;
    if (states.before.get(at) !== (FREE | HELD)) return undefined;
    if (at.kind === 'labeled_statement') return at;
    if (at.parent?.kind === 'labeled_statement') return at.parent;
  }
  return undefined;
}

/** The name of a label that only releases and directly precedes the target of a jump. */
export function releasingLabel(code: FunctionCode, jump: CodeNode, release: string): string | undefined {
  const [to] = parts(jump);
  for (const label of all(code.body, 'labeled_statement')) {
    const [name, first] = parts(label);
    const next = nextMember(label);
    const following = next?.kind === 'labeled_statement' ? parts(next)[0] : undefined;
    if (!to || !name || !first || !following || label.start < jump.end) continue;
    if (text(code, first) !== release || text(code, following) !== text(code, to)) continue;
    if (isAsWritten(code, label.start, following.end)) return text(code, name);
  }
  return undefined;
}

/**
 * Replaces `return ret;` by `goto unlock;` if that label does `release; return ret;`, `return;` by the same if the
 * release ends the function, and `return -EIO;` by `ret = -EIO; goto unlock;`.
 */
export function toLabel(code: FunctionCode, statement: CodeNode, release: string): TextEdit[] | undefined {
  const [value] = parts(statement);
  const isConstant = value !== undefined && /^-?\s*\w+$/.test(text(code, value));
  const found = releasingLabels(code, statement, release);
  const same = found.find(({ next }) => next === undefined || text(code, next) === text(code, statement));
  if (same) return [{ start: statement.start, end: statement.end, text: `goto ${same.name};` }];
  for (const { label, name, next } of found) {
    const [result] = next ? parts(next) : [];
    if (!isConstant || result?.kind !== 'identifier' || !isOwnVariable(code, text(code, result))) continue;
    const assigned = `${text(code, result)} = ${text(code, value)};`;
    // The way on leads to the label.
    if (nextMember(statement) === label && isAsWritten(code, statement.start, statement.end))
      return [{ start: statement.start, end: statement.end, text: assigned }];
    return insertBefore(code, statement, assigned, `goto ${name};`);
  }
  return undefined;
}

interface ReleasingLabel {
  readonly label: CodeNode;
  readonly name: string;
  /** The return behind the release; absent at the end of a function without a result. */
  readonly next: CodeNode | undefined;
}

/** The labels behind a statement that only release and return. */
function releasingLabels(code: FunctionCode, statement: CodeNode, release: string): ReleasingLabel[] {
  const [value] = parts(statement);
  return all(code.body, 'labeled_statement').flatMap((label) => {
    const [name, first] = parts(label);
    const next = first && nextMember(first);
    const isLast = next === undefined && value === undefined;
    const isIt = first && text(code, first) === release && (isLast || next?.kind === 'return_statement');
    const end = (next ?? label).end;
    if (!name || !isIt || !isAsWritten(code, label.start, end) || label.parent !== code.body) return [];
    return statement.end > label.start ? [] : [{ label, name: text(code, name), next }];
  });
}

/** Whether a name is a variable of the function's outermost block, and of no inner one. */
export function isOwnVariable(code: FunctionCode, name: string): boolean {
  const declared = all(code.body, 'declaration').filter((declaration) =>
    parts(declaration).some((part) => {
      const made = declaredName(part);
      return made !== undefined && text(code, made) === name;
    }),
  );
  const [only, ...more] = declared;
  return (
    only?.parent === code.body &&
    more.length === 0 &&
    !only.children.some((child) => text(code, child) === 'static')
  );
}

/** Statements that only paths to this return or jump run, nearest block first. */
export function leavingMembers(take: CodeNode, statement: CodeNode): readonly CodeNode[] {
  const found: CodeNode[] = [];
  for (let at: CodeNode = statement; at.parent !== undefined; at = at.parent) {
    const list = at.parent;
    if (!isList(list) || list.parent === undefined) continue;
    if (list.start <= take.start && take.end <= list.end) break;
    const members = parts(list);
    const last = members.at(-1);
    if (!last || !/^(?:return|goto|break|continue)_statement$/.test(last.kind)) break;
    found.push(...members.filter(({ end }) => end <= at.start));
  }
  return found.sort((a, b) => a.start - b.start);
}

/**
 * The end of an RCU read section that the function does not begin: it may be the forgotten one under another name, as
 * rcu_read_unlock() for srcu_read_unlock().
 */
export function endedUnbegun(
  { program, models }: FixInput,
  fn: FunctionRef,
): Pick<LockEvent, 'api'> | undefined {
  const events = eventsOf(program.skeleton(fn)).filter(
    (event): event is LockEvent => 'api' in event && models.lockApi(event.api)?.kind === 'rcu',
  );
  return events.some(({ k }) => k !== 'release') ? undefined : events[0];
}
