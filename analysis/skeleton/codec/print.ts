import type { Span } from '../../base/span.js';
import type { Block, BlockId, Event, EventId, Exit, Expr, ExprId, FileSummary, Skeleton } from '../types.js';

/** The skeletons of a file, for `--print summary`; the outline is a stage of its own. Line numbers are absolute. */
export function printSkeletons(summary: FileSummary): string {
  const { functions, macros } = summary.outline;
  const parts: string[] = [];
  for (const [index, skeleton] of sorted(summary.skeletons)) {
    parts.push(printSkeleton(skeleton, functions[index]?.line ?? 0));
  }
  for (const [index, skeleton] of sorted(summary.macroSkeletons)) {
    parts.push(`macro ${printSkeleton(skeleton, macros[index]?.line ?? 0)}`);
  }
  return parts.join('\n');
}

/**
 * A skeleton in readable form: one line per event, expressions as C, `%n` the result of event n, `bn` a block.
 * @param firstLine the line that spans are relative to; 0 prints relative lines
 */
export function printSkeleton(skeleton: Skeleton, firstLine = 0): string {
  const expressions = new ExpressionPrinter(skeleton);
  const parameters = skeleton.parameters.map(({ name, type }) => declaration(name, type)).join(', ');
  const sites = skeleton.lockSites === 0 ? '' : `  lock sites ${String(skeleton.lockSites)}`;
  const lines = [
    `${skeleton.name}(${parameters})${skeleton.returns === '' ? '' : `: ${skeleton.returns}`}${sites}`,
  ];
  for (const { name, argument } of skeleton.annotations) lines.push(`  ${name}(${argument})`);
  for (const { name, type } of skeleton.locals) lines.push(`  local ${declaration(name, type)}`);
  const place = (at: Span): string => `${String(at.line + firstLine)}:${String(at.column)}`;
  for (const [index, block] of skeleton.blocks.entries()) {
    lines.push(`  b${String(index)}:`, ...blockLines(block, expressions, place));
  }
  for (const { kind, at, detail } of skeleton.gaps) lines.push(`  gap ${place(at)} ${kind} ${detail}`);
  return `${lines.join('\n')}\n`;
}

function blockLines(block: Block, expressions: ExpressionPrinter, place: (at: Span) => string): string[] {
  const lines = block.events.map(
    (event) => `    ${place(event.at).padEnd(8)} ${eventText(event, expressions)}`,
  );
  const at = 'at' in block.exit ? place(block.exit.at) : '';
  lines.push(`    ${at.padEnd(8)} ${exitText(block.exit, expressions)}`);
  return lines;
}

function eventText(event: Event, expressions: ExpressionPrinter): string {
  if (event.k === 'assign') {
    const { target, value, head } = event;
    const shown = head === undefined ? expressions.text(value) : `entry of ${expressions.text(head)}`;
    return `${expressions.text(target)} = ${shown}`;
  }
  const args = event.args.map((arg) => expressions.text(arg)).join(', ');
  const result = `${resultName(event.id)} = `;
  if (event.k === 'call') {
    const callee = typeof event.callee === 'string' ? event.callee : expressions.text(event.callee, 3);
    return `${result}call ${callee}(${args})`;
  }
  if (!('lock' in event)) return `${result}${event.k} ${event.api}(${args})`;
  const implied = event.implied === true ? ' (implied)' : '';
  return `${result}${event.k} ${expressions.text(event.lock)} by ${event.api}(${args})${implied}`;
}

function exitText(exit: Exit, expressions: ExpressionPrinter): string {
  switch (exit.k) {
    case 'goto':
      return `goto ${blockName(exit.to)}`;
    case 'branch': {
      const word = exit.loop === true ? 'while' : 'if';
      const condition = expressions.text(exit.condition);
      return `${word} ${condition} then ${blockName(exit.whenTrue)} else ${blockName(exit.whenFalse)}`;
    }
    case 'switch': {
      const cases = exit.cases.map(({ from, to, block }) => {
        const range =
          from === to ? expressions.text(from) : `${expressions.text(from)} ... ${expressions.text(to)}`;
        return `${range}: ${blockName(block)}`;
      });
      return `switch ${expressions.text(exit.on)} { ${[...cases, `default: ${blockName(exit.otherwise)}`].join(', ')} }`;
    }
    case 'return':
      return exit.value === -1 ? 'return' : `return ${expressions.text(exit.value)}`;
    case 'stop':
      return 'stop';
  }
}

/** Precedence of an expression's operator: 3 postfix, 2 prefix, 1 binary. */
type Binding = 1 | 2 | 3;

class ExpressionPrinter {
  private readonly done = new Map<ExprId, readonly [text: string, binding: Binding]>();

  constructor(private readonly skeleton: Skeleton) {}

  text(id: ExprId, within: Binding = 1): string {
    const [text, binding] = this.printed(id);
    return binding < within ? `(${text})` : text;
  }

  private printed(id: ExprId): readonly [string, Binding] {
    const known = this.done.get(id);
    if (known !== undefined) return known;
    // An expression that refers to itself cannot be written in C.
    this.done.set(id, ['…', 3]);
    const expr = this.skeleton.exprs[id];
    const printed = expr === undefined ? (['?', 3] as const) : this.print(expr);
    this.done.set(id, printed);
    return printed;
  }

  private print(expr: Expr): readonly [string, Binding] {
    switch (expr.k) {
      case 'parameter':
        return [this.skeleton.parameters[expr.index]?.name ?? '?', 3];
      case 'local':
        return [this.skeleton.locals[expr.index]?.name ?? '?', 3];
      case 'global':
        return [expr.name, 3];
      case 'config':
        return [`#if(${expr.name})`, 3];
      case 'constant':
        return [String(expr.value), expr.value < 0 ? 2 : 3];
      case 'string':
        return ['"…"', 3];
      case 'unknown':
        return ['?', 3];
      case 'result':
        return [resultName(expr.event), 3];
      case 'field':
        return [this.field(expr.base, expr.name), 3];
      case 'deref':
        return [`*${this.text(expr.base, 2)}`, 2];
      case 'address':
        return [`&${this.text(expr.base, 2)}`, 2];
      case 'index':
        return [`${this.text(expr.base, 3)}[${this.text(expr.index)}]`, 3];
      case 'container':
        return [`container_of(${this.text(expr.base)}, ${expr.type}, ${expr.member})`, 3];
      case 'cast':
        return [`(${expr.type})${this.text(expr.base, 2)}`, 2];
      case 'unary':
        return expr.op.length === 1
          ? [`${expr.op}${this.text(expr.base, 2)}`, 2]
          : [`${expr.op}(${this.text(expr.base)})`, 3];
      case 'binary':
        return [`${this.text(expr.left, 2)} ${expr.op} ${this.text(expr.right, 2)}`, 1];
    }
  }

  private field(base: ExprId, name: string): string {
    const object = this.skeleton.exprs[base];
    if (object?.k === 'deref') return `${this.text(object.base, 3)}->${name}`;
    return `${this.text(base, 3)}.${name}`;
  }
}

const blockName = (id: BlockId): string => `b${String(id)}`;
const resultName = (id: EventId): string => `%${String(id)}`;

function declaration(name: string, type: string): string {
  return type === '' ? name : `${name}: ${type}`;
}

function sorted<T>(all: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...all].sort(([one], [other]) => one - other);
}
