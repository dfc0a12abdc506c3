import { baseOf, tagOf } from '../../../base/ctype.js';
import { folderOf } from '../../../base/paths.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { targetsOf } from '../../../graph/feasibility/same-object.js';
import { bodiesOf } from '../../../link/bodies.js';
import { typeOf } from '../../../link/ctypes/expression-types.js';
import { usersOfRecord } from '../../../link/record-users.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { eventAt, eventsOf, memberStores, valuesAssigned } from '../../../skeleton/lowering/events.js';
import type { CallEvent, ExprId, Skeleton } from '../../../skeleton/types.js';
import { objectOf, withoutDetours, type Term } from '../../../summaries/locks/terms.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { placeBehind } from '../../../skeleton/places.js';
import { straight } from './pointer-of-owner.js';

/** A list that objects keep, and the member in which its entries keep their owner. */
interface OwnedList {
  /** C type of the owner, as a record. */
  readonly record: string;
  /** The members that lead from the owner to the list's head. */
  readonly path: string;
  /** C type of the entries, as a record. */
  readonly entries: string;
  readonly back: string;
}

/**
 * Whether a dependency takes a lock again through an entry of its owner's list. The function that an entry of a list has is
 * chosen for it, unless the driver has one such function in all.
 */
export function isOfListOwner(around: Surroundings, { holds, lock, to, root, steps }: Dependency): boolean {
  const { program, classes } = around;
  const declared = classes.info(to)?.declaredAt?.file ?? '';
  return (
    isLockOfListOwner(program, holds.term, lock.term, { file: root.file, declared }) &&
    !steps.some((step) => isChosenForEntry(around, step))
  );
}

/** Whether a step calls what an object's member points to, and other objects may have another function there. */
function isChosenForEntry(around: Surroundings, step: Site): boolean {
  const callee = ownCallAt(around.summaryOf(step.fn), step.event)?.callee;
  if (callee?.k !== 'field') return false;
  const { program } = around;
  const { file } = step.fn;
  const record = baseOf(program.expand(callee.base.type, file));
  const declared = program.resolveRecord(tagOf(record), file)?.file;
  return targetsOf(around, step) > 1 || declared === undefined || folderOf(declared) !== folderOf(file);
}

/**
 * Whether two lock terms are one lock because the entries of a list point back to the object that has the list: `m->lock`,
 * and `s->master->lock` of an `s` in `m->slaves`, where code puts `s` only into the list of `s->master`. `declared` is
 * the file that declares the lock.
 */
function isLockOfListOwner(
  program: Program,
  one: Term,
  other: Term,
  { file, declared }: { readonly file: string; readonly declared: string },
): boolean {
  const users = (): ReadonlySet<string> => new Set([file, ...usersOfRecord(program, declared)]);
  const ownerOf = (place: Term): Term | undefined => ownerByList(program, place, users);
  return straight(withoutDetours(one), ownerOf).key === straight(withoutDetours(other), ownerOf).key;
}

/** The object that a place is because an entry of its list points to it; `undefined` if it is not known to be one. */
function ownerByList(program: Program, place: Term, users: () => ReadonlySet<string>): Term | undefined {
  const pointer = place.k === 'deref' ? place.base : undefined;
  if (pointer?.k !== 'field' || pointer.base.k !== 'deref') return undefined;
  const entry = pointer.base.base;
  const head = entry.k === 'opaque' && entry.listedIn?.k === 'address' ? entry.listedIn.base : undefined;
  if (head?.k !== 'field') return undefined;
  const owner = objectOf(head);
  const record = baseOf(owner.type);
  const names: string[] = [];
  for (let at: Term = head; at.k === 'field'; at = at.base) names.unshift(at.name);
  const entries = baseOf(entry.type);
  const list = { record, path: names.join('.'), entries, back: pointer.name };
  return record !== '' && isOnlyListedByOwner(program, list, users()) ? owner : undefined;
}

