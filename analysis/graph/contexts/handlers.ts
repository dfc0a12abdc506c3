import { switchesOff } from '../../models/records/kinds.js';
import { isSet, lastMember, positional } from '../../outline/designators.js';
import type { Confidence } from '../../base/confidence.js';
import { fillPattern } from '../../link/names/made-variables.js';
import { memberStores } from '../../skeleton/lowering/events.js';
import type { Expr } from '../../skeleton/types.js';
import type { FileOutline, FunctionItem, InitializerMember } from '../../outline/types.js';
import type { OutsideEntry } from './entries.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { ExecutionContext, HandlerShape, Models, OtherApi, TableCondition } from '../../models/types.js';

/** What the outline of one file says about functions that are called indirectly. */
export interface FileHandlers {
  /** Functions that register others to be called later, by index, with the APIs they use. */
  readonly registering: readonly { readonly index: number; readonly apis: readonly OtherApi[] }[];
  /** Functions whose type determines what runs them, by index. */
  readonly shaped: ReadonlyMap<number, readonly HandlerShape[]>;
  /** Functions in initialisers of known tables: variable index, record tag, field and value. */
  readonly members: readonly {
    readonly variable: number;
    readonly record: string;
    readonly field: string;
    readonly value: string;
  }[];
  /** Functions that store others in members which the kernel may call under a lock or in an interrupt, by index. */
  readonly filling: readonly number[];
  /** Functions passed to declaring macros and macros at file scope. */
  readonly declared: readonly {
    readonly by: string;
    /** The variable that is declared with it. */
    readonly item?: string;
    readonly value: string;
    readonly line: number;
    readonly api: Pick<OtherApi, 'runsIn'>;
  }[];
  /** Functions that run in process context according to their section or a macro, by index. */
  readonly process: readonly number[];
  /** Functions that disable interrupts, bottom halves or preemption themselves, by index. */
  readonly switching: readonly number[];
  /** Functions that assert that a lock is held, or are annotated so, by index. */
  readonly asserting: readonly number[];
  /** Functions that set where high-resolution timers expire, by index. */
  readonly timing: readonly number[];
  /** Functions that complete something or wake waiters for a condition, by index. */
  readonly completing: readonly number[];
}

const known = new WeakMap<FileOutline, FileHandlers>();

/** Memoized per outline: depends only on text and models. */
export function handlersOf(outline: FileOutline, models: Models): FileHandlers {
  let handlers = known.get(outline);
  if (handlers === undefined) {
    handlers = read(outline, models);
    known.set(outline, handlers);
  }
  return handlers;
}

/** The outline, if it says anything about contexts. */
export function speaking(outline: FileOutline, models: Models): FileOutline | undefined {
  return handlersOf(outline, models) === NOTHING ? undefined : outline;
}

/** Functions that disable something, by index. */
export function switchingIn(outline: FileOutline, models: Models): readonly number[] | undefined {
  const { switching } = handlersOf(outline, models);
  return switching.length === 0 ? undefined : switching;
}

function read(outline: FileOutline, models: Models): FileHandlers {
  const registering: { index: number; apis: OtherApi[] }[] = [];
  const shaped = new Map<number, readonly HandlerShape[]>();
  const process: number[] = [];
  const timing: number[] = [];
  const switching: number[] = [];
  const asserting: number[] = [];
  const completing: number[] = [];
  const filling: number[] = [];
  const byType = shapesByFirstType(models);
  const served = new Set(outline.macroUses.flatMap((use) => namedBy(use, models)));
  outline.functions.forEach((item, index) => {
    const apis = item.calls.flatMap((name) => {
      const api = models.api(name);
      return api !== undefined && handsOver(api) ? [api] : [];
    });
    if (apis.length > 0) registering.push({ index, apis });
    const shapes = shapesOf(item, byType);
    if (shapes.length > 0) shaped.set(index, shapes);
    if (models.isProcessEntry(item.section, item.name) || served.has(item.name)) process.push(index);
    if (item.calls.some((name) => switchesContextOff(models.api(name)))) switching.push(index);
    if (item.calls.some((name) => models.isTimerSetup(name) || models.contextMember(name) !== undefined))
      timing.push(index);
    if (item.calls.some((name) => completes(models.api(name)))) completing.push(index);
    if (item.fills.some(({ field }) => models.isToldMember(field))) filling.push(index);
    const words = [...item.calls, ...item.annotations.map(({ name }) => name)];
    if (words.some((name) => models.lockApi(name)?.op === 'assert-held')) asserting.push(index);
  });
  const members = membersOf(outline, models);
  const declared = declaredIn(outline, models);
  const lists = [registering, members, declared, process, timing, switching, asserting, completing, filling];
  // Most headers say nothing about contexts.
  if (shaped.size === 0 && lists.every(({ length }) => length === 0) && !storesOperations(outline, models))
    return NOTHING;
  return {
    registering,
    shaped,
    members,
    filling,
    declared,
    process,
    timing,
    switching,
    asserting,
    completing,
  };
}

