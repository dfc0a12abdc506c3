import type { Confidence } from '../../base/confidence.js';
import { baseOf } from '../../base/ctype.js';
import type { Location, Span } from '../../base/span.js';
import { absolute } from '../../base/span.js';
import type { Progress } from '../../base/progress.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { FunctionRef } from '../../link/types.js';
import type { ExecutionContext, HandlerShape, OtherApi } from '../../models/types.js';
import type { FileOutline } from '../../outline/types.js';
import { namesIn } from '../../skeleton/expressions/root.js';
import { memberStores } from '../../skeleton/lowering/events.js';
import type { ApiEvent, Event, Skeleton } from '../../skeleton/types.js';
import {
  functionsGiven,
  isMember,
  isOfEachRow,
  membersCalled,
  nameGiven,
  storedOperations,
  tableOf,
} from './given-handlers.js';
import type { Collected } from '../events/collect.js';
import { entryOf, isAtomic, isProcess, TITLES, together, type OutsideEntry } from './entries.js';
import type { ContextMemory, Said } from './context-memory.js';
import { handlersOf, interrupts, mayBeOff, speaking, contextOfMember } from './handlers.js';
import { nameOf, softWorks } from './soft-works.js';
import { expiresSoftly, setsUpSoftTimer } from './timer-modes.js';

export { isAtomic, isProcess, isSoftirq, isStrictlyAtomic, type OutsideEntry } from './entries.js';

const NONE: readonly OutsideEntry[] = [];

/** Files read between two yields. */
const FILES_AT_ONCE = 16;

/**
 * The functions entered from outside, with their contexts: registered handlers, members of op tables, functions
 * recognised by their type.
 */
export class Contexts {
  private readonly entries = new Map<FunctionRef, OutsideEntry[]>();
  /** What the current file says. */
  private said: Said[] = [];
  /** Work items that the file queues to run as softirqs. */
  private soft: ReadonlySet<string> = new Set();
  /** Guesses of files, kept until all files are read. */
  private readonly guesses: Said[] = [];

  private constructor(private readonly collected: Collected) {}

  /** `memory` belongs to the same program. */
  static *read(collected: Collected, memory: ContextMemory): Generator<Progress, Contexts> {
    const contexts = new Contexts(collected);
    const { facts, files } = collected.program;
    let done = 0;
    for (const _ of facts.prepare(speaking)) yield { stage: 'check', done, total: files.size };
    for (const [file, outline] of facts.of(speaking)) {
      contexts.readFile(file, outline, memory);
      if (++done % FILES_AT_ONCE === 0) yield { stage: 'check', done, total: files.size };
    }
    contexts.takeGuesses();
    return contexts;
  }

  private readFile(file: string, outline: FileOutline, memory: ContextMemory): void {
    const known = memory.recall(this.collected.program, file, outline);
    for (const one of known ?? this.readAgain(file, outline, memory)) {
      if (one.isGuess) this.guesses.push(one);
      else this.take(one);
    }
  }

  /** Adds guesses for functions whose context no file states, independent of file order. */
  private takeGuesses(): void {
    for (const guess of this.guesses) if (!this.entries.has(guess.fn)) this.take(guess);
  }

  private readAgain(file: string, outline: FileOutline, memory: ContextMemory): readonly Said[] {
    const { program } = this.collected;
    const before = program.demandsMade;
    this.said = [];
    this.learn(file, outline);
    // If skeletons are missing, the file may say more later.
    if (program.demandsMade === before) memory.keep(program, file, outline, this.said);
    return this.said;
  }

  private take({ fn, entries }: Said): void {
    for (const entry of entries) {
      const known = this.entries.get(fn);
      const at = known?.findIndex((one) => one.context === entry.context) ?? -1;
      if (known === undefined) this.entries.set(fn, [entry]);
      else if (at < 0) known.push(entry);
      else if (known[at] !== undefined) known[at] = together(entry, known[at], fn);
    }
  }

