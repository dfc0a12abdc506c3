import type { Context } from '../effects/context.js';
import type { Surroundings } from '../effects/step.js';
import type { Moment } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import { irqForm, type IrqForm } from '../models/variants.js';
import type { Collected } from './collect.js';
import { isProcess, type Contexts, type Entry } from './contexts.js';
import { handlersOf } from './handlers.js';
import {
  addSection,
  isOf,
  isRetaken,
  leavesHeld,
  sectionsOf,
  type Section,
  type SwitchedCall,
  type SwitchPlan,
} from './sections.js';
import type { Interrupt, Usage } from './usage.js';

/** Calls followed up to where it is known what may interrupt. */
const MAX_UP = 6;

/** Whether interrupts and bottom halves are on: certainly, certainly not, or nobody knows. */
type Known = 'on' | 'off' | '?';
/** Of them there are so many. */
const ALL = 3;

interface Ways {
  readonly irq: ReadonlySet<Known>;
  readonly bh: ReadonlySet<Known>;
}

const UNKNOWN: Ways = { irq: new Set(['?']), bh: new Set(['?']) };
const PROCESS: Ways = { irq: new Set(['on']), bh: new Set(['on']) };
const SOFTIRQ: Ways = { irq: new Set(['on']), bh: new Set(['off']) };
/** A poll can also be called by those who print with interrupts off. */
const POLLED: Ways = { irq: new Set(['on', '?']), bh: new Set(['off']) };
const HARDIRQ: Ways = { irq: new Set(['off']), bh: new Set(['off']) };

