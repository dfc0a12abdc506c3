import { fieldType } from '../../link/ctypes/field-type.js';
import { BOUNDS } from '../../base/bounds.js';
import { baseOf, pointee, type CType } from '../../base/ctype.js';
import { memberCallOf, type MemberCall } from '../../link/calls/member-macros.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import { typeOfName } from '../../link/ctypes/macro-types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { LockKind, Models } from '../../models/types.js';
import type {
  AssignEvent,
  BlockId,
  CallEvent,
  EventId,
  Expr,
  ExprId,
  Skeleton,
} from '../../skeleton/types.js';
import { localSlot, parameterSlot, resultSlot, type VarSlot } from '../state/flow-graph.js';
import { POSITIVE } from '../facts/fact.js';
import { isKnownByType } from '../locks/lock-holders.js';
import type { ClassTable } from '../locks/locks.js';
import type { State } from '../state/state.js';
import { designatedMember } from '../../link/ctypes/designated.js';
import { configuration, configurationName, eventName, joinedName, scopeOf } from '../locks/names.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** Any string: its text is not kept. */
const STRING = t.opaque('string', 'char*');

export const isString = (term: Term): boolean => term === STRING;

/** More than the number of variables of any function. */
const SLOT_NUMBERS = 2 ** 24;

/** The last term of an expression, and the parts it was built from. */
interface Made {
  readonly from: Term;
  readonly with: Term;
  readonly term: Term;
}

/**
 * Turns a skeleton's expressions into terms of the function where the path began. Equal parts yield the same term
 * object, because paths differ in few variables and keys are expensive to build.
 */
export class Evaluator {
  private readonly prefix: string;
  private readonly made: (Made | undefined)[] = [];
  private readonly fixed: (Term | undefined)[] = [];
  private readonly names: (string | undefined)[] = [];
  private readonly events: (boolean | undefined)[] = [];
  /** By the expression of a container. */
  private readonly wrapped: (boolean | undefined)[] = [];
  /** Keyed by block and slot. */
  private readonly joins = new Map<number, Term>();
  private readonly memberCalls = new Map<EventId, MemberCall | undefined>();
  private isEntered = false;

  constructor(
    private readonly program: Program,
    private readonly models: Models,
    private readonly classes: ClassTable,
    readonly fn: FunctionRef,
    readonly skeleton: Skeleton,
  ) {
    this.prefix = scopeOf(fn);
  }

  /** Prefixes the name of a value created in this function. */
  name(what: string): string {
    return this.prefix + what;
  }

  /** The name of an event's value. */
  given(event: EventId): string {
    this.events[event] = true;
    return (this.names[event] ??= this.name(eventName(event)));
  }

  /** The value of a variable after a join at which the incoming paths have different values. */
  joined(block: BlockId, slot: VarSlot): Term {
    const at = slot >> 2;
    const number = block * SLOT_NUMBERS + slot;
    let known = this.joins.get(number);
    if (known === undefined) {
      const type = [this.skeleton.locals[at]?.type, this.skeleton.parameters[at]?.type, ''][slot & 3];
      known = t.opaque(this.name(joinedName(block, slot)), type ?? '');
      this.joins.set(number, known);
    }
    return known;
  }

  /** Whether a state may contain the name of this event's value. */
  isGiven(event: EventId): boolean {
    return this.isEntered || this.events[event] === true;
  }

  /** Notes that states come from elsewhere and may contain names from an earlier run of the function. */
  enter(): void {
    this.isEntered = true;
  }

  private remember(id: ExprId, from: Term, other: Term, make: () => Term): Term {
    const old = this.made[id];
    if (old?.from === from && old.with === other) return old.term;
    const term = make();
    this.made[id] = { from, with: other, term };
    return term;
  }

  /** Memoizes an expression that has the same value on every path. */
  private always(id: ExprId, make: () => Term): Term {
    return (this.fixed[id] ??= make());
  }

  /** The value that an assignment stores. */
  assigned({ id, value, head }: AssignEvent, state: State): Term {
    if (this.skeleton.exprs[value]?.k !== 'unknown') return this.value(value, state);
    const key = this.given(id);
    return head === undefined ? t.opaque(key, '') : t.entryOf(this.value(head, state), key, '');
  }

