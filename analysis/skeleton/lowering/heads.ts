import { guardsStatement } from '../../models/records/kinds.js';
import { assume, branch, inLoop } from './branches.js';
import { LoopHead, openBlock } from './flow.js';
import { lowerBody, lowerUnused, lowerValue } from './grammar.js';
import { enterGuard } from './guards.js';
import type { Lowering } from './lowering.js';
import { expandHead } from '../macros/macros.js';
import { inScope } from './scopes.js';

/**
 * Lowers `name(…) statement`, which the sanitised text shows as a while or an if: an iterator loop or a guard. Returns
 * false for a genuine while or if.
 */
export function lowerHead(l: Lowering, node: number): boolean {
  const { marks } = l.source.sanitised;
  const mark = marks.size === 0 ? undefined : marks.get(l.startOf(node));
  if (mark?.k !== 'head') return false;
  const [condition, body, alternative] = l.children(node);
  if (condition === undefined) return true;
  const args = argumentsIn(l, condition);
  if (guardsStatement(l.models.scopeMacro(mark.name))) {
    lowerScopedGuard(l, node, args, body ?? -1, mark.name);
    return true;
  }
  const call = { node, callee: condition, args, start: l.startOf(condition), end: l.endOf(condition) };
  const tail = (): void => lowerBody(l, body ?? -1);
  if (alternative === undefined && expandHead(l, mark.name, call, tail)) return true;
  if (alternative !== undefined) lowerChoice(l, condition, args, body ?? -1, l.first(alternative));
  else lowerLoop(l, mark.name, condition, args, body ?? -1);
  return true;
}

/** The parts of `(a, b, c)`, which the grammar parses as a comma expression. */
function argumentsIn(l: Lowering, parenthesized: number): number[] {
  const inner = l.first(parenthesized);
  return inner < 0 ? [] : commaParts(l, inner);
}

/** The operands of `a, b, c`. */
export function commaParts(l: Lowering, node: number): number[] {
  const list: number[] = [];
  let at = node;
  while (l.type(at) === 'comma_expression') {
    list.push(at + 1);
    at = l.tree.next[at + 1]!;
  }
  list.push(at);
  return list;
}

/** Lowers a loop with any number of iterations and an unknown cursor in each. */
function lowerLoop(
  l: Lowering,
  name: string,
  condition: number,
  args: readonly number[],
  body: number,
): void {
  const model = l.models.loopMacro(name);
  const at = l.span(condition);
  const known = model === undefined ? [] : [model.cursorArg, ...(model.assigns ?? [])];
  const assigned = args.filter(
    (arg, index) => known.includes(index) || (model === undefined && isCursor(l, arg)),
  );
  const [cursor = -1, list = -1] = [args[model?.cursorArg ?? -1], args[model?.headArg ?? -1]];
  for (const arg of args) if (!assigned.includes(arg) && arg !== list) lowerUnused(l, arg);
  const listed = list < 0 ? undefined : lowerValue(l, list);
  const head = openBlock();
  const inside = openBlock();
  const exit = openBlock();
  l.fallInto(head);
  branch(l, l.table.unknown(), inside, exit, at, new LoopHead());
  l.begin(inside);
  for (const arg of assigned) {
    const target = lowerValue(l, arg);
    l.cursors.add(target);
    if (listed !== undefined && arg === cursor) l.assignEntry(target, listed, at);
    else l.assign(target, l.table.unknown(), at);
    // Behind the loop its value is unknown: often that of the list's head.
    if (model?.nonNull === true && arg === cursor) assume(l, target, at);
  }
  inLoop(l, exit, head, () => lowerBody(l, body));
  l.goTo(head);
  l.begin(exit);
}

/** Whether an argument is a local that only loops have assigned so far, so that the macro must assign it. */
function isCursor(l: Lowering, arg: number): boolean {
  if (l.type(arg) !== 'identifier') return false;
  const variable = l.variable(l.text(arg));
  if (variable === undefined || l.table.get(variable).k !== 'local') return false;
  return l.cursors.has(variable) || !l.changes.includes(variable);
}

function lowerChoice(
  l: Lowering,
  condition: number,
  args: readonly number[],
  body: number,
  alternative: number,
): void {
  for (const arg of args) lowerUnused(l, arg);
  const yes = openBlock();
  const no = openBlock();
  const join = openBlock();
  branch(l, l.table.unknown(), yes, no, l.span(condition));
  l.begin(yes);
  lowerBody(l, body);
  l.goTo(join);
  l.begin(no);
  lowerBody(l, alternative);
  l.fallInto(join);
}

function lowerScopedGuard(
  l: Lowering,
  node: number,
  args: readonly number[],
  body: number,
  macro: string,
): void {
  const isConditional = l.models.scopeMacro(macro)?.form === 'scoped-conditional';
  const exit = openBlock();
  const end = l.source.spanOf(l.endOf(node) - 1, l.endOf(node));
  inScope(l, end, () => {
    const call = {
      macro,
      start: l.startOf(node),
      end: l.endOf(args.length > 0 ? args[args.length - 1]! : node) + 1,
    };
    const onFailure = isConditional ? args[1] : undefined;
    enterGuard(l, l.text(args[0] ?? node), args.slice(isConditional ? 2 : 1), call, { onFailure, exit });
    // The preprocessor turns a guarded statement into the body of a loop that runs once.
    const { breakTo, continueTo } = l;
    const cleanups = l.cleanups.length - 1;
    l.breakTo = { block: exit, cleanups };
    l.continueTo = { block: exit, cleanups };
    lowerBody(l, body);
    l.breakTo = breakTo;
    l.continueTo = continueTo;
  });
  l.fallInto(exit);
}
