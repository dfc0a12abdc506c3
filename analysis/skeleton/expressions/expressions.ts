import type { BinaryOperator, EventId, Expr, ExprId, UnaryOperator } from '../types.js';

/** The hash-consed expressions of one skeleton. */
export class ExpressionTable {
  readonly list: Expr[] = [];
  private readonly ids = new Map<string, ExprId>();

  get(id: ExprId): Expr {
    return this.list[id]!;
  }

  private add(key: string, make: () => Expr): ExprId {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.list.length;
      this.list.push(make());
      this.ids.set(key, id);
    }
    return id;
  }

  parameter(index: number): ExprId {
    return this.add(`p${index}`, () => ({ k: 'parameter', index }));
  }

  local(index: number): ExprId {
    return this.add(`l${index}`, () => ({ k: 'local', index }));
  }

  global(name: string): ExprId {
    return this.add(`g${name}`, () => ({ k: 'global', name }));
  }

  constant(value: number): ExprId {
    return this.add(`c${value}`, () => ({ k: 'constant', value: value === 0 ? 0 : value }));
  }

  string(): ExprId {
    return this.add('s', () => ({ k: 'string' }));
  }

  unknown(): ExprId {
    return this.add('?', () => ({ k: 'unknown' }));
  }

  config(name: string): ExprId {
    return this.add(`#${name}`, () => ({ k: 'config', name }));
  }

  result(event: EventId): ExprId {
    return this.add(`r${event}`, () => ({ k: 'result', event }));
  }

  field(base: ExprId, name: string): ExprId {
    return this.add(`.${base} ${name}`, () => ({ k: 'field', base, name }));
  }

  /** `*base`; for an address, its operand. */
  deref(base: ExprId): ExprId {
    const expr = this.get(base);
    if (expr.k === 'address') return expr.base;
    return this.add(`*${base}`, () => ({ k: 'deref', base }));
  }

  /** `&base`; for a dereference, its pointer. */
  address(base: ExprId): ExprId {
    const expr = this.get(base);
    if (expr.k === 'deref') return expr.base;
    return this.add(`&${base}`, () => ({ k: 'address', base }));
  }

  index(base: ExprId, index: ExprId): ExprId {
    return this.add(`[${base} ${index}`, () => ({ k: 'index', base, index }));
  }

  container(base: ExprId, type: string, member: string): ExprId {
    return this.add(`^${base} ${type} ${member}`, () => ({ k: 'container', base, type, member }));
  }

  cast(base: ExprId, type: string): ExprId {
    return this.add(`(${base} ${type}`, () => ({ k: 'cast', base, type }));
  }

  unary(op: UnaryOperator, base: ExprId): ExprId {
    const expr = this.get(base);
    if (expr.k === 'constant') {
      if (op === '!') return this.constant(expr.value === 0 ? 1 : 0);
      if (op === '-') return this.constant(-expr.value);
      if (op === '~') return this.constant(-expr.value - 1);
    }
    return this.add(`u${op} ${base}`, () => ({ k: 'unary', op, base }));
  }

  binary(op: BinaryOperator, left: ExprId, right: ExprId): ExprId {
    const a = this.get(left);
    const b = this.get(right);
    if (a.k === 'constant' && b.k === 'constant') {
      const value = fold(op, a.value, b.value);
      if (value !== undefined) return this.constant(value);
    }
    if (a.k === 'unknown' && b.k === 'unknown') return this.unknown();
    return this.add(`b${op} ${left} ${right}`, () => ({ k: 'binary', op, left, right }));
  }
}

function fold(op: BinaryOperator, a: number, b: number): number | undefined {
  const value = apply(op, a, b);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function apply(op: BinaryOperator, a: number, b: number): number | undefined {
  switch (op) {
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b);
    case '%':
      return b === 0 ? undefined : a % b;
    case '<<':
      return b >= 0 && b < 53 ? a * 2 ** b : undefined;
    case '>>':
      return b >= 0 && b < 53 ? Math.floor(a / 2 ** b) : undefined;
    case '&':
    case '|':
    case '^': {
      const left = BigInt(a);
      const right = BigInt(b);
      return Number(op === '&' ? left & right : op === '|' ? left | right : left ^ right);
    }
    case 'other':
      return undefined;
  }
}