  /** The value of an expression in a state. */
  value(id: ExprId, state: State): Term {
    const expr = this.skeleton.exprs[id];
    if (expr === undefined) return this.unknown(id);
    switch (expr.k) {
      case 'constant':
        return this.always(id, () => t.constant(expr.value));
      case 'string':
        return STRING;
      case 'parameter':
      case 'local':
        // A variable keeps its assigned value, whatever is stored elsewhere later.
        return this.object(id, state);
      case 'global':
      case 'field':
      case 'deref':
      case 'index': {
        const object = this.object(id, state);
        proveValid(object, state);
        return state.valueIn(object) ?? object;
      }
      case 'address': {
        const object = this.variable(expr.base) ?? this.object(expr.base, state);
        return this.remember(id, object, object, () => t.address(object));
      }
      case 'result':
        return (
          state.env.get(resultSlot(expr.event)) ??
          this.always(id, () => t.opaque(this.given(expr.event), this.typeOf(id)))
        );
      case 'container': {
        const base = this.value(expr.base, state);
        return this.remember(id, base, base, () =>
          t.container(base, expr.type, expr.member, this.isWrapped(id, expr)),
        );
      }
      case 'cast': {
        const base = this.value(expr.base, state);
        return this.remember(id, base, base, () => t.withType(base, expr.type));
      }
      case 'unary': {
        const base = this.value(expr.base, state);
        if (base.k === 'constant' && expr.op === '-') return t.constant(-base.value);
        if (base.k === 'constant' && expr.op === '~') return t.constant(~base.value);
        if (base.k === 'constant' && expr.op === '!') return t.constant(base.value === 0 ? 1 : 0);
        if (base.k === 'constant' && expr.op === 'error-or-zero') return t.constant(Math.min(base.value, 0));
        return this.remember(id, base, base, () => t.operation(expr.op, [base]));
      }
      case 'binary': {
        const left = this.value(expr.left, state);
        const right = this.value(expr.right, state);
        return this.remember(id, left, right, () => this.binary(expr.op, left, right, state));
      }
      case 'config':
        return this.always(id, () => this.config(expr.name));
      case 'unknown':
        return this.unknown(id);
    }
  }

  private typeOf(id: ExprId): CType {
    return typeOf(this.skeleton, id, this.fn, this.program);
  }

  /** Whether the member that a pointer leads to is known only by the object around it. */
  private isWrapped(id: ExprId, expr: Extract<Expr, { readonly k: 'container' }>): boolean {
    return (this.wrapped[id] ??= !isKnownByType(
      this.program,
      this.models,
      this.memberType(expr),
      this.fn.file,
    ));
  }

  private memberType({ base, type, member }: Extract<Expr, { readonly k: 'container' }>): CType {
    const { file } = this.fn;
    const told = baseOf(this.program.expand(pointee(this.typeOf(base)) ?? '', file));
    if (told !== '' && told !== 'void') return told;
    return member.split('.').reduce((at, name) => baseOf(fieldType(this.program, at, name, file)), type);
  }

  private unknown(id: ExprId): Term {
    return this.always(id, () => t.opaque(this.name(`x${id}`), ''));
  }

  /** The parameter or local itself, regardless of its value: the object its address points to. */
  private variable(id: ExprId): Term | undefined {
    const expr = this.skeleton.exprs[id];
    if (expr?.k !== 'local' && expr?.k !== 'parameter') return undefined;
    const old = this.made[id];
    if (old !== undefined) return old.term;
    const list = expr.k === 'local' ? this.skeleton.locals : this.skeleton.parameters;
    const variable = list[expr.index];
    const term = t.local(this.name(variable?.name ?? '?'), variable?.type ?? '');
    this.made[id] = { from: term, with: term, term };
    return term;
  }

  private binary(op: string, left: Term, right: Term, state: State): Term {
    const known =
      left.k === 'constant' && right.k === 'constant'
        ? state.facts.of(t.operation(op, [left, right]))
        : undefined;
    if (known?.equals !== undefined) return t.constant(known.equals);
    // `array + i` points to an element of the array.
    if ((op === '+' || op === '-') && (left.type.endsWith('*') || left.type.endsWith('[]'))) {
      return t.withType(t.address(t.index(left, right)), left.type);
    }
    return t.operation(op, [left, right]);
  }

  private config(name: string): Term {
    if (name === '0') return t.constant(0);
    if (name === '1') return t.constant(1);
    const known = this.models.configured(name);
    return known === undefined ? configuration(name) : t.constant(known);
  }

  /** Whether a value is an option without which kernels are not looked at. */
  isNeverUnset(term: Term): boolean {
    const name = configurationName(term);
    return name !== undefined && this.models.neverUnset(name);
  }

  /** The object that an lvalue names. For a plain variable with a known value, that value. */
  object(id: ExprId, state: State): Term {
    const expr = this.skeleton.exprs[id];
    switch (expr?.k) {
      case 'parameter': {
        const known = state.env.get(parameterSlot(expr.index));
        if (known !== undefined) return known;
        const type = this.skeleton.parameters[expr.index]?.type ?? '';
        return this.always(id, () => t.parameter(expr.index, type));
      }
      case 'local':
        return state.env.get(localSlot(expr.index)) ?? this.variable(id) ?? this.unknown(id);
      case 'global':
        return this.always(id, () => this.global(expr.name));
      case 'field': {
        const base = this.stored(this.object(expr.base, state), state);
        return this.remember(id, base, base, () => {
          const name = designatedMember(this.program, base.type, expr.name, this.fn.file) ?? expr.name;
          return t.field(base, name, this.fieldType(base.type, name));
        });
      }
      case 'deref': {
        const pointer = this.value(expr.base, state);
        return this.remember(id, pointer, pointer, () => this.typedDeref(pointer));
      }
      case 'index': {
        const base = this.value(expr.base, state);
        const at = this.value(expr.index, state);
        return this.remember(id, base, at, () => t.index(base, at));
      }
      case 'cast': {
        const object = this.object(expr.base, state);
        return this.remember(id, object, object, () => t.withType(object, expr.type));
      }
      default:
        return this.value(id, state);
    }
  }

