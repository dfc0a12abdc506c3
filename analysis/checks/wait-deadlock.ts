import { lesser, type Confidence } from '../base/confidence.js';
import { hashText } from '../base/hash.js';
import * as t from '../effects/terms.js';
import type { Term } from '../effects/terms.js';
import type { Effects, HeldLock, LockRef } from '../effects/types.js';
import { keyOf } from '../graph/collect.js';
import { HandlerNeeds, MAX_HANDLER_CALLS, type Way } from '../graph/handler-needs.js';
import { Replayer } from '../graph/replay.js';
import { inNamesOfWaiter, Slots, unify, type Registration } from '../graph/slots.js';
import { arriving, Waits, type Waiting, type WaitPlace } from '../graph/waits.js';
import { directoryOf } from '../link/domains.js';
import type { FunctionRef } from '../link/types.js';
import { OWNED_KINDS } from '../models/kinds.js';
import type { LockKind, OtherApi } from '../models/types.js';
import { tellChain } from './chain.js';
import type { Check, CheckContext } from './check.js';
import { CompletionWaits } from './completion-wait.js';
import { locationOf, shown, siteNames, witnessId } from './story.js';
import type { Finding, StoryStep } from './types.js';

/** Kinds of which a second holder waits; of a semaphore there may be several. */
const BLOCKING = new Set<LockKind>([...OWNED_KINDS, 'bit_lock', 'semaphore']);
/** What is waited for by the object that stands for a function. */
const BY_SLOT = new Set<OtherApi['awaits']>(['work', 'timer', 'tasklet', 'irq', 'kthread', 'napi', 'other']);
/** Calls from a handler to a wait for itself. */
const MAX_SELF_CALLS = 2;

export const waitDeadlock: Check = {
  id: 'wait-deadlock',
  title: 'Code waits for something that cannot finish before it goes on',
  severity: 'error',
  *run(context) {
    const search = new Search(context);
    const total = context.collected.effects.size;
    let done = 0;
    for (const effects of context.collected.effects.values()) {
      if (effects.fn.macro === undefined && context.focus?.has(effects.fn.file) !== false)
        search.under(effects);
      yield { stage: 'check', done: ++done, total };
    }
    for (const file of context.collected.program.files.keys()) {
      if (context.focus?.has(file) === false) continue;
      search.selves(file);
      yield { stage: 'check', done, total };
    }
    return search.findings();
  },
};

/** Someone waits for a handler while holding what the handler needs; `holds` is missing where it waits for itself. */
interface Mistake {
  readonly waiting: Waiting;
  readonly registration: Registration;
  readonly slot: string;
  readonly holds?: HeldLock;
  readonly way?: Way;
  /** Both sides provably mean the same object. */
  readonly same: boolean;
}

function blockingKey(lock: LockRef): string | undefined {
  return BLOCKING.has(lock.kind) || lock.kind === 'srcu' ? keyOf(lock) : undefined;
}

function awaitsSlot(api: OtherApi): boolean {
  return api.arg !== undefined && BY_SLOT.has(api.awaits) && api.confidence !== 'low';
}

class Search {
  private readonly replayer: Replayer;
  private readonly slots: Slots;
  private readonly waits: Waits;
  private readonly selfWaits: Waits;
  private readonly needs: HandlerNeeds;
  private readonly completions: CompletionWaits;
  private readonly mistakes = new Map<string, Mistake>();
  private readonly srcu: Finding[] = [];

  constructor(private readonly context: CheckContext) {
    const { around, reach } = context;
    this.replayer = new Replayer(around);
    this.slots = new Slots(around);
    this.waits = new Waits(
      around,
      (api) =>
        awaitsSlot(api) || (api.arg !== undefined && (api.awaits === 'completion' || api.awaits === 'srcu')),
    );
    this.selfWaits = new Waits(around, (api) => awaitsSlot(api) && api.awaits !== 'kthread');
    this.needs = new HandlerNeeds(around, reach, this.replayer);
    this.completions = new CompletionWaits(context, this.replayer, this.slots);
  }