  /** Whether the file has already stated a function's context; then its type does not matter. */
  private isSaid(fn: FunctionRef): boolean {
    return this.said.some((one) => one.fn === fn);
  }

  of(fn: FunctionRef): readonly OutsideEntry[] {
    return this.entries.get(fn) ?? NONE;
  }

  all(): ReadonlyMap<FunctionRef, readonly OutsideEntry[]> {
    return this.entries;
  }

  private learn(file: string, outline: FileOutline): void {
    const { program } = this.collected;
    const handlers = handlersOf(outline, program.models);
    const registering = handlers.registering.map(({ index }) => index);
    this.soft = softWorks(program, file, outline, registering);
    for (const { index, apis } of handlers.registering) {
      const fn = program.functionAt(file, index);
      if (fn !== undefined) this.learnRegistering(fn, apis);
    }
    this.learnShapes(file, outline);
    for (const { variable, record, field, value } of handlers.members) {
      const item = outline.variables[variable];
      if (item === undefined) continue;
      this.addMember(record, field, value, item.name, locate(file, item.nameSpan));
    }
    for (const { record, field, value, by, span } of storedOperations(program, file, outline))
      this.addMember(record, field, value, by, locate(file, span));
    for (const index of handlers.filling) {
      const fn = program.functionAt(file, index);
      if (fn !== undefined) this.learnFilling(fn);
    }
    for (const { by, item = '', value, line, api } of handlers.declared) {
      if (api.runsIn === undefined) continue;
      const context = api.runsIn === 'work' && this.soft.has(item) ? 'tasklet' : api.runsIn;
      const at: Location = { file, line, column: 1, endLine: line, endColumn: 1 };
      const entry = entryOf(context, { at, by, name: value, api: by });
      const isOff = program.models.entersOff(by);
      for (const fn of program.resolveCall(value, file).slice(0, 1))
        this.add(fn, isOff ? { ...entry, isOff } : entry);
    }
    for (const index of handlers.process) {
      const fn = program.functionAt(file, index);
      // The section limits when the function exists, not who calls it: possibly a handler, or boot code with interrupts
      // off.
      if (fn === undefined || this.isSaid(fn)) continue;
      const entry = entryOf('process', { at: home(fn), by: fn.name, name: fn.name, api: '' });
      const isOpen = fn.item?.isStatic !== true && fn.item?.section !== '';
      this.say(fn, [isOpen ? { ...entry, confidence: 'medium' } : entry], true);
    }
  }

  private addMember(record: string, field: string, value: string, by: string, at: Location): void {
    const { program } = this.collected;
    const told = contextOfMember(program, record, field, at.file);
    if (told === undefined) return;
    const { context, ...sure } = told;
    for (const fn of program.resolveCall(value, at.file).slice(0, 1)) {
      const title = isProcess(context) ? TITLES[context] : `${field}() of ${record}`;
      const isOff = mayBeOff(program, record, field, at.file);
      const text = `${value}() is ${field}() of ${record}, which runs ${isOff ? 'with interrupts off' : `in ${TITLES[context].replace(/^a function called in /, '')}`}`;
      const entry = { context, title, at, by, text, ...sure, member: { record, field, name: value } };
      this.add(fn, isOff ? { ...entry, isOff } : entry);
    }
  }