/** Whether these files put entries into such lists, each into the list of the object that it points back to. */
function isOnlyListedByOwner(program: Program, list: OwnedList, files: ReadonlySet<string>): boolean {
  let isListed = false;
  for (const file of files) {
    for (const { fn, skeleton } of bodiesOf(program, file)) {
      for (const event of eventsOf(skeleton)) {
        if (skeleton === undefined || event.k !== 'call' || typeof event.callee !== 'string') continue;
        if (!program.models.links(event.callee)) continue;
        const body = { program, fn, skeleton };
        const linked = linkedBy(body, event, list);
        if (linked === undefined) continue;
        if (!pointsTo(body, linked, list.back)) return false;
        isListed = true;
      }
    }
  }
  return isListed;
}

/** A function whose calls put entries into lists. */
interface LinkingBody {
  readonly program: Program;
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
}

/** Pointers to an entry and to the object into whose list a call puts it. */
interface Linked {
  readonly entry: ExprId;
  readonly owner: ExprId;
}

/**
 * What a call links, if it may be the list: `undefined` for another one, and -1 for an object that is not pointed to. An
 * entry that goes into a list which the function was given may go into any.
 */
function linkedBy(
  { program, fn, skeleton }: LinkingBody,
  { args }: CallEvent,
  { record, path, entries }: OwnedList,
): Linked | undefined {
  const [entry, head] = [0, 1].map((at) => placeBehind(skeleton, args[at] ?? -1));
  const recordOf = (place: ExprId): string =>
    baseOf(program.expand(typeOf(skeleton, place, fn, program), fn.file));
  const isGiven = skeleton.exprs[args[1] ?? -1]?.k === 'parameter';
  if (isGiven && entry !== undefined && recordOf(entry.root) === entries) return { entry: -1, owner: -1 };
  if (head?.names.join('.') !== path) return undefined;
  const type = recordOf(head.root);
  if (type !== record && type !== '') return undefined;
  return { entry: pointerTo(skeleton, entry?.root ?? -1), owner: pointerTo(skeleton, head.root) };
}

function pointerTo({ exprs }: Skeleton, object: ExprId): ExprId {
  const expr = exprs[object];
  return expr?.k === 'deref' ? expr.base : -1;
}

/** Whether the entry's member points to the owner: it is read from there, stored there, or set where the entry is made. */
function pointsTo(body: LinkingBody, { entry, owner }: Linked, back: string): boolean {
  const { skeleton } = body;
  const { exprs } = skeleton;
  if (entry < 0 || owner < 0) return false;
  const isBack = (expr: ExprId): boolean => {
    const at = exprs[expr];
    return at?.k === 'field' && at.name === back && pointerTo(skeleton, at.base) === entry;
  };
  if (isBack(owner)) return true;
  const values = valuesAssigned(skeleton, owner);
  if (values.length > 0 && values.every(isBack)) return true;
  for (const { event } of memberStores(skeleton)) if (isBack(event.target)) return event.value === owner;
  const made = valuesAssigned(skeleton, entry);
  return made.length > 0 && made.every((value) => isMadeFor(body, value, owner, back));
}

/** Whether a value is an object that a callee has made and set to point to the owner that it was given. */
function isMadeFor(
  { program, fn, skeleton }: LinkingBody,
  value: ExprId,
  owner: ExprId,
  back: string,
): boolean {
  const expr = skeleton.exprs[value];
  const call = expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined;
  if (call?.k !== 'call' || typeof call.callee !== 'string') return false;
  const targets = program.resolveCall(call.callee, fn.file);
  return (
    targets.length > 0 &&
    targets.every((target) => {
      const made = program.skeleton(target);
      if (made === undefined) program.demand(target, 'path');
      return [...memberStores(made)].some(({ event, target: member }) => {
        const given = made?.exprs[event.value];
        return (
          member.name === back &&
          given?.k === 'parameter' &&
          call.args[given.index] === owner &&
          isReturned(made, pointerTo(made ?? skeleton, member.base))
        );
      });
    })
  );
}

function isReturned(skeleton: Skeleton | undefined, pointer: ExprId): boolean {
  return skeleton?.blocks.some(({ exit }) => exit.k === 'return' && exit.value === pointer) === true;
}