  // ---- waiting under a lock

  under(effects: Effects): void {
    for (const place of this.waits.under(effects, blockingKey)) {
      if (place.api.awaits === 'completion') this.completions.consider(place);
      else if (place.api.awaits === 'srcu') this.consider(place, (waiting) => this.srcuReader(waiting));
      else if (this.mayMatter(place)) this.consider(place, (waiting) => this.judge(waiting));
    }
  }

  private consider(place: WaitPlace, judge: (waiting: Waiting) => boolean): void {
    for (const waiting of arriving(this.replayer, place)) if (judge(waiting)) return;
  }

  /** A look at classes only: is there a handler that takes something that is held? */
  private mayMatter({ effect, api, held, steps }: WaitPlace): boolean {
    const object = effect.args[api.arg ?? -1];
    const at = steps.at(-1)?.fn;
    if (object === undefined || at === undefined) return false;
    const slot = this.slots.slotOf(object, api.awaits === 'irq', at.file);
    // A helper's parameter is bound by the path.
    if (slot === undefined) return t.rootOf(object).k === 'parameter';
    return this.slots.handlers(slot, at.file).some(({ handler }) => this.takesAny(handler, held));
  }

  private takesAny(handler: FunctionRef, held: ReadonlySet<string>): boolean {
    const classes = this.context.reach.classes(handler, MAX_HANDLER_CALLS);
    for (const key of held) if (classes.has(key)) return true;
    return false;
  }

  private *registrations(waiting: Waiting): Generator<{ slot: string; registration: Registration }> {
    const isIrq = waiting.api.awaits === 'irq';
    const slot = this.slots.slotOf(waiting.object, isIrq, waiting.root.file);
    if (slot === undefined) return;
    for (const registration of this.slots.handlers(slot, waiting.root.file)) yield { slot, registration };
  }

  private judge(waiting: Waiting): boolean {
    let found = false;
    const { held } = waiting.arrived;
    for (const { slot, registration } of this.registrations(waiting)) {
      if (registration.handler === waiting.root) continue;
      // What the callee took itself is the callee's own mistake.
      for (const holds of held.filter((lock) => lock.site.fn === waiting.root)) {
        const key = blockingKey(holds);
        if (key === undefined || holds.kind === 'srcu') continue;
        const ways = this.needs.ways(registration.handler, key);
        const [first] = ways;
        if (first === undefined) continue;
        const exact = ways.find(
          ({ lock }) => this.bound(lock.term, registration, waiting).key === holds.term.key,
        );
        this.note({ waiting, registration, slot, holds, way: exact ?? first, same: exact !== undefined });
        found = true;
      }
    }
    return found;
  }

  /** A term of a handler in the names of who waits for it. */
  private bound(term: Term, registration: Registration, waiting: Waiting): Term {
    return inNamesOfWaiter(this.context.around, registration, waiting.object, givenTo(waiting), term);
  }

  private note(mistake: Mistake): void {
    const { waiting, registration, slot, holds } = mistake;
    const id = [
      'wait-deadlock',
      waiting.root.file,
      waiting.root.name,
      holds === undefined ? 'self' : (keyOf(holds) ?? ''),
      slot,
      registration.handler.name,
    ].join('\n');
    const known = this.mistakes.get(id);
    if (known === undefined || (!known.same && mistake.same)) this.mistakes.set(id, mistake);
  }

