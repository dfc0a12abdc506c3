import { CodecError } from '../base/encoding/bytes.js';
import type { Event, Exit, Expr, Skeleton } from './types.js';

/** @throws {CodecError} if an index is out of range or occurs twice */
export function checkIndexes(indexes: readonly number[], items: number, what: string): void {
  for (const index of indexes) need(index < items, what);
  need(new Set(indexes).size === indexes.length, what);
}

/**
 * Returns its argument.
 * @throws {CodecError} if it refers to an expression, block, variable or event that does not exist
 */
export function checkSkeleton(skeleton: Skeleton): Skeleton {
  const events = new Set<number>();
  for (const { events: all } of skeleton.blocks) for (const { id } of all) events.add(id);
  need(skeleton.blocks.length > 0, 'entry');
  for (const expr of skeleton.exprs) checkExpr(expr, skeleton, events);
  for (const block of skeleton.blocks) {
    for (const event of block.events) checkEvent(event, skeleton);
    checkExit(block.exit, skeleton);
  }
  return skeleton;
}

function need(condition: boolean, what: string): void {
  if (!condition) throw new CodecError(`no such ${what}`);
}

function needExpr(id: number, skeleton: Skeleton): void {
  need(id >= 0 && id < skeleton.exprs.length, 'expression');
}

function needBlock(id: number, skeleton: Skeleton): void {
  need(id >= 0 && id < skeleton.blocks.length, 'block');
}

function checkExpr(expr: Expr, skeleton: Skeleton, events: ReadonlySet<number>): void {
  switch (expr.k) {
    case 'parameter':
      return need(expr.index < skeleton.parameters.length, 'parameter');
    case 'local':
      return need(expr.index < skeleton.locals.length, 'local');
    case 'result':
      return need(events.has(expr.event), 'event');
    case 'binary':
      needExpr(expr.left, skeleton);
      return needExpr(expr.right, skeleton);
    case 'index':
      needExpr(expr.base, skeleton);
      return needExpr(expr.index, skeleton);
    case 'field':
    case 'deref':
    case 'address':
    case 'container':
    case 'cast':
    case 'unary':
      return needExpr(expr.base, skeleton);
    case 'global':
    case 'constant':
    case 'string':
    case 'config':
    case 'unknown':
      return;
  }
}

function checkEvent(event: Event, skeleton: Skeleton): void {
  if (event.k === 'assign') {
    needExpr(event.target, skeleton);
    needExpr(event.value, skeleton);
    if (event.head !== undefined) needExpr(event.head, skeleton);
    return;
  }
  for (const arg of event.args) needExpr(arg, skeleton);
  if (event.k === 'call') {
    if (typeof event.callee === 'number') needExpr(event.callee, skeleton);
  } else if ('lock' in event) needExpr(event.lock, skeleton);
}

function checkExit(exit: Exit, skeleton: Skeleton): void {
  switch (exit.k) {
    case 'goto':
      return needBlock(exit.to, skeleton);
    case 'branch':
      needExpr(exit.condition, skeleton);
      needBlock(exit.whenTrue, skeleton);
      return needBlock(exit.whenFalse, skeleton);
    case 'switch':
      needExpr(exit.on, skeleton);
      for (const { from, to, block } of exit.cases) {
        needExpr(from, skeleton);
        needExpr(to, skeleton);
        needBlock(block, skeleton);
      }
      return needBlock(exit.otherwise, skeleton);
    case 'return':
      if (exit.value !== -1) needExpr(exit.value, skeleton);
      return;
    case 'stop':
      return;
  }
}
