import { fieldType } from './field-type.js';
import { baseOf, pointee, type CType } from '../../base/ctype.js';
import { append } from '../../base/lists.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { Event, EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';
import { typeOfCall, typeOfName } from './macro-types.js';
import type { FunctionRef, Program } from '../types.js';

const eventsById = new WeakMap<Skeleton, ReadonlyMap<EventId, Event>>();
const assignedTo = new WeakMap<Skeleton, ReadonlyMap<number, readonly ExprId[]>>();

/**
 * The C type of a skeleton's expression; `''` if it is unknown. `void *` carries no information and yields `''` too.
 * Typedefs stay as written; {@link Program.expand} resolves them.
 */
export function typeOf(skeleton: Skeleton, expr: ExprId, fn: FunctionRef, program: Program): CType {
  return new Typer(skeleton, fn, program).typeOf(expr);
}

class Typer {
  /** Untyped locals whose type is being computed; breaks cycles. */
  private readonly open = new Set<number>();

  constructor(
    private readonly skeleton: Skeleton,
    private readonly fn: FunctionRef,
    private readonly program: Program,
  ) {}

  typeOf(id: ExprId): CType {
    const expr = this.skeleton.exprs[id];
    if (expr === undefined) return '';
    const type = this.ofExpr(expr);
    return pointee(type) !== undefined && baseOf(type) === 'void' ? '' : type;
  }

  private ofExpr(expr: Expr): CType {
    switch (expr.k) {
      case 'parameter':
        return this.skeleton.parameters[expr.index]?.type ?? '';
      case 'local':
        return this.ofLocal(expr.index);
      case 'global':
        return typeOfName(expr.name, this.fn.file, this.program);
      case 'constant':
      case 'config':
        return 'int';
      case 'string':
        return 'char*';
      case 'field': {
        const record = this.typeOf(expr.base);
        return record === '' ? '' : fieldType(this.program, record, expr.name, this.fn.file);
      }
      case 'deref':
      case 'index':
        return this.target(this.typeOf(expr.base));
      case 'address': {
        const object = this.typeOf(expr.base);
        // A function and its address are the same.
        return object === '' || object.endsWith(')') ? object : `${object}*`;
      }
      case 'result':
        return this.ofResult(expr.event);
      case 'container':
        return expr.type === '' ? '' : `${expr.type}*`;
      case 'cast':
        // A cast to void * does not change what the pointer points to.
        return baseOf(expr.type) === 'void' ? this.typeOf(expr.base) : expr.type;
      case 'unary':
        return expr.op === '-' || expr.op === '~' ? this.typeOf(expr.base) : 'int';
      case 'binary':
        return this.ofBinary(expr);
      default:
        return '';
    }
  }

  private ofLocal(index: number): CType {
    const declared = this.skeleton.locals[index]?.type ?? '';
    if (declared !== '' || this.open.has(index)) return declared;
    // `typeof(x)` and `__auto_type`: the type of the assigned value.
    this.open.add(index);
    let type = '';
    for (const value of assignments(this.skeleton).get(index) ?? []) {
      type = this.typeOf(value);
      if (type !== '') break;
    }
    this.open.delete(index);
    return type;
  }

  private ofBinary(expr: Expr & { k: 'binary' }): CType {
    switch (expr.op) {
      case '+':
      case '-': {
        const left = this.typeOf(expr.left);
        const right = this.typeOf(expr.right);
        if (pointee(left) === undefined) return pointee(right) === undefined ? left : right;
        return expr.op === '-' && pointee(right) !== undefined ? 'long' : left;
      }
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return 'int';
      default:
        return this.typeOf(expr.left);
    }
  }

  private ofResult(id: EventId): CType {
    const event = events(this.skeleton).get(id);
    if (event === undefined || event.k === 'assign') return '';
    const args = (): CType[] => event.args.map((arg) => this.typeOf(arg));
    if (event.k !== 'call') return typeOfCall(event.api, args(), this.fn.file, this.program);
    if (typeof event.callee === 'string') {
      return typeOfCall(event.callee, args(), this.fn.file, this.program);
    }
    let callee = this.program.expand(this.typeOf(event.callee), this.fn.file);
    // Calling a function pointer and calling its target are the same.
    while (callee.endsWith('*') || callee.endsWith('[]'))
      callee = this.program.expand(pointee(callee) ?? '', this.fn.file);
    return callee.endsWith('(*)') ? callee.slice(0, -'(*)'.length) : '';
  }

  private target(type: CType): CType {
    const direct = pointee(type);
    if (direct !== undefined) return direct;
    const expanded = this.program.expand(type, this.fn.file);
    if (expanded.endsWith('(*)')) return expanded;
    return pointee(expanded) ?? '';
  }
}

function events(skeleton: Skeleton): ReadonlyMap<EventId, Event> {
  let byId = eventsById.get(skeleton);
  if (byId === undefined) {
    byId = new Map(eventsOf(skeleton).map((event) => [event.id, event] as const));
    eventsById.set(skeleton, byId);
  }
  return byId;
}

/** The values assigned to each local, in source order. */
function assignments(skeleton: Skeleton): ReadonlyMap<number, readonly ExprId[]> {
  const known = assignedTo.get(skeleton);
  if (known !== undefined) return known;
  const values = new Map<number, ExprId[]>();
  for (const event of events(skeleton).values()) {
    if (event.k !== 'assign') continue;
    const target = skeleton.exprs[event.target];
    if (target?.k !== 'local') continue;
    append(values, target.index, event.value);
  }
  assignedTo.set(skeleton, values);
  return values;
}