  /** synchronize_srcu() inside a reader of the same domain waits for that reader. */
  private srcuReader(waiting: Waiting): boolean {
    const object = t.deref(waiting.object);
    const holds = waiting.arrived.held.find(
      (lock) => lock.kind === 'srcu' && lock.term.key === object.key && lock.site.fn === waiting.root,
    );
    const key = holds && keyOf(holds);
    if (holds === undefined || key === undefined) return false;
    const { classes } = this.context.around;
    const name = shown(classes, key);
    const { root, steps, arrived, effect } = waiting;
    this.srcu.push({
      id: hashText(['wait-deadlock', root.file, root.name, key, 'srcu'].join('\n')),
      rule: 'wait-deadlock',
      severity: 'error',
      confidence: !holds.certain ? 'low' : steps.length > 2 ? 'medium' : 'high',
      message: `${effect.api}() waits for readers of ${name}, and ${root.name}() is one`,
      at: locationOf(steps[0] ?? effect.site),
      locks: [name],
      story: tellChain(classes, steps, `waits for all readers of ${name}`, 0, arrived.held, [holds]),
      assumes: [{ reason: 'same-instance', text: `both mean the same ${name}` }],
      witnesses: [witnessId(['wait-deadlock', key, ...siteNames(steps)])],
      evidence: [],
      fixes: [],
    });
    return true;
  }

  // ---- waiting for oneself

  selves(file: string): void {
    const directory = directoryOf(file);
    const { program } = this.context.collected;
    const names = this.slots.candidates(directory);
    if (names.size === 0) return;
    for (const index of program.outline(file)?.functions.keys() ?? []) {
      const fn = program.functionAt(file, index);
      if (fn === undefined || !names.has(fn.name)) continue;
      for (let calls = 0; calls <= MAX_SELF_CALLS; calls++) this.selfWait(fn, calls);
    }
  }

  private selfWait(root: FunctionRef, calls: number): void {
    for (const { tail, effect, api } of this.selfWaits.tails(root, calls, [])) {
      const waiter = tail.at(-1)?.fn ?? root;
      const object = effect.args[api.arg ?? -1];
      const slot = object && this.slots.slotOf(object, api.awaits === 'irq', waiter.file);
      if (slot === undefined && (object === undefined || t.rootOf(object).k !== 'parameter')) continue;
      if (slot !== undefined && !this.isHandlerOf(root, slot)) continue;
      const place = { root, steps: tail, effect, api, held: new Set<string>() };
      this.consider(place, (waiting) => this.judgeSelf(waiting));
    }
  }

  private isHandlerOf(fn: FunctionRef, slot: string): boolean {
    return this.slots.handlers(slot, fn.file).some(({ handler }) => handler === fn);
  }

  private judgeSelf(waiting: Waiting): boolean {
    // Who compares the object with what is running knows what it does.
    for (const { term } of waiting.arrived.facts.known())
      if (t.someTerm(term, (part) => part.key === waiting.object.key)) return false;
    for (const { slot, registration } of this.registrations(waiting)) {
      if (registration.handler !== waiting.root) continue;
      this.note({ waiting, registration, slot, same: this.isOwn(waiting, registration) });
      return true;
    }
    return false;
  }

  /** The object waited for is the very one the handler was called for. */
  private isOwn(waiting: Waiting, registration: Registration): boolean {
    const { object } = waiting;
    if (t.rootOf(object).k === 'global') return true;
    if (registration.isIrq) {
      const { data } = registration;
      const translate = unify(registration.object, object);
      const told = givenTo(waiting) ?? (data && translate && t.rebuild(data, translate));
      return told?.k === 'parameter' && told.index === 1;
    }
    // Seen from the handler's own object, the object waited for must be that object.
    const root = t.opaque('self', t.rootOf(object).type);
    const seen = bodyOf(object, root);
    return (
      seen !== undefined && this.bound(object, registration, { ...waiting, object: seen }).key === seen.key
    );
  }

  // ---- what is told

  findings(): readonly Finding[] {
    const out: Finding[] = [...this.srcu, ...this.completions.findings()];
    for (const [id, mistake] of this.mistakes) out.push(this.report(id, mistake));
    return out;
  }

