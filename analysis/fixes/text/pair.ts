import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { waitRank } from '../../graph/side.js';
import { lockCalls, shownCall, type LockCall } from './calls.js';
import { all, parts, type CodeNode, type FunctionCode } from './code.js';
import type { TextEdit } from './edits.js';

/** Two acquisitions in one function, the second under the first, that are to change places. */
export interface Pair {
  readonly code: FunctionCode;
  readonly program: Program;
  readonly models: Models;
  /** Taken first now, to be taken second. */
  readonly outer: LockCall;
  /** Taken second now, to be taken first. */
  readonly inner: LockCall;
  /** Classes as shown. */
  readonly outerId: string;
  readonly innerId: string;
  /** The part of the function in which the locks are taken and released. */
  readonly scope: CodeNode;
}

/**
 * The block around two acquisitions when they are released in it on every way: what other blocks of the
 * function do with the locks is their affair then. Else the function's body.
 */
export function scopeOf(pair: Pair, list: CodeNode): CodeNode {
  const { body } = pair.code;
  const inList: Pair = { ...pair, scope: list };
  const isAlone = [pair.inner, pair.outer].every((lock) => acquisitionsOf(inList, lock).length === 1);
  const atEnd = [pair.inner, pair.outer].every((lock) =>
    releasesOf(inList, lock).some(({ statement }) => statement.parent === list),
  );
  return isAlone && atEnd && all(list, 'goto_statement').length === 0 ? list : body;
}

/** Edits of one file, and where in it the held set is meant to change. */
export interface Plan {
  readonly edits: readonly TextEdit[];
  readonly regions: readonly { readonly start: number; readonly end: number }[];
}

/** A statement that does nothing but release a lock. */
export interface Release {
  readonly call: LockCall;
  readonly statement: CodeNode;
}

/** Whether the kinds of the locks allow the new order at all: the reason why not, or nothing. */
export function kindsForbid(pair: Pair): string | undefined {
  const outer = waitRank(pair.outer.api.kind);
  const inner = waitRank(pair.inner.api.kind);
  if (outer === undefined || inner === undefined) {
    const kind = outer === undefined ? pair.outer.api.kind : pair.inner.api.kind;
    return `a ${kind} is no lock that can change places`;
  }
  if (outer > inner) {
    return `${pair.outerId} (${pair.outer.api.kind}) must not be taken under ${pair.innerId} (${pair.inner.api.kind})`;
  }
  for (const call of [pair.outer, pair.inner]) {
    const { api } = call;
    if (api.subclassArg !== undefined || api.nestArg !== undefined) {
      return `the nesting level in ${shownCall(pair.code, call)} belongs to the order as it is`;
    }
    if (api.callbackArg !== undefined || api.lastReference === true) {
      return `${shownCall(pair.code, call)} does more than take a lock`;
    }
  }
  return undefined;
}

/** Releases of a lock that stand as statements of their own, found by the words that name the lock. */
export function releasesOf(pair: Pair, lock: LockCall): Release[] {
  return lockCalls(pair.code, pair.models, pair.scope).flatMap((call) => {
    const statement = call.node.parent;
    const isOne = call.api.op === 'release' && call.name === lock.name && call.api.mode === lock.api.mode;
    return isOne && statement?.kind === 'expression_statement' ? [{ call, statement }] : [];
  });
}

/** Every place of the function that takes a lock of this name. */
export function acquisitionsOf(pair: Pair, lock: LockCall): LockCall[] {
  return lockCalls(pair.code, pair.models, pair.scope).filter(
    (call) => (call.api.op === 'acquire' || call.api.op === 'try') && call.name === lock.name,
  );
}

/** Releases of the two locks that follow one another directly, in the order of the text. */
export interface ReleasePair {
  readonly first: Release;
  readonly second: Release;
  readonly innerFirst: boolean;
}

/** `gone` is a label that the fix takes away: what stood behind it follows directly then. */
export function releasePairs(pair: Pair, gone?: CodeNode): ReleasePair[] {
  const inner = releasesOf(pair, pair.inner);
  const outer = releasesOf(pair, pair.outer);
  const found: ReleasePair[] = [];
  for (const first of inner) {
    const second = directlyAfter(first, outer, gone);
    if (second) found.push({ first, second, innerFirst: true });
  }
  for (const first of outer) {
    const second = directlyAfter(first, inner, gone);
    if (second) found.push({ first, second, innerFirst: false });
  }
  return found;
}

function directlyAfter(
  release: Release,
  among: readonly Release[],
  gone: CodeNode | undefined,
): Release | undefined {
  const member = nextMember(release.statement);
  const follower = member !== undefined && member === gone ? parts(member)[1] : member;
  return among.find((other) => other.statement === follower);
}

/** The member of the list that follows the one a statement is, or is the labelled part of. */
export function nextMember(statement: CodeNode): CodeNode | undefined {
  const member = statement.parent?.kind === 'labeled_statement' ? statement.parent : statement;
  const siblings = member.parent ? parts(member.parent) : [];
  return siblings[siblings.indexOf(member) + 1];
}

/** Members of a list strictly between two of them. */
export function membersBetween(list: CodeNode, first: CodeNode, last: CodeNode): CodeNode[] {
  return parts(list).filter((member) => member.index > first.index && member.index < last.index);
}
