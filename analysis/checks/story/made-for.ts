import { BOUNDS } from '../../base/bounds.js';
import { baseOf, pointee } from '../../base/ctype.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { FieldRef, FunctionRef, Program } from '../../link/types.js';
import { wholeAnswer } from '../../link/whole-answers.js';
import { FilesAround } from '../../graph/sight/around-header.js';
import { calleeName, eventsOf } from '../../skeleton/lowering/events.js';
import { EVERY_MEMBER } from '../../skeleton/expressions/operators.js';
import { withoutCasts } from '../../skeleton/expressions/root.js';
import type { Event, ExprId, Skeleton } from '../../skeleton/types.js';
import { ANY, NONZERO, ZERO, type Signs } from '../../summaries/facts/fact.js';
import type { Term } from '../../summaries/locks/terms.js';

interface Body {
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
}

/** A function that makes an object, leaves it where its parameter `into` points, and stores its parameter `given` in it. */
interface Creator {
  readonly into: number;
  readonly given: number;
}

/**
 * What the creator of an object stores in a member of it, by where the object is kept: `make(&n->rx, n)` and
 * `make(&net->tx, NULL)` store an owner in the former and none in the latter. Only where nothing else stores to either
 * member.
 */
export class MadeFor {
  private readonly filesAround: FilesAround;
  private readonly known = new Map<string, Signs>();

  constructor(private readonly program: Program) {
    this.filesAround = new FilesAround(program);
  }

  /** The signs that a member of a kept object may have: `(*n->rx).owner`. */
  signsOf(term: Term, file: string): Signs {
    const kept = term.k === 'field' && term.base.k === 'deref' ? term.base.base : undefined;
    if (term.k !== 'field' || kept?.k !== 'field') return ANY;
    const place = this.program.resolveField(baseOf(kept.base.type), kept.name, file);
    const member = this.program.resolveField(baseOf(term.base.type), term.name, file);
    if (place === undefined || member === undefined) return ANY;
    const key = [place, member]
      .map(({ owner, path }) => [owner.file, owner.item.tag, ...path].join('.'))
      .join('\n');
    return wholeAnswer(this.known, key, this.program, () => this.gather(place, member));
  }

  private gather(place: FieldRef, member: FieldRef): Signs {
    const makers = this.makersNear(member);
    if (makers.length === 0) return ANY;
    const creators = this.creatorsOf(member, makers);
    const holders = creators && this.bodiesNear(place);
    if (holders === undefined) return ANY;
    let signs: Signs = 0;
    for (const body of holders) {
      const given = this.givenIn(body, place, creators ?? new Map(), makers);
      if (given === undefined) return ANY;
      signs |= given;
    }
    return signs === 0 ? ANY : signs;
  }

  /** Functions beside a record that may leave a pointer to such an object for their caller. */
  private makersNear({ owner, path }: FieldRef): readonly FunctionRef[] {
    const isOne = (type: string, file: string): boolean => {
      const object = pointee(pointee(type) ?? '');
      const found = object === undefined ? undefined : this.program.resolveField(object, path[0] ?? '', file);
      return found?.owner.file === owner.file && found.owner.item.tag === owner.item.tag;
    };
    return this.functionsNear(owner.file).filter(
      ({ item, file }) => item?.parameters.some(({ type }) => isOne(type, file)) === true,
    );
  }

  /** The creators among these functions; `undefined` if anything else stores to the member. */
  private creatorsOf(
    member: FieldRef,
    makers: readonly FunctionRef[],
  ): ReadonlyMap<string, Creator> | undefined {
    const bodies = this.bodiesNear(member);
    if (bodies === undefined) return undefined;
    const found = new Map<string, Creator>();
    for (const { fn, skeleton } of bodies) {
      if (this.isAddressTaken(fn, skeleton, member)) return undefined;
      const given = new Set<ExprId>();
      for (const event of eventsOf(skeleton)) {
        if (event.k !== 'assign') continue;
        if (this.isCopied(fn, skeleton, event, member)) return undefined;
        if (this.isOf(fn, skeleton, event.target, member)) given.add(withoutCasts(skeleton, event.value));
      }
      const [value, ...others] = given;
      const into = makers.includes(fn) ? leftIn(skeleton) : undefined;
      if (value === undefined) {
        // It makes objects whose member it does not set.
        if (into !== undefined) return undefined;
        continue;
      }
      const parameter = skeleton.exprs[value];
      if (others.length > 0 || parameter?.k !== 'parameter' || into === undefined) return undefined;
      found.set(fn.name, { into, given: parameter.index });
    }
    return found.size === 0 ? undefined : found;
  }