  private report(id: string, mistake: Mistake): Finding {
    const { waiting, registration, slot, holds, way } = mistake;
    const { classes } = this.context.around;
    const { root, steps, effect, arrived } = waiting;
    const handler = `${registration.handler.name}()`;
    const key = holds && keyOf(holds);
    const lock = key === undefined ? undefined : shown(classes, key);
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const first = steps[0] ?? effect.site;
    const registered: StoryStep = {
      path: lock === undefined ? 0 : 1,
      ...registration.at,
      function: registration.by,
      text: `${registration.api}() makes ${handler} the handler of ${shown(classes, slot.replace(/^irq /, ''))}`,
      held: [],
    };
    const waits = tellChain(
      classes,
      steps,
      lock === undefined ? `waits for ${handler}, which is running` : `waits for ${handler} to finish`,
      0,
      arrived.held,
      holds === undefined ? [] : [holds],
    );
    return {
      id: hashText(id),
      rule: 'wait-deadlock',
      severity: 'error',
      confidence: this.confidence(mistake),
      message:
        lock === undefined
          ? `${handler} waits for itself: it calls ${effect.api}()${through}`
          : `waits for ${handler} with ${effect.api}()${through} while holding ${lock}, which ${handler} takes`,
      at: locationOf(first),
      locks: lock === undefined ? [] : [lock],
      story:
        lock === undefined
          ? [registered, ...waits]
          : [...waits, registered, ...tellChain(classes, way?.steps ?? [], `takes ${lock}`, 1)],
      assumes: [
        { reason: 'handler-runs', text: `${handler} may be running when ${effect.api}() is called` },
        ...(mistake.same
          ? []
          : [{ reason: 'same-instance', text: `${root.name}() and ${handler} mean the same object` }]),
      ],
      witnesses: [
        witnessId(['wait-deadlock', slot, key ?? '', registration.handler.name, ...siteNames(steps)]),
      ],
      evidence: [],
      fixes: [],
    };
  }

  private confidence({ waiting, holds, way, same, slot }: Mistake): Confidence {
    const { classes } = this.context.around;
    let confidence: Confidence = waiting.api.confidence ?? 'high';
    if (!same) confidence = lesser(confidence, 'medium');
    if (waiting.steps.length > 2 || isConditional(waiting, holds === undefined))
      confidence = lesser(confidence, 'medium');
    if ((way?.steps.length ?? 0) > 2) confidence = lesser(confidence, 'medium');
    if (holds !== undefined) {
      if (!holds.certain || classes.info(keyOf(holds) ?? '')?.generic === true) confidence = 'low';
      if (holds.mode === 'read' && way?.lock.mode === 'read') confidence = 'low';
      if (holds.kind === 'semaphore') confidence = lesser(confidence, 'medium');
    }
    if (classes.info(slot)?.generic === true) confidence = lesser(confidence, 'medium');
    return confidence;
  }
}

/** What free_irq() and its kin say beside the number: the handler's own argument. */
function givenTo({ api, arrived }: Waiting): Term | undefined {
  return api.awaits === 'irq' && arrived.args.length > (api.arg ?? 0) + 1 ? arrived.args.at(-1) : undefined;
}

/**
 * The callee decides by what it asks others whether to wait: its callers may know the answer. One that waits for its
 * own caller's handler knows by some state when not to.
 */
function isConditional({ steps, arrived }: Waiting, isSelf: boolean): boolean {
  const callee = steps.length > 1 ? steps.at(-1)?.fn : undefined;
  if (callee === undefined) return false;
  const own = `!${callee.file}:${callee.name}:`;
  for (const { term } of arrived.facts.known()) {
    const decides = (part: Term): boolean =>
      (part.k === 'result' && part.key.startsWith(own)) || (isSelf && part.k === 'field');
    if (t.someTerm(term, decides)) return true;
  }
  return false;
}

/** The same object below another root: `(*x).work` for a handler's `container(p0)->work`. */
function bodyOf(object: Term, root: Term): Term | undefined {
  const at = object.k === 'address' ? object.base : undefined;
  let holder: Term | undefined = at;
  const names: { name: string; type: string }[] = [];
  while (holder?.k === 'field') {
    names.unshift({ name: holder.name, type: holder.type });
    holder = holder.base;
  }
  if (holder === undefined) return object.k === 'parameter' ? root : undefined;
  let made: Term = t.withType(t.deref(root), holder.type);
  for (const { name, type } of names) made = t.field(made, name, type);
  return t.address(made);
}
