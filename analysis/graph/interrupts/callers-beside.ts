import { baseOf } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import { designatedMember } from '../../link/ctypes/designated.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import { lastMember } from '../../outline/designators.js';
import { namesIn } from '../../skeleton/expressions/root.js';
import { eventsOf, memberStores } from '../../skeleton/lowering/events.js';
import type { Event, ExprId } from '../../skeleton/types.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import { nameGiven } from '../contexts/given-handlers.js';
import { callersThrough, targetsBeside } from '../events/bounded.js';
import type { FunctionRef, Program } from '../../link/types.js';

/** Functions in the file of a static function that call the member in which the file stores it. */
export function callersBeside(program: Program, fn: FunctionRef): readonly FunctionRef[] {
  return fn.item?.isStatic === true ? callersOfStored(program, [fn.file], fn) : [];
}

/**
 * The functions that call a function by name, and those of its folder that call a member in which a file of the folder
 * stores it: by the member's name, whatever the object, so rather too many than too few.
 */
export function callersInFolder(program: Program, fn: FunctionRef): readonly FunctionRef[] {
  const through = callersOfStored(program, program.filesIn(folderOf(fn.file)), fn);
  return [...new Set([...program.callers(fn), ...through])];
}

/** The functions of these files that call a member in which one of them stores a function. */
function callersOfStored(
  program: Program,
  files: readonly string[],
  fn: FunctionRef,
): readonly FunctionRef[] {
  const members = new Set(files.flatMap((file) => membersIn(program, file, fn)));
  return members.size === 0 ? [] : files.flatMap((file) => callersThrough(program, file, members));
}

/** The members in which a file stores a function. */
function membersIn(program: Program, file: string, fn: FunctionRef): readonly string[] {
  const outline = program.outline(file);
  if (outline === undefined || (fn.item?.isStatic !== false && file !== fn.file)) return [];
  const isStored = ({ value }: { readonly value: string }): boolean => value === fn.name;
  return [
    ...outline.variables.flatMap(({ type, members }) =>
      members
        .filter(isStored)
        .flatMap(({ field }) => designatedMember(program, type, lastMember(field), file) ?? []),
    ),
    ...outline.functions.flatMap(({ fills }) => fills.filter(isStored).map(({ field }) => lastMember(field))),
  ];
}

/** The calls of a function's own text that lead to a callee. */
export function callsOf(summary: FunctionSummary, callee: FunctionRef): FunctionSummary['calls'] {
  return summary.calls.filter((call) => call.site.via === undefined && targetsBeside(call).includes(callee));
}

/** What code that gets a function does with it: nothing, keep it in a table of the kernel's operations, or anything. */
export type HandedOn = '?' | 'stored' | 'passed';

/** An operation in a table of the kernel is no interrupt handler; other code that receives the function may register it as one. */
export function handedOn(program: Program, { file, name }: FunctionRef): HandedOn {
  let state: HandedOn = '?';
  for (const [index, { references }] of (program.outline(file)?.functions ?? []).entries()) {
    if (!references.includes(name)) continue;
    const by = program.functionAt(file, index);
    if (by === undefined || !isOnlyStored(program, by, name)) return 'passed';
    state = 'stored';
  }
  return state;
}

/** Whether a function only stores another one, in members that the models know as operations of their record. */
function isOnlyStored(program: Program, by: FunctionRef, name: string): boolean {
  const skeleton = program.skeleton(by);
  if (skeleton === undefined) return false;
  const stores = [...memberStores(skeleton)].filter(({ event }) => nameGiven(skeleton, event.value) === name);
  const stored = new Set<Event>(stores.map(({ event }) => event));
  const isNamed = (id: ExprId): boolean =>
    nameGiven(skeleton, id) === name || namesIn(skeleton, id).includes(name);
  const isElsewhere = eventsOf(skeleton).some((event) => {
    if (stored.has(event)) return false;
    return 'args' in event ? event.args.some(isNamed) : event.k === 'assign' && isNamed(event.value);
  });
  return (
    !isElsewhere &&
    stores.length > 0 &&
    stores.every(({ target }) => {
      const record = baseOf(typeOf(skeleton, target.base, by, program));
      return program.models.operation(record, target.name) !== undefined;
    })
  );
}
