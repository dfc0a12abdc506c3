import { blockOf } from '../../../skeleton/lowering/events.js';
import { isOnEveryPath, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { EventId, Skeleton } from '../../../skeleton/types.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { ApiEffect } from '../../../summaries/state/types.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { ProvenUse } from '../../../graph/interrupts/usage.js';
import type { OtherApi } from '../../../models/types.js';

/** A call that names an interrupt, and the path of members to its number. */
interface LineCall {
  readonly event: EventId;
  readonly api: OtherApi;
  readonly number: Term;
}

/**
 * Whether a lock is taken where the line of the interrupt is switched off: by the number with which the handler is
 * registered, kept in the object that has the lock, on every path to the acquisition, and not switched on again before it.
 */
export function isLineOff(around: Surroundings, entry: OutsideEntry | undefined, outer: ProvenUse): boolean {
  const last = outer.steps.at(-1);
  const registered = entry === undefined ? undefined : numberOf(around, entry);
  const skeleton = last && around.program.skeleton(last.fn);
  const summary = last && around.summaryOf(last.fn);
  if (last === undefined || registered === undefined || skeleton === undefined || summary === undefined)
    return false;
  const { models } = around;
  // A helper may switch it on again.
  const resumes = (name: string): boolean => models.api(name)?.resumes === 'irq';
  if (summary.calls.some(({ targets }) => targets.some(({ item }) => item?.calls.some(resumes) === true)))
    return false;
  const owners = summary.acquires
    .filter(({ site }) => site.event === last.event && site.via === undefined)
    .map(({ lock }) => t.rootOf(lock.term).key);
  const calls = [...lineCalls(around, summary.apis)].filter(({ number }) => isSameNumber(number, registered));
  const offs = calls.filter(
    ({ api, number }) =>
      (api.quiets ?? api.awaits) === 'irq' &&
      owners.length > 0 &&
      owners.every((key) => key === t.rootOf(number).key),
  );
  return offs.some(
    (off) =>
      isOnEveryPath(skeleton, off.event, last.event) &&
      !calls.some(({ api, event }) => api.resumes === 'irq' && leads(skeleton, event, last.event, off.event)),
  );
}

/** The number that the call which registers a handler is given. */
function numberOf(around: Surroundings, { at, by }: OutsideEntry): Term | undefined {
  for (const fn of around.program.resolveCall(by, at.file)) {
    for (const { k, api: name, args, site } of around.summaryOf(fn)?.apis ?? []) {
      const api = around.models.api(name);
      const isIrq = api?.runsIn === 'hardirq' || api?.runsIn === 'threaded-irq';
      if (k !== 'register' || !isIrq || fn.file !== at.file || site.span.line !== at.line) continue;
      const given = api.objectArg ?? (api.handlerArg ?? 0) - 1;
      return given === 'result' ? undefined : args[given];
    }
  }
  return undefined;
}

function* lineCalls(around: Surroundings, apis: readonly ApiEffect[]): Generator<LineCall> {
  for (const { api: name, args, site } of apis) {
    const api = around.models.api(name);
    const number = args[api?.arg ?? 0];
    if (api === undefined || number === undefined || site.via !== undefined) continue;
    if ([api.quiets, api.awaits, api.resumes].includes('irq')) yield { event: site.event, api, number };
  }
}

/** Whether two numbers are in the same member of objects of one type, or in one variable. */
function isSameNumber(a: Term, b: Term): boolean {
  if (a.k === 'field' && b.k === 'field') {
    if (a.name !== b.name) return false;
    return a.base.type === '' || a.base.type !== b.base.type ? false : isSameHolder(a.base, b.base);
  }
  return a.k === 'global' && a.key === b.key;
}

/** Whether the same members lead to two objects, beginning with objects of one type. */
function isSameHolder(a: Term, b: Term): boolean {
  if (a.k === 'field' && b.k === 'field') return a.name === b.name && isSameHolder(a.base, b.base);
  if (a.k === 'deref' && b.k === 'deref') {
    const areMembers = a.base.k === 'field' && b.base.k === 'field';
    return areMembers ? isSameHolder(a.base, b.base) : a.type !== '' && a.type === b.type;
  }
  return a.k !== 'field' && b.k !== 'field' && a.k !== 'index' && b.k !== 'index';
}

/** Whether some path leads from one event to another without a third one. */
function leads(skeleton: Skeleton, from: EventId, to: EventId, without: EventId): boolean {
  const [start, end, barrier] = [from, to, without].map((event) => blockOf(skeleton, event));
  if (start === undefined || end === undefined || barrier === undefined) return true;
  const ids = (skeleton.blocks[start]?.events ?? []).map(({ id }) => id);
  if (start === end && ids.indexOf(from) < ids.indexOf(to)) {
    const between = ids.slice(ids.indexOf(from), ids.indexOf(to));
    if (!between.includes(without)) return true;
  }
  // The barrier stands in front of the end in its block.
  if (start === barrier && ids.indexOf(from) < ids.indexOf(without)) return false;
  const { exit } = skeleton.blocks[start] ?? {};
  return (
    exit !== undefined && successors(exit).some((next) => reachableBlocks(skeleton, next, barrier).has(end))
  );
}