  /** Functions stored at run time in members that the kernel calls under a lock or in an interrupt. */
  private learnFilling(fn: FunctionRef): void {
    const { program } = this.collected;
    const { models } = program;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) {
      program.demand(fn, 'path');
      return;
    }
    for (const { event, target } of memberStores(skeleton)) {
      if (!models.isToldMember(target.name)) continue;
      const value = nameGiven(skeleton, event.value);
      const record = baseOf(typeOf(skeleton, target.base, fn, program));
      if (value === undefined) continue;
      const at: Location = { file: fn.file, ...absolute(event.at, fn.line) };
      const operation = models.operation(record, target.name);
      const context = models.handlerField(record, target.name);
      const isTold = operation?.isExact === true || operation?.isFilled === true;
      if (isTold || interrupts(operation?.context)) this.addMember(record, target.name, value, fn.name, at);
      else if (context !== undefined && interrupts(context))
        for (const handler of program.resolveCall(value, fn.file).slice(0, 1))
          if (!this.isSaid(handler))
            this.add(handler, {
              ...entryOf(context, { at, by: fn.name, name: value, api: '' }),
              ...(models.isRequestField(record, target.name) && { isOfRequest: true }),
            });
    }
  }

  private learnRegistering(fn: FunctionRef, apis: readonly OtherApi[]): void {
    const { program } = this.collected;
    const skeleton = program.skeleton(fn);
    if (skeleton !== undefined) {
      for (const block of skeleton.blocks)
        for (const event of block.events) this.readEvent(fn, skeleton, event);
      return;
    }
    // Only the call shows which of two handlers runs in the thread, and whether PREEMPT_RT creates a thread for it.
    const { preemptRt } = program.models;
    const tells = (api: OtherApi): boolean =>
      api.threadArg !== undefined || (preemptRt && api.forcedArg !== undefined);
    const isTable = (api: OtherApi): boolean =>
      api.tableArg !== undefined && (api.holds !== undefined || api.runsIn === 'atomic');
    if (apis.some((api) => isTable(api) || api.holds !== undefined)) program.demand(fn, 'path');
    const isAtomicOne = (api: OtherApi): boolean =>
      api.handlerArg !== undefined && api.runsIn !== undefined && isAtomic(api.runsIn);
    if (!apis.some((api) => tells(api) || isAtomicOne(api))) return;
    const outline = program.outline(fn.file);
    const shaped = outline && handlersOf(outline, program.models).shaped;
    const names = new Set(fn.item?.references);
    // A handler's type need not determine what runs it.
    const isToldByShape = (index: number): boolean =>
      shaped
        ?.get(index)
        ?.some(
          ({ registrars }) => registrars.length === 0 || apis.some((api) => registrars.includes(api.name)),
        ) === true;
    const named = outline?.functions.flatMap(({ name }, i) => (names.has(name) ? i : [])) ?? [];
    // A handler that is not a name may come from a table or an argument.
    const isOpen = named.length === 0 || named.some((i) => !isToldByShape(i));
    // Only the call shows whether interrupts are off when it runs.
    const isOff = fn.item?.references.some((name) => program.models.entersOff(name)) === true;
    if ((isOpen || isOff) && apis.some(isAtomicOne)) program.demand(fn, 'path');
    if (!apis.some(tells)) return;
    for (const [index, shapes] of shaped ?? []) {
      const name = outline?.functions[index]?.name ?? '';
      if (names.has(name) && shapes.some((shape) => shape.runsIn === 'hardirq')) program.demand(fn, 'path');
    }
  }

  private readEvent(fn: FunctionRef, skeleton: Skeleton, event: Event): void {
    if (event.k !== 'register' && event.k !== 'wait') return;
    const { program } = this.collected;
    const api = program.models.api(event.api);
    if (api === undefined) return;
    const at: Location = { file: fn.file, ...absolute(event.at, fn.line) };
    const isOff = event.args.some((arg) =>
      namesIn(skeleton, arg).some((name) => program.models.entersOff(name)),
    );
    const say = (handler: FunctionRef, context: ExecutionContext, confidence: Confidence = 'high'): void => {
      if (handler.item === undefined) return;
      // No process switches interrupts off for others: such code is atomic.
      const entered = isOff && isProcess(context) ? 'atomic' : context;
      const entry = entryOf(entered, { at, by: fn.name, name: handler.name, api: event.api });
      const holds = api.holds === undefined ? undefined : { holds: api.holds };
      const isOfRequest = api.ofRequest === true;
      this.add(handler, {
        ...entry,
        confidence,
        ...holds,
        ...(isOff && { isOff }),
        ...(isOfRequest && { isOfRequest }),
      });
    };
    const note = (arg: number | undefined, context: ExecutionContext | undefined): void => {
      if (arg === undefined || context === undefined) return;
      const given = functionsGiven(program, fn, skeleton, event.args[arg]);
      // The kind of an object determines both its handler among several in a table and what that handler does with it.
      const isOne = given.length <= 1 || !isMember(skeleton, event.args[arg]);
      const isByKind =
        !isOne && !isOfEachRow(program, fn, skeleton, { id: event.args[arg], event: event.id });
      for (const handler of given) say(handler, context, isByKind ? 'medium' : 'high');
    };
    if (api.tableArg !== undefined && api.runsIn !== undefined)
      for (const handler of tableOf(program, fn.file, skeleton, event.args[api.tableArg], membersCalled(api)))
        say(handler, api.runsIn);
    const { handlerArg, objectArg } = api;
    const object = typeof objectArg === 'number' ? objectArg : (handlerArg ?? 0) - 1;
    const isSoft = api.runsIn === 'work' && this.soft.has(nameOf(skeleton, event.args[object]) ?? '');
    if (isSoft) note(handlerArg, 'tasklet');
    else if (this.isForced(skeleton, event, api)) note(handlerArg, 'threaded-irq');
    else note(handlerArg, setsUpSoftTimer(program, fn.file, skeleton, event, api) ? 'softirq' : api.runsIn);
    note(api.threadArg, api.threadRunsIn);
  }

  /** Whether PREEMPT_RT runs the handler in a thread: no flag forbids it. */
  private isForced(skeleton: Skeleton, event: Extract<Event, ApiEvent>, api: OtherApi): boolean {
    const { models } = this.collected.program;
    if (!models.preemptRt || api.forcedArg === undefined) return false;
    return !namesIn(skeleton, event.args[api.forcedArg]).some((name) => models.keepsHard(name));
  }

  /** Handlers recognised by their type; unless the type alone is proof, they must also be registered. */
  private learnShapes(file: string, outline: FileOutline): void {
    const { program } = this.collected;
    const { shaped } = handlersOf(outline, program.models);
    for (const [index, shapes] of shaped) {
      const fn = program.functionAt(file, index);
      if (fn === undefined || this.isSaid(fn)) continue;
      const entries: OutsideEntry[] = [];
      for (const shape of shapes) {
        const by = shape.registrars.length === 0 ? fn : this.registrar(fn, shape);
        if (by === undefined) continue;
        const context = this.shapeContext(file, outline, shape);
        const registrar = by === fn ? '' : by.name;
        entries.push(
          entryOf(context, { at: home(by), by: by.name, name: fn.name, api: registrar }, shape.title),
        );
      }
      if (entries.length > 0) this.say(fn, entries, true);
    }
  }

  private shapeContext(file: string, outline: FileOutline, shape: HandlerShape): ExecutionContext {
    const { program } = this.collected;
    if (shape.softens === true && expiresSoftly(program, file, outline)) return 'softirq';
    const { preemptRt } = program.models;
    return preemptRt && shape.runsIn === 'hardirq' && shape.registrars.length > 0
      ? 'threaded-irq'
      : shape.runsIn;
  }

  private registrar(fn: FunctionRef, shape: HandlerShape): FunctionRef | undefined {
    const { program } = this.collected;
    const functions = program.outline(fn.file)?.functions ?? [];
    for (const [index, item] of functions.entries()) {
      if (item.references.includes(fn.name) && shape.registrars.some((name) => item.calls.includes(name))) {
        const by = program.functionAt(fn.file, index);
        if (by !== undefined && !program.hasSkeleton(by)) return by;
      }
    }
    return undefined;
  }

  private add(fn: FunctionRef, entry: OutsideEntry): void {
    this.say(fn, [entry], false);
  }

  private say(fn: FunctionRef, entries: readonly OutsideEntry[], isGuess: boolean): void {
    this.said.push({ fn, entries, isGuess });
  }
}

function home(fn: FunctionRef): Location {
  const span = fn.item?.nameSpan ?? { line: fn.line, column: 1, endLine: fn.line, endColumn: 1 };
  return locate(fn.file, span);
}

function locate(file: string, span: Span): Location {
  return { file, ...span };
}