/** Which acquisitions of a lock class have to keep an interrupt away, and how. */
export class Switching {
  private readonly entries = new Map<FunctionRef, Ways>();
  private readonly referenced = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly around: Surroundings,
    private readonly collected: Collected,
    private readonly contexts: Contexts,
    private readonly usage: Usage,
  ) {}

  /** Every call that has to change before `interrupt` never comes while `key` is held. */
  plan(key: string, interrupt: Interrupt): SwitchPlan {
    const reads = this.usage.isOnlyRead(key, interrupt);
    const sections: Section[] = [];
    const escaping: Section = { acquires: [], releases: [] };
    for (const [fn, effects] of this.collected.effects) {
      const acquires = effects.acquires.filter(({ lock, transient }) => isOf(lock, key) && !transient);
      const releases = effects.uses.filter((use) => use.k === 'release' && isOf(use.lock, key));
      for (const section of sectionsOf(fn, acquires, releases)) {
        // Where handlers only read, other readers hold nobody up.
        if (reads && section.acquires.every(({ lock }) => lock.mode === 'read')) continue;
        if (leavesHeld(effects, section) || section.acquires.some(isRetaken)) addSection(escaping, section);
        else sections.push(section);
      }
      const foreign = releases.filter(({ ended, site }) => ended === 'foreign' && site.via === undefined);
      addSection(escaping, { acquires: [], releases: foreign });
    }
    const calls: SwitchedCall[] = [];
    for (const section of [...sections, escaping]) {
      const form = this.formFor(section, interrupt);
      if (form === undefined) continue;
      const reason = this.unclear(section, form, section === escaping);
      if (reason !== undefined) return { reason };
      // The end of a guard's scope is written nowhere.
      const written = section.releases.filter(({ api }) => this.around.models.lockApi(api)?.op === 'release');
      for (const { api, site } of [...section.acquires, ...written])
        calls.push({ fn: site.fn, at: site.span, api, form });
    }
    return calls.length === 0 ? { reason: 'no place is known that has to change' } : { calls };
  }

  private formFor(section: Section, interrupt: Interrupt): IrqForm | undefined {
    let form: IrqForm | undefined;
    for (const acquire of section.acquires) {
      const own = this.around.models.lockApi(acquire.api);
      const has = own && irqForm(own);
      if (has === undefined || has === 'save' || has === 'irq' || (has === 'bh' && interrupt === 'softirq'))
        continue;
      const ways = this.waysTo(acquire.site.fn, acquire.moments, interrupt);
      if (!mayCome(ways, interrupt)) continue;
      const wanted: IrqForm = isOnly(ways.irq, 'on') ? (interrupt === 'hardirq' ? 'irq' : 'bh') : 'save';
      form = form === 'save' || wanted === 'save' ? 'save' : wanted;
    }
    return form;
  }

  private unclear({ acquires, releases }: Section, form: IrqForm, isHandedOver: boolean): string | undefined {
    for (const { api, site } of [...acquires, ...releases]) {
      const name = site.fn.name;
      if (site.fn.macro !== undefined) return `the lock is taken in the macro ${name}()`;
      if (site.via !== undefined) return `${name}() takes or releases the lock inside ${site.via.fn.name}()`;
      // The state saved would have to be handed over as well.
      if (isHandedOver && form === 'save') return `${name}() takes or releases the lock for its caller`;
      if (this.around.models.irqVariant(api, form) === undefined)
        return `${api}() has no form that switches ${form === 'bh' ? 'bottom halves' : 'interrupts'} off`;
    }
    return undefined;
  }

  // ---- what may interrupt

  private waysTo(fn: FunctionRef, moments: readonly Moment[], interrupt: Interrupt): Ways {
    if (this.usage.evidence(fn, moments, interrupt) !== undefined) return join(moments.map(over(PROCESS)));
    const above = moments.some(({ context }) => context.irq === 'entry') ? this.waysInto(fn) : UNKNOWN;
    return join(moments.map(over(above)));
  }

  private waysInto(fn: FunctionRef): Ways {
    let known = this.entries.get(fn);
    if (known === undefined) {
      known = { irq: this.atEntry(fn, 'irq'), bh: this.atEntry(fn, 'bh') };
      this.entries.set(fn, known);
    }
    return known;
  }

  /**
   * What one of the two is when a function is entered, by whatever way of up to so many calls: each function above is
   * looked at where it is nearest, so that a way which comes round again adds nothing.
   */
  private atEntry(fn: FunctionRef, which: keyof Ways): ReadonlySet<Known> {
    const found = new Set<Known>();
    const seen = new Set([fn]);
    let rim: readonly FunctionRef[] = [fn];
    for (let calls = 0; rim.length > 0 && found.size < ALL; calls++) {
      if (calls === MAX_UP) return found.add('?');
      const next: FunctionRef[] = [];
      for (const at of rim) {
        for (const known of this.above(at, which)) {
          if (typeof known === 'string') found.add(known);
          else if (!seen.has(known)) {
            seen.add(known);
            next.push(known);
          }
        }
      }
      rim = next;
    }
    return found.size === 0 ? UNKNOWN[which] : found;
  }

  /** What a function is entered with, or the functions that pass on what they are entered with. */
  private *above(fn: FunctionRef, which: keyof Ways): Generator<Known | FunctionRef> {
    const entries = this.contexts.of(fn);
    for (const entry of entries) yield* waysOf(entry)[which];
    const callers = this.around.program.callers(fn).filter((caller) => caller !== fn);
    if (entries.length === 0 && (callers.length === 0 || this.isNamed(fn))) yield '?';
    for (const caller of callers) yield* this.calls(caller, fn, which);
  }

  private *calls(
    caller: FunctionRef,
    callee: FunctionRef,
    which: keyof Ways,
  ): Generator<Known | FunctionRef> {
    const effects = this.collected.effects.get(caller);
    if (effects === undefined) {
      // Without a lock or a switch it is what its callers are.
      yield caller.macro === undefined && !this.switches(caller) ? caller : '?';
      return;
    }
    for (const { targets, moments } of effects.calls) {
      if (!targets.includes(callee) || moments.length === 0) continue;
      const isProven = this.usage.evidence(caller, moments, 'softirq') !== undefined;
      for (const { context } of moments) {
        const own = which === 'irq' ? context.irq : context.bh > 0 ? 'off' : 'entry';
        if (own !== 'entry') yield own;
        else if (isProven) yield* PROCESS[which];
        else yield caller;
      }
    }
  }

  private switches(fn: FunctionRef): boolean {
    const outline = this.around.program.outline(fn.file);
    return outline !== undefined && handlersOf(outline, this.around.models).switching.includes(fn.index);
  }

  /** Somebody takes its address or exports it: there may be callers out of sight. */
  private isNamed(fn: FunctionRef): boolean {
    let names = this.referenced.get(fn.file);
    if (names === undefined) {
      const all = new Set<string>();
      const outline = this.around.program.outline(fn.file);
      for (const item of outline?.functions ?? []) for (const name of item.references) all.add(name);
      for (const { members } of outline?.variables ?? []) for (const { value } of members) all.add(value);
      for (const use of outline?.macroUses ?? []) for (const name of use.arguments) all.add(name);
      names = all;
      this.referenced.set(fn.file, names);
    }
    return names.has(fn.name);
  }
}

function waysOf(entry: Entry): Ways {
  switch (entry.context) {
    case 'hardirq':
    case 'nmi':
      return HARDIRQ;
    case 'timer':
    case 'tasklet':
      return SOFTIRQ;
    case 'softirq':
    case 'rcu':
      return POLLED;
    default:
      return isProcess(entry.context) ? PROCESS : UNKNOWN;
  }
}

/** What is on at a moment of a function that is entered so. */
function over(entry: Ways): (moment: { readonly context: Context }) => Ways {
  return ({ context: { irq, bh } }) => ({
    irq: irq === 'entry' ? entry.irq : new Set<Known>([irq]),
    bh: bh > 0 ? new Set<Known>(['off']) : entry.bh,
  });
}

function join(ways: readonly Ways[]): Ways {
  return {
    irq: new Set(ways.flatMap(({ irq }) => [...irq])),
    bh: new Set(ways.flatMap(({ bh }) => [...bh])),
  };
}

function isOnly(known: ReadonlySet<Known>, value: Known): boolean {
  return known.size === 1 && known.has(value);
}

function mayCome({ irq, bh }: Ways, interrupt: Interrupt): boolean {
  const may = (known: ReadonlySet<Known>): boolean => known.has('on') || known.has('?');
  return may(irq) && (interrupt === 'hardirq' || may(bh));
}
