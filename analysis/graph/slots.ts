import type { Location } from '../base/span.js';
import { pointee } from '../base/ctype.js';
import { directoryOf } from '../link/domains.js';
import type { Surroundings } from '../effects/step.js';
import * as t from '../effects/terms.js';
import type { Term } from '../effects/terms.js';
import type { FunctionRef } from '../link/types.js';
import type { OtherApi } from '../models/types.js';
import { handlersOf } from './handlers.js';

/** A function handed over to run later, with the object that stands for it: a work item, a timer, an interrupt. */
export interface Registration {
  readonly handler: FunctionRef;
  readonly api: string;
  readonly at: Location;
  /** The function that registers it; the variable's name for one that a declaration registers. */
  readonly by: string;
  /** What names it in a wait: a pointer to the object, or the interrupt's number; in the names of `by`. */
  readonly object: Term;
  /** What the handler is given beside the object, by its parameter; in the names of `by`. */
  readonly data: Term | undefined;
  readonly isIrq: boolean;
}

/** Interrupts are named by number: a slot of its own beside that of an object. */
const IRQ = /^irq /;

const NONE: readonly Registration[] = [];

/**
 * Which functions stand behind an object that can be waited for: `INIT_WORK(&dev->work, fn)` puts `fn` into the
 * slot `dev.work`. A slot is a class of objects, as a lock class is one of locks.
 */
export class Slots {
  private readonly directories = new Map<string, ReadonlyMap<string, readonly Registration[]>>();
  private readonly named = new Map<string, ReadonlySet<string>>();
  private files: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly around: Surroundings) {}

  /** The slot of an object given by pointer, or of an interrupt given by number; `undefined` when it has no name. */
  slotOf(value: Term, isIrq: boolean, file: string): string | undefined {
    const found = this.around.classes.classOf(isIrq ? value : t.deref(value), 'section', 0, file);
    const key = 'key' in found ? found.key : undefined;
    return key === undefined ? undefined : isIrq ? `irq ${key}` : key;
  }

  /** The handlers of a slot that functions of the directory of `file` register. */
  handlers(slot: string, file: string): readonly Registration[] {
    const directory = directoryOf(file);
    let slots = this.directories.get(directory);
    if (slots === undefined) {
      slots = this.read(directory);
      this.directories.set(directory, slots);
    }
    const found = slots.get(slot) ?? NONE;
    const files = new Set(found.map(({ at }) => at.file));
    if ((files.size < 2 && !IRQ.test(slot)) || this.isOf(slot, directory)) return found;
    // Every driver has its own handler in a record that all of them use.
    return found.filter(({ at }) => at.file === file);
  }

  /** The slot belongs to code of the directory. */
  private isOf(slot: string, directory: string): boolean {
    const declared = this.around.classes.info(slot.replace(IRQ, ''))?.declaredAt;
    return declared === undefined || directoryOf(declared.file) === directory;
  }

  /** Names in a directory that may be handlers: whatever functions that register mention. */
  candidates(directory: string): ReadonlySet<string> {
    let names = this.named.get(directory);
    if (names === undefined) {
      const found = new Set<string>();
      const { program, models } = this.around;
      for (const file of this.filesOf(directory)) {
        const outline = program.outline(file);
        if (outline === undefined) continue;
        const handlers = handlersOf(outline, models);
        for (const { index, apis } of handlers.registering) {
          if (!apis.some((api) => api.k === 'register')) continue;
          for (const name of outline.functions[index]?.references ?? []) found.add(name);
        }
        for (const { value, api } of handlers.declared) if (api.runsIn !== 'process') found.add(value);
      }
      names = found;
      this.named.set(directory, names);
    }
    return names;
  }

  filesOf(directory: string): readonly string[] {
    if (this.files === undefined) {
      const files = new Map<string, string[]>();
      for (const file of this.around.program.files.keys()) {
        const into = directoryOf(file);
        const list = files.get(into);
        if (list === undefined) files.set(into, [file]);
        else list.push(file);
      }
      this.files = files;
    }
    return this.files.get(directory) ?? [];
  }

  private read(directory: string): ReadonlyMap<string, readonly Registration[]> {
    const slots = new Map<string, Registration[]>();
    const note = (slot: string | undefined, registration: Registration): void => {
      if (slot === undefined) return;
      const list = slots.get(slot) ?? [];
      slots.set(slot, list);
      if (!list.some(({ handler }) => handler === registration.handler)) list.push(registration);
    };
    for (const file of this.filesOf(directory)) {
      for (const registration of this.declaredIn(file))
        note(this.slotOf(registration.object, false, file), registration);
      for (const registration of this.registeredIn(file))
        note(this.slotOf(registration.object, registration.isIrq, file), registration);
    }
    return slots;
  }

  private *declaredIn(file: string): Generator<Registration> {
    const { program, models, classes } = this.around;
    for (const { definedBy, members, name, nameSpan } of program.outline(file)?.variables ?? []) {
      const declarator = definedBy === '' ? undefined : models.declarator(definedBy);
      if (declarator?.handlerArg === undefined) continue;
      const value = members.find(({ field }) => field === `#${declarator.handlerArg}`)?.value;
      const handler = value === undefined ? undefined : program.resolveCall(value, file)[0];
      const variable = classes.symbol(name, file);
      if (handler === undefined || variable === undefined) continue;
      const object = t.address(t.global(variable.symbol, variable.type));
      const at = { file, ...nameSpan };
      yield { handler, api: definedBy, at, by: name, object, data: undefined, isIrq: false };
    }
  }

  private *registeredIn(file: string): Generator<Registration> {
    const { program, models } = this.around;
    const outline = program.outline(file);
    if (outline === undefined) return;
    for (const { index, apis } of handlersOf(outline, models).registering) {
      const fn = program.functionAt(file, index);
      if (fn === undefined || !apis.some((api) => api.k === 'register')) continue;
      const effects = this.around.effectsOf(fn);
      if (effects === undefined) {
        program.demand(fn, 'path');
        continue;
      }
      for (const { k, api: name, args, site } of effects.apis) {
        const api = k === 'register' ? models.api(name) : undefined;
        if (api === undefined) continue;
        const at = { file, ...site.span };
        for (const [arg, runsIn] of handlerArgs(api)) {
          const handler = this.functionOf(args[arg], file);
          const object = args[(api.handlerArg ?? 0) - 1];
          if (handler === undefined || object === undefined) continue;
          const isIrq = isInterrupt(runsIn) && pointee(object.type) === undefined && object.k !== 'address';
          const data = isIrq ? args.at(-1) : args[arg + 1];
          yield { handler, api: name, at, by: fn.name, object, data, isIrq };
        }
      }
    }
  }

  private functionOf(value: Term | undefined, file: string): FunctionRef | undefined {
    const at = value?.k === 'address' ? value.base : value;
    if (at?.k !== 'global') return undefined;
    const [found] = this.around.program.resolveCall(at.name.slice(at.name.lastIndexOf(':') + 1), file);
    return found?.item === undefined ? undefined : found;
  }
}