/** Whether a part of a larger variable, or a function, sets a member of which something is known. */
function storesOperations({ functions, variables }: FileOutline, models: Models): boolean {
  return (
    functions.some(({ fills }) => fills.some(({ field }) => models.isOperation(field))) ||
    variables.some(({ members }) => members.some(({ field }) => models.isOperation(lastMember(field))))
  );
}

const INTERRUPTING: ReadonlySet<ExecutionContext> = new Set([
  'hardirq',
  'softirq',
  'timer',
  'tasklet',
  'rcu',
]);

/** Whether code in this context interrupts other code. */
export function interrupts(context: ExecutionContext | undefined): boolean {
  return context !== undefined && INTERRUPTING.has(context);
}

/** Whether an entry is the only context of a function: it is certain, and no caller of its table member is atomic. */
export function isOnlyContext({ confidence, member }: OutsideEntry, models: Models): boolean {
  const operation = member && models.operation(member.record, member.field);
  return confidence === 'high' && operation?.alsoAtomic !== true;
}

/** Number of tables that hold a function in a member called with interrupts off. */
export function timesCalledOff(program: Program, { file, name }: FunctionRef): number {
  const { models } = program;
  const outline = program.outline(file);
  const members = outline ? handlersOf(outline, models).members : [];
  return members.filter(
    ({ record, field, value }) => value === name && models.operation(record, field)?.interruptsOff === true,
  ).length;
}

/** Functions named by a macro that creates an attribute file: user space calls them. */
function namedBy(use: FileOutline['macroUses'][number], models: Models): readonly string[] {
  const macro = models.attributeMacro(use.name);
  if (macro === undefined) return [];
  const given = macro.given.flatMap((arg) => use.arguments[arg] ?? []);
  return [...given, ...macro.named.map((pattern) => fillPattern(pattern, use.arguments))];
}

const NOTHING: FileHandlers = {
  registering: [],
  shaped: new Map(),
  members: [],
  filling: [],
  declared: [],
  process: [],
  switching: [],
  asserting: [],
  timing: [],
  completing: [],
};

/** Whether the API completes a completion or wakes waiters for a condition. */
export function completes(api: OtherApi | undefined): boolean {
  return api?.k === 'complete' && (api.awaits === 'completion' || api.awaits === 'condition');
}

function handsOver({
  k,
  handlerArg,
  threadArg,
  tableArg,
  itemArg,
  ontoArg,
  queueName,
  inTurn,
  objectArg,
}: OtherApi): boolean {
  if (k === 'register' && (queueName !== undefined || inTurn === true)) return true;
  return [handlerArg, threadArg, tableArg, itemArg, ontoArg, objectArg].some((arg) => arg !== undefined);
}

function switchesContextOff(api: OtherApi | undefined): boolean {
  const what = api?.context ?? '';
  return switchesOff(api?.change) && ['irq', 'bh', 'preempt', 'preempt-pagefault'].includes(what);
}

type ShapesByType = ReadonlyMap<string, readonly HandlerShape[]>;

let shapesRead: { readonly models: Models; readonly byType: ShapesByType } | undefined;

function shapesByFirstType(models: Models): ShapesByType {
  if (shapesRead?.models === models) return shapesRead.byType;
  const byType = new Map<string, HandlerShape[]>();
  for (const shape of models.handlerShapes) {
    const first = shape.parameters[0] ?? '';
    byType.set(first, [...(byType.get(first) ?? []), shape]);
  }
  shapesRead = { models, byType };
  return byType;
}

function shapesOf(item: FunctionItem, byType: ShapesByType): readonly HandlerShape[] {
  const first = item.parameters[0]?.type;
  if (first === undefined) return [];
  return (byType.get(first) ?? []).filter(
    (shape) =>
      shape.returns === item.returns &&
      shape.parameters.every((type, i) => item.parameters[i]?.type === type),
  );
}

function membersOf(outline: FileOutline, models: Models): FileHandlers['members'] {
  const out: FileHandlers['members'][number][] = [];
  outline.variables.forEach(({ type, members }, variable) => {
    for (const { field, value } of members) {
      const last = lastMember(field);
      const record = type.replace(/[*[\]]+$/, '');
      const told = last === field ? models.operation(record, last) : undefined;
      if (told !== undefined && (told.onlyIf === undefined || meets(members, told.onlyIf)))
        out.push({ variable, record, field: last, value });
    }
  });
  return out;
}

