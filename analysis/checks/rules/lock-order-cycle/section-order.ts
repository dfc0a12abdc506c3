import { subclassOf } from '../../../base/subclass.js';
import { BOUNDS } from '../../../base/bounds.js';
import type { Progress } from '../../../base/progress.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import type { HeldLock, LockRef, Site } from '../../../summaries/state/types.js';
import { givenByAll, KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { enteredUnder, type EnteredUnder } from '../../../graph/contexts/entered-under.js';
import { HandlerNeeds } from '../../../graph/waits/handler-needs.js';
import { sameness, type Sameness } from '../../../graph/events/instances.js';
import { isOnlyInstance } from '../../../graph/feasibility/only-instance.js';
import { classesByObject } from '../../../graph/events/lock-names.js';
import { isPlainPath } from '../../../graph/feasibility/only-way.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { arePassedOn, SectionsTaken, type SectionPlace } from '../../../graph/events/sections-taken.js';
import { folderOf } from '../../../base/paths.js';
import * as t from '../../../summaries/locks/terms.js';
import { conditionAbove } from '../../../skeleton/lowering/deciding.js';
import type { BinaryOperator } from '../../../skeleton/types.js';
import type { Program } from '../../../link/types.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { cycleId } from '../../story/cycle-id.js';
import { locationOf, shown, siteNames, spoken, tellDependency, witnessId } from '../../story/story.js';
import { arePinned, isByState, isOfUnused } from '../../../graph/waits/unused-objects.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding, StoryStep } from '../../types.js';
import { ownerOf } from './pair-order.js';

/** A lock taken inside a section, by a function entered under it or by code that calls into it by name. */
interface Inner {
  readonly section: string;
  readonly lock: LockRef;
  readonly steps: readonly Site[];
  /** The op table member that is called inside the section; `undefined` if the code enters the section itself. */
  readonly entered: EnteredUnder | undefined;
  readonly held: readonly HeldLock[];
  /** Taken only in some state of the object, which may be one that the section does not meet. */
  readonly isOfState?: boolean;
  /** A further lock taken under `lock`. */
  readonly link?: Dependency;
}

interface Best {
  readonly section: string;
  readonly key: string;
  readonly place: SectionPlace;
  readonly arrived: Arrived;
  readonly holds: HeldLock;
  readonly inner: Inner;
  readonly confidence: Confidence;
}

/**
 * Reports cycles through a lock that no call names. An access to user memory may fault and take mmap_lock, under which
 * mmap(), fault handlers and vm_operations run. An allocation may enter reclaim, under which shrinkers run.
 */
export function* sectionOrder(
  context: CheckContext,
  turns: Turns,
  isReported: (one: string, other: string) => boolean,
): Generator<Progress, readonly Finding[]> {
  yield* context.prepareContexts();
  const search = new SectionSearch(context);
  const total = context.collected.summaries.size;
  let done = 0;
  for (const summary of context.focused()) {
    done++;
    if (!turns.has(summary.fn)) continue;
    search.look(summary);
    yield { stage: 'check', done, total };
  }
  return search.findings(isReported);
}

/** Whether the last call of a path, in another file than the one where it begins, happens only for some size of a number. */
function isForSize(program: Program, last: Site | undefined, file: string): boolean {
  if (last === undefined || last.fn.file === file) return false;
  const skeleton = program.skeleton(last.fn);
  if (skeleton === undefined) return false;
  const asked = skeleton.exprs[conditionAbove(skeleton, last.event) ?? -1];
  return asked?.k === 'binary' && SIZES.includes(asked.op);
}

const SIZES: readonly BinaryOperator[] = ['<', '<=', '>', '>='];

class SectionSearch {
  private readonly taken: SectionsTaken;
  private readonly callers: KnownCallers;
  private readonly needs: HandlerNeeds;
  /** By section, then by the class taken inside it. */
  private readonly inner = new Map<string, Map<string, readonly EnteredUnder[]>>();
  private readonly wanted = new Set<string>();
  /** Places that only declare that reclaim may take a class. */
  private readonly said = new Map<string, Inner>();
  private readonly between = new Map<string, readonly string[]>();
  private readonly best = new Map<string, Best>();
  private readonly byObject: ReadonlySet<string>;

  constructor(private readonly context: CheckContext) {
    const { around, acquiredWithin, proofs, collected } = context;
    this.byObject = classesByObject(around.program, around.classes);
    this.taken = new SectionsTaken(around);
    this.callers = new KnownCallers(collected);
    this.needs = new HandlerNeeds(around, acquiredWithin, proofs);
    for (const entered of enteredUnder(collected, context.contexts())) {
      const section = around.classes.named(entered.section, 'section', entered.fn.file);
      for (const key of acquiredWithin.classes(entered.fn, BOUNDS.callsInHandler))
        this.note(section, key, entered);
    }
    const key = around.classes.named(around.models.reclaimClass, 'section', '');
    for (const { fn, uses } of collected.summaries.values()) {
      for (const { k, lock, site, locksets } of uses) {
        const to = keyOf(lock);
        if (k !== 'might-acquire' || to === undefined || to === key || site.fn !== fn) continue;
        if (!locksets.some(({ held }) => held.some((one) => keyOf(one) === key))) continue;
        this.note(key, to, undefined);
        this.said.set(to, { section: key, lock, steps: [site], entered: undefined, held: [] });
      }
    }
    for (const source of collected.sources.get(key) ?? []) {
      const below =
        source.k === 'acquire'
          ? [keyOf(source.acquire.lock)]
          : acquiredWithin.classes(source.target, BOUNDS.callsInHandler);
      for (const one of below) if (one !== undefined) this.note(key, one, undefined);
    }
    for (const [section, byKey] of this.inner) {
      for (const key of byKey.keys()) {
        this.wanted.add(key);
        if (byKey.size > BOUNDS.locksBetween) continue;
        for (const further of this.takenUnder(key)) {
          if (further === section || byKey.has(further)) continue;
          this.between.set(`${section}\n${further}`, [
            ...(this.between.get(`${section}\n${further}`) ?? []),
            key,
          ]);
          this.wanted.add(further);
        }
      }
    }
  }

  private note(section: string, key: string, entered: EnteredUnder | undefined): void {
    if (key === section || this.context.around.classes.info(key)?.generic === true) return;
    const byKey = this.inner.get(section) ?? new Map<string, readonly EnteredUnder[]>();
    this.inner.set(section, byKey);
    byKey.set(key, [...(byKey.get(key) ?? []), ...(entered === undefined ? [] : [entered])]);
  }

  /** Classes that some function takes directly while it holds this class. */
  private takenUnder(key: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const source of this.context.collected.sources.get(key) ?? []) {
      const to = source.k === 'acquire' ? keyOf(source.acquire.lock) : undefined;
      if (to !== undefined && to !== key) found.add(to);
    }
    return found;
  }

  look(summary: Parameters<SectionsTaken['of']>[0]): void {
    if (this.wanted.size === 0) return;
    for (const place of this.taken.under(summary, this.wanted)) {
      const byKey = this.inner.get(place.taken.key);
      if (byKey === undefined) continue;
      for (const key of place.held)
        if (byKey.has(key) || this.between.has(`${place.taken.key}\n${key}`)) this.consider(place, key);
    }
  }

  private consider(place: SectionPlace, key: string): void {
    const section = place.taken.key;
    const id = `${section}\n${key}`;
    const known = this.best.get(id);
    if (known?.confidence === 'high' && known.place.steps.length <= place.steps.length) return;
    const at = place.steps.at(-1)?.fn.file ?? '';
    let isPassedOn = false;
    for (const arrived of this.context.proofs.arrive(place.steps)) {
      if (!this.taken.isEntered(place.taken, arrived.args, arrived.context, at)) {
        isPassedOn ||= arePassedOn(arrived.args[place.taken.flagsArg ?? -1]);
        continue;
      }
      const holds = arrived.held.find((lock) => keyOf(lock) === key && lock.site.fn === place.root);
      if (holds === undefined || arrived.held.some((lock) => keyOf(lock) === place.taken.key)) continue;
      for (const inner of this.innerOf(section, key)) {
        const confidence = this.confidence(place, arrived, holds, inner);
        const best = this.best.get(id);
        if (confidence === undefined) continue;
        const now: Best = { section, key, place, arrived, holds, inner, confidence };
        if (best === undefined || isBetter(now, best)) this.best.set(id, now);
      }
    }
    if (isPassedOn) for (const from of this.taken.fromCallers(place)) this.consider(from, key);
  }

  /** Witnesses for `key` taken inside a section. */
  private *innerOf(section: string, key: string): Generator<Inner> {
    yield* this.direct(section, key);
    for (const first of this.between.get(`${section}\n${key}`) ?? []) {
      const [link] = this.context.finder.find(first, key).filter(({ holds }) => holds.certain);
      if (link === undefined) continue;
      for (const inner of this.direct(section, first)) yield { ...inner, link };
    }
  }

  private *direct(section: string, key: string): Generator<Inner> {
    const { around, proofs, finder } = this.context;
    for (const entered of this.inner.get(section)?.get(key) ?? []) {
      if (arePinned(around.program, entered.operation, entered.fn)) continue;
      for (const way of this.needs.ways(entered.fn, key)) {
        const { steps, lock } = way;
        if (way.isForLast || way.isSelected || isOfUnused(entered.operation, way)) continue;
        const held = proofs.replay(steps)[0]?.held ?? [];
        const isOfState = isByState(around.models, entered.operation, way);
        yield { section, lock, steps, entered, held, isOfState };
      }
    }
    for (const { lock, steps, held, holds } of finder.find(section, key))
      if (holds.certain) yield { section, lock, steps, entered: undefined, held };
    const said = this.said.get(key);
    if (said?.section === section) yield said;
  }

  /** `undefined` if the cycle is infeasible. */
  private confidence(
    { root, steps, taken }: SectionPlace,
    arrived: Arrived,
    holds: HeldLock,
    { lock, steps: inner, held, entered, isOfState, link }: Inner,
  ): Confidence | undefined {
    const { around, proofs } = this.context;
    const outer = new Set(arrived.held.map((one) => keyOf(one)));
    // Both sides hold a common lock.
    if (held.some((one) => keyOf(one) !== taken.key && one !== holds && outer.has(keyOf(one) ?? '')))
      return undefined;
    // Each object has a lock of its own, and none that is mapped gets here.
    const unmapped = around.models.lockApi(taken.api)?.ofUnmapped;
    if (unmapped !== undefined && isIn(holds.term, unmapped)) return undefined;
    let confidence: Confidence = 'high';
    if (!holds.certain || isOfState === true) confidence = 'low';
    if (holds.mode === 'read' && lock.mode === 'read' && taken.flagsArg === undefined)
      confidence = lesser(confidence, 'medium');
    const isPlain = inner.length <= 2 && isPlainPath(proofs, steps, arrived.facts);
    if (steps.length + inner.length > 4 && !isPlain) confidence = lesser(confidence, 'medium');
    if (steps.length + inner.length > BOUNDS.callsSameObject) confidence = 'low';
    // A helper of another file may allocate only what does not fit, such as a message longer than its buffer. Mostly, it fits.
    if (taken.flagsArg !== undefined && isForSize(around.program, steps.at(-1), root.file))
      confidence = 'low';
    const place = entered?.fn ?? inner[0]?.fn;
    if (place === undefined || folderOf(place.file) !== folderOf(root.file))
      confidence = lesser(confidence, 'medium');
    const between = link === undefined ? undefined : this.sameLock(link.holds, lock, link.root.file);
    const at = link?.root.file ?? place?.file ?? '';
    const isSame = (one: LockRef): Sameness => this.sameLock(one, link?.lock ?? lock, at);
    const said = isSame(holds);
    // Every caller may pass the variable that the other side names.
    const same =
      said === 'other' ? isSame({ ...holds, term: givenByAll(this.callers, root, holds.term) }) : said;
    if (same === 'other' || between === 'other') confidence = lesser(confidence, 'medium');
    if (link !== undefined && (link.calls > 0 || folderOf(link.root.file) !== folderOf(root.file)))
      confidence = lesser(confidence, 'medium');
    const { info } = { info: around.classes.info(keyOf(holds) ?? '') };
    if (info?.generic === true || subclassOf(keyOf(holds) ?? '') !== '') confidence = 'low';
    // The object's role decides whether its operation can run under the section: memory of a process is not mapped.
    if (this.byObject.has(keyOf(holds) ?? '')) confidence = 'low';
    return confidence;
  }

  /** Whether two locks of a class are the same one. Equal names in two unrelated functions are weak evidence. */
  private sameLock(one: LockRef, other: LockRef, file: string): Sameness {
    const { program, classes } = this.context.around;
    const declared = classes.info(keyOf(one) ?? '')?.declaredAt?.file;
    const found = sameness(one.term, other.term, (root) => root.k !== 'global');
    if (found === 'same') return found;
    if (declared === undefined) return 'other';
    if (found === 'other')
      return isOnlyInstance(program, one.term, other.term, declared) ? 'probable' : found;
    return folderOf(declared) === folderOf(file) ? 'probable' : 'other';
  }

  // ---- report

  findings(isReported: (one: string, other: string) => boolean): readonly Finding[] {
    const out: Finding[] = [];
    for (const best of this.best.values())
      if (!isReported(best.section, best.key)) out.push(this.report(best));
    return out;
  }

  private report({ section, key, place, arrived, holds, inner, confidence }: Best): Finding {
    const { classes } = this.context.around;
    const { steps, taken, root, above = 0 } = place;
    const lock = shown(classes, key);
    const name = spoken(classes, section);
    const first = spoken(classes, inner.link?.from ?? key);
    const through = steps.length > above + 1 ? ` through ${steps[above + 1]?.fn.name ?? ''}()` : '';
    const does = taken.how === 'waits' ? 'waits for' : `${taken.how} and take`;
    const under = inner.entered === undefined ? 'under it' : `as ${inner.entered.member}, under it`;
    const taker = `${inner.entered?.fn.name ?? inner.steps[0]?.fn.name ?? ''}()`;
    const rest =
      inner.link === undefined
        ? `${taker} takes that lock ${under}`
        : `${taker} takes ${first} ${under}, and ${inner.link.root.name}() takes that lock under ${first}`;
    const entry = inner.entered === undefined ? [] : [this.tellEntry(inner.entered, name)];
    return {
      id: cycleId(inner.link === undefined ? [section, key] : [section, inner.link.from, key]),
      rule: 'lock-order-cycle',
      severity: 'error',
      confidence,
      message: `${taken.api}()${through} ${does} ${name} while holding ${lock}; ${rest}`,
      at: locationOf(steps[above] ?? taken.site),
      locks: [
        ...new Set([name, lock, ...(inner.link === undefined ? [] : [shown(classes, inner.link.from)])]),
      ],
      story: [
        ...tellChain(classes, steps, `${does} ${name}`, 0, { held: arrived.held, told: [holds] }),
        ...entry,
        ...tellChain(classes, inner.steps, `takes ${first} under ${name}`, 1),
        ...(inner.link === undefined ? [] : tellDependency(classes, inner.link, 2)),
      ],
      assumes: [
        {
          reason: 'same-instance',
          text:
            taken.flagsArg === undefined
              ? 'both refer to the memory of one process'
              : `reclaim reaches ${taker}`,
        },
        ...(t.rootOf(holds.term).k === 'global'
          ? []
          : [{ reason: 'same-instance', text: `${root.name}() and ${taker} refer to the same ${lock}` }]),
      ],
      witnesses: [
        witnessId(['lock-order-cycle', section, key, ...siteNames(steps), ...siteNames(inner.steps)]),
      ],
      evidence: [],
      fixes: [],
    };
  }

  private tellEntry({ fn, member }: EnteredUnder, section: string): StoryStep {
    const { item } = fn;
    const span = item?.nameSpan ?? { line: fn.line, column: 1, endLine: fn.line, endColumn: 1 };
    const text = `${fn.name}() is ${member}: its callers hold ${section}`;
    return {
      path: 1,
      file: fn.file,
      ...span,
      function: fn.name,
      text,
      held: [section],
      named: [section],
      entry: 'called',
    };
  }
}

/** Whether a witness is believed more than another, or as much and is shorter. */
function isBetter(now: Best, best: Best): boolean {
  if (now.confidence !== best.confidence) return lesser(best.confidence, now.confidence) === best.confidence;
  const length = ({ place, inner }: Best): number => place.steps.length + inner.steps.length;
  return length(now) < length(best);
}

/** Whether a lock is in an object of a type, or in one that contains an object of the type and is known by it. */
function isIn(lock: t.Term, type: string): boolean {
  const pointer = ownerOf(lock);
  const known = pointer?.k === 'container' ? pointer.base : pointer;
  return known !== undefined && known.type === `${type}*`;
}