  /** The signs that a function's calls give for what it keeps in a place; `undefined` if it keeps something else there. */
  private givenIn(
    { fn, skeleton }: Body,
    place: FieldRef,
    creators: ReadonlyMap<string, Creator>,
    makers: readonly FunctionRef[],
  ): Signs | undefined {
    const { exprs } = skeleton;
    let signs: Signs = 0;
    const isKept = (id: ExprId): boolean => this.isOf(fn, skeleton, id, place);
    const addresses = new Set(
      exprs.flatMap((expr, id) => (expr.k === 'address' && isKept(expr.base) ? [id] : [])),
    );
    for (const event of eventsOf(skeleton)) {
      if (event.k === 'assign' && isKept(event.target)) {
        const value = exprs[withoutCasts(skeleton, event.value)];
        if (value?.k !== 'constant' || value.value !== 0) return undefined;
      }
      for (const [index, arg] of argsOf(event).entries()) {
        if (!addresses.has(withoutCasts(skeleton, arg))) continue;
        const callee = calleeName(event) ?? '';
        if (!makers.some(({ name }) => name === callee)) return undefined;
        const creator = creators.get(callee);
        if (creator === undefined) continue;
        if (creator.into !== index) return undefined;
        signs |= signOf(skeleton, argsOf(event)[creator.given] ?? -1, exprs[withoutCasts(skeleton, arg)]);
      }
      if (event.k !== 'assign') continue;
      if (addresses.has(withoutCasts(skeleton, event.value))) return undefined;
      if (this.isCopied(fn, skeleton, event, place)) return undefined;
    }
    return signs;
  }

  private isAddressTaken(fn: FunctionRef, skeleton: Skeleton, field: FieldRef): boolean {
    return skeleton.exprs.some((expr) => expr.k === 'address' && this.isOf(fn, skeleton, expr.base, field));
  }

  /** Whether a record with the member is copied as a whole. */
  private isCopied(fn: FunctionRef, skeleton: Skeleton, event: Event, field: FieldRef): boolean {
    const target = event.k === 'assign' ? skeleton.exprs[event.target] : undefined;
    if (event.k !== 'assign' || target?.k !== 'field' || target.name !== EVERY_MEMBER) return false;
    const isCleared = skeleton.exprs[event.value]?.k === 'constant';
    return !isCleared && this.isOwner(fn, skeleton, target.base, field);
  }

  private isOf(fn: FunctionRef, skeleton: Skeleton, id: ExprId, field: FieldRef): boolean {
    const expr = skeleton.exprs[id];
    return (
      expr?.k === 'field' && expr.name === field.path.at(-1) && this.isOwner(fn, skeleton, expr.base, field)
    );
  }

  private isOwner(fn: FunctionRef, skeleton: Skeleton, base: ExprId, { owner, path }: FieldRef): boolean {
    const type = typeOf(skeleton, base, fn, this.program);
    const found =
      type === '' ? undefined : this.program.resolveField(baseOf(type), path.at(-1) ?? '', fn.file);
    // A value without a type may be anything.
    return type === '' || (found?.owner.file === owner.file && found.owner.item.tag === owner.item.tag);
  }

  /** The bodies that may store to a member; `undefined` if some are missing. */
  private bodiesNear({ owner }: FieldRef): readonly Body[] | undefined {
    const functions = this.functionsNear(owner.file);
    const bodies: Body[] = [];
    for (const fn of functions) {
      const skeleton = this.program.skeleton(fn);
      if (skeleton !== undefined) bodies.push({ fn, skeleton });
      else if (!this.program.sourceUnavailable(fn)) this.program.demand(fn, 'path');
    }
    return bodies.length === 0 || bodies.length < functions.length ? undefined : bodies;
  }

  private functionsNear(file: string): readonly FunctionRef[] {
    const functions: FunctionRef[] = [];
    for (const each of this.filesAround.of(file) ?? [])
      for (let index = 0; index < (this.program.outline(each)?.functions.length ?? 0); index++) {
        const fn = this.program.functionAt(each, index);
        if (fn !== undefined) functions.push(fn);
      }
    return functions.length > BOUNDS.functionsOfMember ? [] : functions;
  }
}

/** The parameter through which a function leaves a pointer for its caller: `*made = c`. */
function leftIn({ exprs, ...skeleton }: Skeleton): number | undefined {
  const found = new Set<number>();
  for (const event of eventsOf({ exprs, ...skeleton })) {
    const target = event.k === 'assign' ? exprs[event.target] : undefined;
    const pointer = target?.k === 'deref' ? exprs[target.base] : undefined;
    const value = event.k === 'assign' ? exprs[event.value] : undefined;
    if (pointer?.k === 'parameter' && value?.k !== 'constant') found.add(pointer.index);
  }
  const [one] = found;
  return found.size === 1 ? one : undefined;
}

/** The signs of an argument: of a constant, of an address, of the pointer that leads to the place of the object. */
function signOf(skeleton: Skeleton, id: ExprId, place: Skeleton['exprs'][number] | undefined): Signs {
  const { exprs } = skeleton;
  const given = withoutCasts(skeleton, id);
  const expr = exprs[given];
  if (expr?.k === 'constant') return expr.value === 0 ? ZERO : NONZERO;
  if (expr?.k === 'address') return NONZERO;
  let at = place;
  while (at?.k === 'address' || at?.k === 'field' || at?.k === 'deref') {
    if (at.k === 'deref' && withoutCasts(skeleton, at.base) === given) return NONZERO;
    at = exprs[at.base];
  }
  return ANY;
}

function argsOf(event: Event): readonly ExprId[] {
  return 'args' in event ? event.args : [];
}
