import { shownCall, text, type LockCall } from '../text/calls.js';
import { parts, plainText, type FunctionCode } from '../text/code.js';
import type { TextEdit } from '../text/edits.js';
import type { Acquisition } from '../text/forms.js';
import { hasDirective } from '../text/layout.js';
import {
  acquisitionsOf,
  membersBetween,
  releasePairs,
  releasesOf,
  type Pair,
  type Plan,
} from '../text/pair.js';

/**
 * Leaves the calls in place and swaps their locks. The calls keep what they do to interrupts, so the one that saves
 * them stays outermost. All releases must be adjacent, since the restored state belongs to the place, not to the lock.
 */
export function planExchange(pair: Pair, outer: Acquisition, inner: Acquisition): Plan | string {
  const { code } = pair;
  const a = pair.inner;
  const b = pair.outer;
  if (a.api.kind !== b.api.kind || a.api.mode !== b.api.mode) {
    return `${shownCall(code, b)} changes the interrupt state, and ${pair.innerId} is another kind of lock`;
  }
  if (outer.failure || inner.failure) return `an acquisition that changes the interrupt state may fail here`;
  if (
    a.form === 'helper' ||
    b.form === 'helper' ||
    !a.lock ||
    !b.lock ||
    a.api.bitArg !== undefined ||
    b.api.bitArg !== undefined ||
    a.api.path !== undefined ||
    b.api.path !== undefined
  ) {
    return `${shownCall(code, a.lock ? b : a)} does not name its lock`;
  }
  if (a.form !== b.form) return `${shownCall(code, a)} and ${shownCall(code, b)} do not have the same form`;
  if (membersBetween(outer.list, outer.last, inner.first).length > 0) {
    return `${shownCall(code, b)} changes the interrupt state and does not directly precede ${shownCall(code, a)}`;
  }
  const start = outer.first.start;
  const edits = swap(pair, a, b);
  const regions = [{ start, end: inner.last.end }];
  if (a.form === 'guard') return { edits, regions };
  if (hasDirective(code.text, code.body.start, code.body.end)) {
    return `there is a preprocessor line in ${code.item.name}(), and a release may be behind it`;
  }

  if (acquisitionsOf(pair, a).length > 1 || acquisitionsOf(pair, b).length > 1) {
    return `one of the locks is taken more than once in ${code.item.name}()`;
  }
  const releases = planReleases(pair);
  if (typeof releases === 'string') return releases;
  return { edits: [...edits, ...releases.edits], regions: [...regions, ...releases.regions] };
}

/** Swaps the releases so that each undoes its lock's new acquisition. */
function planReleases(pair: Pair): Plan | string {
  const { code } = pair;
  const a = pair.inner;
  const b = pair.outer;
  const ofA = releasesOf(pair, a).map(({ call }) => call);
  const ofB = releasesOf(pair, b).map(({ call }) => call);
  if (
    ofA.length > 0 &&
    ofA.every(undoes(code, b)) &&
    ofB.every(undoes(code, a)) &&
    !ofA.every(undoes(code, a))
  ) {
    return { edits: [], regions: [] };
  }
  const pairs = releasePairs(pair);
  if (pairs.length === 0 || ofA.length + ofB.length !== 2 * pairs.length) {
    return `the locks are not released together everywhere, and one of them restores interrupts`;
  }
  const edits: TextEdit[] = [];
  const regions: { start: number; end: number }[] = [];
  for (const { first, second, innerFirst } of pairs) {
    const [forA, forB] = innerFirst ? [first.call, second.call] : [second.call, first.call];
    const canStay = undoes(code, b)(forA) && undoes(code, a)(forB);
    const canChange = undoes(code, b)(forB) && undoes(code, a)(forA);
    if (!canStay && !(canChange && innerFirst)) return `the releases do not match the acquisitions`;
    if (canStay && !(canChange && innerFirst)) continue;
    if (first.call.form !== 'call' || second.call.form !== 'call')
      return `a helper releases one of the locks`;
    edits.push(...swap(pair, first.call, second.call));
    regions.push({ start: first.statement.start, end: second.statement.end });
  }
  return { edits, regions };
}

/** Whether a release undoes what an acquisition does to interrupts. */
function undoes(code: FunctionCode, taken: LockCall): (release: LockCall) => boolean {
  const flags = ({ api, arguments: given }: LockCall): string => {
    const argument = api.flagsArg === undefined ? undefined : given[api.flagsArg];
    return argument ? plainText(code, argument) : '';
  };
  const wanted = { save: 'restore', disable: 'enable', restore: undefined, enable: undefined };
  const irq = taken.api.irq === undefined ? undefined : wanted[taken.api.irq];
  return (release) =>
    release.api.irq === irq &&
    (release.api.bh === true) === (taken.api.bh === true) &&
    flags(release) === flags(taken);
}

/**
 * Swaps the locks of two scopes, the outer of which contains only the inner one. No statement may follow the inner
 * scope: it would hold only the other lock.
 */
export function planScopes(pair: Pair): Plan | string {
  const { code } = pair;
  const a = pair.inner;
  const b = pair.outer;
  const outerText = shownCall(code, b);
  if (a.api.name !== b.api.name || !a.lock || !b.lock)
    return `${outerText} is the head of a scope of another kind`;
  const body = parts(b.node)[1];
  const members = body?.kind === 'compound_statement' ? parts(body) : body ? [body] : [];
  const [first] = members;
  const isFirst =
    (a.form === 'guard' && first === a.node.parent) ||
    (a.form === 'scoped' && first === a.node && members.length === 1);
  if (!first || !isFirst) return `the scope of ${outerText} holds more than that of ${pair.innerId}`;
  if (hasDirective(code.text, b.node.start, first.end)) return `a preprocessor line precedes the locks`;
  const end = a.form === 'scoped' ? (parts(a.node)[1]?.start ?? first.end) : first.end;
  return { edits: swap(pair, a, b), regions: [{ start: b.node.start, end }] };
}

function swap(pair: Pair, one: LockCall, two: LockCall): TextEdit[] {
  if (!one.lock || !two.lock) return [];
  return [
    { start: one.lock.start, end: one.lock.end, text: text(pair.code, two.lock) },
    { start: two.lock.start, end: two.lock.end, text: text(pair.code, one.lock) },
  ];
}