function isInterrupt(runsIn: OtherApi['runsIn']): boolean {
  return runsIn === 'hardirq' || runsIn === 'threaded-irq';
}

function* handlerArgs(api: OtherApi): Generator<readonly [number, OtherApi['runsIn']]> {
  if (api.handlerArg !== undefined) yield [api.handlerArg, api.runsIn];
  if (api.threadArg !== undefined) yield [api.threadArg, api.threadRunsIn];
}

/**
 * A term of a handler in the names of whoever waits for it: its parameters are the object waited for, or what the
 * registration gives with it. `given` is what the wait itself says the handler was given.
 */
export function inNamesOfWaiter(
  around: Surroundings,
  registration: Registration,
  object: Term,
  given: Term | undefined,
  term: Term,
): Term {
  const { handler, data, isIrq } = registration;
  const translate = unify(registration.object, object);
  const told = given ?? (data && translate && t.rebuild(data, translate));
  if (isIrq) return substitute(term, 1, told);
  const target = t.deref(object);
  const wanted = pointee(around.program.expand(handler.item?.parameters[0]?.type ?? '', handler.file)) ?? '';
  const own = around.program.expand(target.type, handler.file);
  if (wanted === '' || wanted === own) return substitute(term, 0, wanted === '' ? told : object);
  const record = around.program.resolveRecord(own.slice(own.indexOf(' ') + 1), handler.file);
  if (record === undefined) return t.rebuild(term, (part) => outerOf(part, target, own));
  const inner = record.item.fields.find(({ type }) => type === wanted);
  return substitute(term, 0, inner === undefined ? told : t.address(t.field(target, inner.name, wanted)));
}

function substitute(term: Term, index: number, value: Term | undefined): Term {
  if (value === undefined) return term;
  return t.rebuild(term, (part) => (part.k === 'parameter' && part.index === index ? value : undefined));
}

/** A record of which only the name is known: the handler's own container_of() tells what is inside. */
function outerOf(part: Term, target: Term, own: string): Term | undefined {
  if (part.k !== 'container' || part.base.k !== 'parameter' || part.base.index !== 0) return undefined;
  if (part.type === `${own}*`) return t.address(target);
  const path = part.member.split('.').slice(0, -1);
  let holder: Term = target;
  while (path.length > 0 && holder.k === 'field' && holder.name === path.at(-1)) {
    path.pop();
    holder = holder.base;
  }
  return path.length === 0 && holder !== target ? t.withType(t.address(holder), part.type) : undefined;
}

/** How the names of one side turn into those of the other when both terms mean one object; `undefined`: they cannot. */
export function unify(from: Term, to: Term): ((part: Term) => Term | undefined) | undefined {
  let a = from;
  let b = to;
  for (;;) {
    if (a.k === 'field' && b.k === 'field' && a.name === b.name) {
      a = a.base;
      b = b.base;
    } else if ((a.k === 'address' && b.k === 'address') || (a.k === 'deref' && b.k === 'deref')) {
      a = a.base;
      b = b.base;
    } else break;
  }
  if (a.k === 'global' && a.key !== b.key) return undefined;
  const { key } = a;
  const value = b;
  return (part) => (part.key === key ? value : undefined);
}
