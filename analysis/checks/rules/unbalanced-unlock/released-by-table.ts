import { makerOf } from '../../../outline/made-names.js';
import { hashText } from '../../../base/hash.js';
import type { ExitEffect, FunctionSummary, LockRef } from '../../../summaries/state/types.js';
import { callsTableAlone } from '../../../graph/contexts/operation-locks.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOf } from '../../../graph/interrupts/sections.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';
import { releasedAfterFailedCall } from './failed-acquire.js';
import { foreignReleases } from './releases.js';
import { isToldByMember } from './told-otherwise.js';

/**
 * What one member of a table always releases, although another member that takes it has returned without it: `stop()` is
 * called whatever `start()` has returned. `summary` stands for the code of the kernel that calls the members.
 */
export function releasedByTable(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const { around } = context;
  if (summary.gaps.length > 0 || !callsTableAlone(around.program, summary.fn)) return [];
  const members = summary.calls.flatMap(({ targets }) => targets.flatMap((fn) => around.summaryOf(fn) ?? []));
  return members.flatMap((releaser) => {
    const [first] = releaser.rawExits;
    return (first?.released ?? []).flatMap((lock) => {
      const key = OWNED_KINDS.includes(lock.kind) ? keyOf(lock) : undefined;
      if (key === undefined || !releaser.rawExits.every((exit) => releases(exit, key))) return [];
      const [taker, ...more] = members.filter((one) => one !== releaser && changes(one, key));
      if (taker === undefined || more.some((one) => one !== taker)) return [];
      return [...reportIfLeft(context, summary, { taker, releaser, lock })];
    });
  });
}

interface Pair {
  readonly taker: FunctionSummary;
  readonly releaser: FunctionSummary;
  readonly lock: LockRef;
}

function* reportIfLeft(
  context: CheckContext,
  summary: FunctionSummary,
  { taker, releaser, lock }: Pair,
): Generator<Finding> {
  const { classes } = context.around;
  const key = keyOf(lock) ?? '';
  const without = taker.rawExits.filter(({ acquired }) => !acquired.some((one) => isOf(one, key)));
  const [left] = without.flatMap(({ at }) => at);
  const release = foreignReleases(context, releaser).find((one) => isOf(one.lock, key));
  if (without.length === taker.rawExits.length || left === undefined || release === undefined) return;
  const { steps } = release;
  const place = steps.at(-1) ?? steps[0];
  if (taker.gaps.length > 0 || isToldByMember(context, taker.fn, steps)) return;
  // The other rule tells more, where a call failed.
  if (releasedAfterFailedCall(context, summary).length > 0) return;
  const name = spoken(classes, key);
  const caller = makerOf(summary.fn.name)?.maker ?? summary.fn.name;
  const identity = ['unbalanced-unlock', releaser.fn.file, releaser.fn.name, key, 'table'];
  yield {
    id: hashText(identity.join('\n')),
    rule: 'unbalanced-unlock',
    severity: 'warning',
    confidence: 'high',
    message: `releases ${name} also where ${taker.fn.name}() has returned without it`,
    at: locationOf(place),
    locks: [shown(classes, key)],
    story: [
      {
        path: 0,
        file: taker.fn.file,
        ...left,
        function: taker.fn.name,
        text: `returns without ${name}`,
        held: [],
      },
      ...tellChain(classes, steps, `releases ${name}`, 0),
    ],
    assumes: [
      {
        reason: 'ownership',
        text: `${caller}() calls ${releaser.fn.name}() whatever ${taker.fn.name}() returned`,
      },
    ],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}

function releases({ released }: ExitEffect, key: string): boolean {
  return released.some((one) => isOf(one, key));
}

/** Whether a function returns with a lock of the class, or with one of its caller's released. */
function changes({ rawExits }: FunctionSummary, key: string): boolean {
  return rawExits.some((exit) => releases(exit, key) || exit.acquired.some((one) => isOf(one, key)));
}