  /** The value stored in an object. Arrays and records are their own value; copies of records are not tracked. */
  private stored(object: Term, state: State): Term {
    const value = state.valueIn(object);
    return value !== undefined && value.type === object.type && value.k !== 'opaque' ? value : object;
  }

  private typedDeref(pointer: Term): Term {
    const object = t.deref(pointer);
    if (object.type !== '' || pointer.type === '') return object;
    const expanded = this.program.expand(pointer.type, this.fn.file);
    return expanded === pointer.type
      ? object
      : t.withType(object, t.deref({ ...pointer, type: expanded }).type);
  }

  private global(name: string): Term {
    const constant = this.program.resolveConstant(name, this.fn.file);
    if (constant !== undefined) return t.constant(constant);
    const variable = this.classes.symbol(name, this.fn.file);
    if (variable !== undefined) return t.global(variable.symbol, variable.type);
    const known = this.models.constant(name);
    if (known !== undefined) return t.constant(known);
    // A macro that denotes an object, such as `current`.
    return t.global(name, typeOfName(name, this.fn.file, this.program));
  }

  /** The file-scope variable with this name. */
  globalNamed(name: string): Term {
    return this.global(name);
  }

  /** The lock kind of a type; `undefined` if the type is not a lock. */
  lockKind(type: CType): LockKind | undefined {
    return this.models.lockType(type) ?? this.models.lockType(this.program.expand(type, this.fn.file));
  }

  /** Sets every number and pointer in a local record to zero. */
  clear(record: Term, state: State): void {
    const base = baseOf(this.program.expand(record.type, this.fn.file));
    const tag = base.replace(/^struct /, '');
    const fields = tag === base ? [] : (this.program.resolveRecord(tag, this.fn.file)?.item.fields ?? []);
    if (fields.length > BOUNDS.recordMembers || t.rootOf(record).k !== 'local') return;
    for (const { name, type } of fields) {
      const isPlain =
        type.endsWith('*') || !/[\] ]$|^(?:struct|union) /.test(this.program.expand(type, this.fn.file));
      if (name !== '' && isPlain) state.store(t.field(record, name, type), t.constant(0));
    }
  }

  /**
   * The callee of an event and its arguments. For a macro of a header that calls a member of its argument, the callee is
   * that member.
   */
  called(
    event: CallEvent,
    state: State,
  ): readonly [callee: string | ExprId | Term, given: readonly ExprId[]] {
    const call = typeof event.callee === 'string' ? this.memberCall(event) : undefined;
    if (call === undefined) return [event.callee, event.args];
    let at = this.value(call.object, state);
    for (const name of call.path) {
      const isPointer = at.type.endsWith('*') || at.type === '';
      const object = at.k === 'address' ? at.base : isPointer ? t.deref(at) : at;
      at = t.field(object, name, this.fieldType(object.type, name));
    }
    return [at, call.args];
  }

  private memberCall(event: CallEvent): MemberCall | undefined {
    if (!this.memberCalls.has(event.id))
      this.memberCalls.set(event.id, memberCallOf(this.program, this.fn, this.skeleton, event));
    return this.memberCalls.get(event.id);
  }

  fieldType(record: CType, name: string): CType {
    if (record === '') return '';
    const base = baseOf(this.program.expand(record, this.fn.file));
    return fieldType(this.program, base, name, this.fn.file);
  }

  /** An assigned value with its type. The variable's declared type replaces an unknown type and `void`. */
  typed(value: Term, declared: CType): Term {
    if (declared === '' || declared === value.type) return value;
    if (value.type === '' || baseOf(value.type) === 'void' || value.k === 'constant')
      return t.withType(value, declared);
    if (baseOf(declared) === 'void' || declared.includes('(*)')) return value;
    return t.withType(value, declared);
  }
}

/** A read through a pointer proves the pointer valid. */
function proveValid(object: Term, state: State): void {
  const pointer = pointerTo(object);
  if (pointer !== undefined && PLAIN.has(pointer.k)) state.facts.narrow(pointer, POSITIVE);
}

/** Locking through a pointer proves that it is not NULL, as is a pointer to a member of the object that it points to. */
export function proveNonNull(lock: Term, state: State): void {
  let pointer = pointerTo(lock);
  while (pointer !== undefined) {
    state.facts.narrow(pointer, POSITIVE);
    pointer = pointer.k === 'container' ? pointer.base : undefined;
  }
}

/** The pointer through which a member or an element is reached. */
function pointerTo(object: Term): Term | undefined {
  const at = t.objectOf(object);
  return at.k === 'deref' ? at.base : undefined;
}

/** Terms that code tests directly, as opposed to the places that store them. */
const PLAIN = new Set<Term['k']>(['parameter', 'result', 'opaque', 'local']);
