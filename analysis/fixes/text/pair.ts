import type { Program } from '../../link/types.js';
import { aKind, kindText } from '../../models/kind-text.js';
import type { Models } from '../../models/types.js';
import { waitRank } from '../../graph/orders/side.js';
import { lockCalls, shownCall, type LockCall } from './calls.js';
import { all, isList, parts, type CodeNode, type FunctionCode } from './code.js';
import type { TextEdit } from './edits.js';

/** Two acquisitions in one function, the second under the first, that are to be swapped. */
export interface Pair {
  readonly code: FunctionCode;
  readonly program: Program;
  readonly models: Models;
  /** Taken first now and second after the fix. */
  readonly outer: LockCall;
  /** Taken second now and first after the fix. */
  readonly inner: LockCall;
  /** Lock classes, as shown. */
  readonly outerId: string;
  readonly innerId: string;
  /** The part of the function in which the locks are taken and released. */
  readonly scope: CodeNode;
}

/**
 * The block around two acquisitions if it releases both on every path, so that other blocks do not matter; otherwise
 * the function's body.
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

/** Edits of one file, and the regions in which the held set is meant to change. */
export interface Plan {
  readonly edits: readonly TextEdit[];
  readonly regions: readonly { readonly start: number; readonly end: number }[];
}

/** A statement that only releases a lock. */
export interface Release {
  readonly call: LockCall;
  readonly statement: CodeNode;
}

/** Why the kinds of the locks forbid the new order; `undefined` if they allow it. */
export function kindsForbid(pair: Pair): string | undefined {
  const outer = waitRank(pair.outer.api.kind);
  const inner = waitRank(pair.inner.api.kind);
  if (outer === undefined || inner === undefined) {
    const kind = outer === undefined ? pair.outer.api.kind : pair.inner.api.kind;
    return `${aKind(kind)} cannot be swapped with another lock`;
  }
  if (outer > inner) {
    return `${pair.outerId} (${kindText(pair.outer.api.kind)}) must not be taken under ${pair.innerId} (${kindText(pair.inner.api.kind)})`;
  }
  for (const call of [pair.outer, pair.inner]) {
    const { api } = call;
    if (api.subclassArg !== undefined || api.nestArg !== undefined) {
      return `the nesting level in ${shownCall(pair.code, call)} fits only the current order`;
    }
    if (api.callbackArg !== undefined || api.lastReference === true) {
      return `${shownCall(pair.code, call)} does more than take a lock`;
    }
  }
  return undefined;
}

/** Releases of a lock that are statements of their own, matched by the lock's expression. */
export function releasesOf(pair: Pair, lock: LockCall): Release[] {
  return lockCalls(pair.code, pair.models, pair.scope).flatMap((call) => {
    const statement = call.node.parent;
    const isOne = call.api.op === 'release' && call.name === lock.name && call.api.mode === lock.api.mode;
    return isOne && statement?.kind === 'expression_statement' ? [{ call, statement }] : [];
  });
}

/** All places of the function that take a lock with this expression. */
export function acquisitionsOf(pair: Pair, lock: LockCall): LockCall[] {
  return lockCalls(pair.code, pair.models, pair.scope).filter(
    (call) => (call.api.op === 'acquire' || call.api.op === 'try') && call.name === lock.name,
  );
}

/** Two adjacent releases of the two locks, in text order. */
export interface ReleasePair {
  readonly first: Release;
  readonly second: Release;
  readonly innerFirst: boolean;
}

/** Adjacent releases of the two locks. `gone` is a label that the fix removes: statements around it become adjacent. */
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

/** The list member after the one that a statement is, or is the labelled part of. */
export function nextMember(statement: CodeNode): CodeNode | undefined {
  const member = statement.parent?.kind === 'labeled_statement' ? statement.parent : statement;
  const siblings = member.parent ? parts(member.parent) : [];
  return siblings[siblings.indexOf(member) + 1];
}

/** The member of a list before another one. */
export function previousMember(node: CodeNode): CodeNode | undefined {
  const siblings = node.parent && isList(node.parent) ? parts(node.parent) : [];
  return siblings[siblings.indexOf(node) - 1];
}

/** List members strictly between two others. */
export function membersBetween(list: CodeNode, first: CodeNode, last: CodeNode): CodeNode[] {
  return parts(list).filter((member) => member.index > first.index && member.index < last.index);
}