/** Whether an initialiser is that of such a table. */
function meets(members: readonly InitializerMember[], { set, unset }: TableCondition): boolean {
  const sets = (name: string): boolean => members.some((member) => member.field === name && isSet(member));
  return (set === undefined || sets(set)) && !unset.some(sets);
}

/** A member whose value is an argument of a macro that initialises it: `.work = IRQ_WORK_INIT(tick)`. */
const INITIALISER = /(?<macro>\w+)\((?<position>\d+)\)$/;

function declaredIn(outline: FileOutline, models: Models): FileHandlers['declared'] {
  const out: FileHandlers['declared'][number][] = [];
  for (const { name: item, definedBy, members, nameSpan } of outline.variables) {
    for (const { field, value } of members) {
      const { macro = '', position } = INITIALISER.exec(field)?.groups ?? {};
      const api = models.api(macro);
      if (api?.handlerArg !== undefined && api.handlerArg === Number(position))
        out.push({ by: macro, value, line: nameSpan.line, api });
    }
    const declarator = definedBy === '' ? undefined : models.declarator(definedBy);
    if (declarator?.handlerArg === undefined || declarator.runsIn === undefined) continue;
    for (const { field, value } of members) {
      if (field === positional(declarator.handlerArg))
        out.push({ by: definedBy, item, value, line: nameSpan.line, api: { runsIn: declarator.runsIn } });
    }
  }
  for (const { name, arguments: given, line } of outline.macroUses) {
    const api = models.api(name);
    const value = api?.handlerArg === undefined ? '' : (given[api.handlerArg] ?? '');
    if (api !== undefined && value !== '') out.push({ by: name, value, line, api });
  }
  return out;
}

/** In which context a member of a table in a file is called, and how sure that is. */
export function contextOfMember(
  program: Program,
  record: string,
  field: string,
  file: string,
):
  | {
      readonly context: ExecutionContext;
      readonly confidence: Confidence;
      readonly isSometimes?: true;
      readonly isOn?: true;
    }
  | undefined {
  const { context, isStrict, sleepsIf, atomicIf, alsoProcess, interruptsOn } =
    program.models.operation(record, field) ?? {};
  if (context === undefined) return undefined;
  const mustNotSleep = atomicIf === undefined ? false : setsBeside(program, file, atomicIf);
  if (mustNotSleep !== false) return { context: mustNotSleep ? 'atomic' : context, confidence: 'medium' };
  const maySleep = sleepsIf === undefined ? undefined : setsBeside(program, file, sleepsIf);
  if (maySleep === true) return { context: 'process', confidence: 'high' };
  // Tables state what callers guarantee in general; some callers guarantee more.
  const isSure = alsoProcess !== true && (context !== 'atomic' || isStrict === true || maySleep === false);
  return {
    context,
    confidence: isSure ? 'high' : 'medium',
    ...(alsoProcess === true && context !== 'atomic' && { isSometimes: true as const }),
    ...(interruptsOn === true && { isOn: true as const }),
  };
}

/** Whether a member of a table in a file may be called with interrupts off, since the file has asked for that. */
export function mayBeOff(program: Program, record: string, field: string, file: string): boolean {
  const { offAfter: after, interruptsOff } = program.models.operation(record, field) ?? {};
  if (interruptsOff === true) return true;
  const asks = ({ calls }: FunctionItem): boolean => after !== undefined && calls.includes(after);
  return after !== undefined && program.outline(file)?.functions.some(asks) === true;
}

/**
 * Whether the file says that the operations of an object may sleep, or must not, by setting a member or by a flag that it
 * names: in a table, where it makes such objects, or in a function that is called there; `undefined` if it makes none.
 */
function setsBeside(program: Program, file: string, said: string): boolean | undefined {
  const outline = program.outline(file);
  if (outline === undefined) return undefined;
  const { functions } = outline;
  const making = handlersOf(outline, program.models).timing.filter((index) =>
    functions[index]?.calls.some((name) => program.models.contextMember(name) === said),
  );
  if (making.length === 0) return undefined;
  const inTables = outline.variables.flatMap(({ members }) => members);
  if (inTables.some((one) => lastMember(one.field) === said && isSet(one))) return true;
  const called = new Set(making.flatMap((index) => functions[index]?.calls ?? []));
  let sets = false;
  for (const [index, { name }] of functions.entries()) {
    if (!making.includes(index) && !called.has(name)) continue;
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (fn !== undefined && skeleton === undefined) {
      program.demand(fn, 'path');
      return undefined;
    }
    sets ||=
      skeleton?.exprs.some((one) => one.k === 'global' && one.name === said) === true ||
      [...memberStores(skeleton)].some(
        ({ event, target }) => target.name === said && !isZero(skeleton?.exprs[event.value]),
      );
  }
  return sets;
}

function isZero(value: Expr | undefined): boolean {
  return value?.k === 'constant' && value.value === 0;
}
