import { baseOf, type CType } from '../base/ctype.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { ExprId, Skeleton } from '../summary/types.js';
import { localSlot, parameterSlot, resultSlot } from './flow-graph.js';
import { POSITIVE } from './fact.js';
import type { ClassTable } from './locks.js';
import type { State } from './state.js';
import * as t from './terms.js';
import type { Term } from './terms.js';

/** Turns a skeleton's expressions into terms, in the names of the function where the path began. */
export class Evaluator {
  constructor(
    private readonly program: Program,
    private readonly models: Models,
    private readonly classes: ClassTable,
    readonly fn: FunctionRef,
    readonly skeleton: Skeleton,
  ) {}

  /** A prefix for names of values born in this function. */
  name(what: string): string {
    return `${this.fn.file}:${this.fn.name}:${what}`;
  }

  /** The value of an expression. */
  value(id: ExprId, state: State): Term {
    const expr = this.skeleton.exprs[id];
    if (expr === undefined) return t.opaque(this.name(`x${id}`), '');
    switch (expr.k) {
      case 'constant':
        return t.constant(expr.value);
      case 'string':
        return t.opaque('string', 'char*');
      case 'parameter':
      case 'local':
        // A variable's value is kept as it was when assigned, whatever is stored elsewhere since.
        return this.object(id, state);
      case 'global':
      case 'field':
      case 'deref':
      case 'index': {
        const object = this.object(id, state);
        proveValid(object, state);
        return state.memory.get(object.key) ?? object;
      }
      case 'address':
        return t.address(this.variable(expr.base) ?? this.object(expr.base, state));
      case 'result':
        return state.env.get(resultSlot(expr.event)) ?? t.opaque(this.name(`e${expr.event}`), '');
      case 'container':
        return t.container(this.value(expr.base, state), expr.type, expr.member);
      case 'cast':
        return t.withType(this.value(expr.base, state), expr.type);
      case 'unary': {
        const base = this.value(expr.base, state);
        if (base.k === 'constant' && expr.op === '-') return t.constant(-base.value);
        if (base.k === 'constant' && expr.op === '~') return t.constant(~base.value);
        if (base.k === 'constant' && expr.op === '!') return t.constant(base.value === 0 ? 1 : 0);
        return t.operation(expr.op, [base]);
      }
      case 'binary':
        return this.binary(expr.op, this.value(expr.left, state), this.value(expr.right, state), state);
      case 'config':
        return this.config(expr.name);
      case 'unknown':
        return t.opaque(this.name(`x${id}`), '');
    }
  }

  /** A parameter or local itself, whatever it holds: what its address points to. */
  private variable(id: ExprId): Term | undefined {
    const expr = this.skeleton.exprs[id];
    if (expr?.k !== 'local' && expr?.k !== 'parameter') return undefined;
    const list = expr.k === 'local' ? this.skeleton.locals : this.skeleton.parameters;
    const variable = list[expr.index];
    return t.local(this.name(variable?.name ?? '?'), variable?.type ?? '');
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
    return t.opaque(`config ${name}`, 'int');
  }

  /** The object an lvalue expression names; for a plain variable with a known value, that value. */
  object(id: ExprId, state: State): Term {
    const expr = this.skeleton.exprs[id];
    switch (expr?.k) {
      case 'parameter': {
        const known = state.env.get(parameterSlot(expr.index));
        return known ?? t.parameter(expr.index, this.skeleton.parameters[expr.index]?.type ?? '');
      }
      case 'local': {
        const variable = this.skeleton.locals[expr.index];
        return (
          state.env.get(localSlot(expr.index)) ??
          t.local(this.name(variable?.name ?? '?'), variable?.type ?? '')
        );
      }
      case 'global':
        return this.global(expr.name);
      case 'field': {
        const base = this.stored(this.object(expr.base, state), state);
        return t.field(base, expr.name, this.fieldType(base.type, expr.name));
      }
      case 'deref':
        return this.typedDeref(this.value(expr.base, state));
      case 'index':
        return t.index(this.value(expr.base, state), this.value(expr.index, state));
      case 'cast':
        return t.withType(this.object(expr.base, state), expr.type);
      default:
        return this.value(id, state);
    }
  }

  /** Arrays and records are their own value; a record copied from elsewhere is not followed. */
  private stored(object: Term, state: State): Term {
    const value = state.memory.get(object.key);
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
    return known === undefined ? t.global(name, '') : t.constant(known);
  }

  fieldType(record: CType, name: string): CType {
    if (record === '') return '';
    const base = baseOf(this.program.expand(record, this.fn.file));
    return this.program.resolveField(base, name, this.fn.file)?.type ?? '';
  }

  /** A variable's value as assigned: the declared type wins over an unknown or void one. */
  typed(value: Term, declared: CType): Term {
    if (declared === '' || declared === value.type) return value;
    if (value.type === '' || baseOf(value.type) === 'void' || value.k === 'constant')
      return t.withType(value, declared);
    if (baseOf(declared) === 'void' || declared.includes('(*)')) return value;
    return t.withType(value, declared);
  }
}

/** What is read through a pointer proves that it is valid. */
function proveValid(object: Term, state: State): void {
  let at = object;
  while (at.k === 'field' || at.k === 'index') at = at.base;
  if (at.k === 'deref' && PLAIN.has(at.base.k)) state.facts.narrow(at.base, POSITIVE);
}

/** Pointers that are asked about as such, not where they are kept. */
const PLAIN = new Set<Term['k']>(['parameter', 'result', 'opaque', 'local']);
