import { filesWithOwnKey } from '../../../graph/events/lock-names.js';
import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { folderOf } from '../../../base/paths.js';
import { isProcess } from '../../../graph/contexts/contexts.js';
import { memberStores } from '../../../skeleton/lowering/events.js';
import { areBehindOtherMembers, differ, mayBeOtherElements } from '../../../graph/events/members.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import { Apart } from '../../../graph/feasibility/apart.js';
import { areLinked } from '../../../graph/feasibility/linked-files.js';
import { areOfOneDriver } from '../../../link/files/one-driver.js';
import type { Interrupt } from '../../../graph/interrupts/reached.js';
import type { ProvenUse, Usage } from '../../../graph/interrupts/usage.js';
import type { CheckContext } from '../../engine/check.js';
import { changesOf, goesByFields, isDecidedByNumber } from '../../story/path-conditions.js';
import { isLineOff } from './line-off.js';
import type { HandlerLife } from './handler-life.js';

/** Whether the two sides name different members of an object or different elements of an array. */
export function areOtherLocks(inner: ProvenUse, outer: ProvenUse): boolean {
  const [one, other] = [inner.arrived.lock?.term, outer.arrived.lock?.term];
  return one !== undefined && other !== undefined && differ(one, other);
}

/** A handler that takes a lock, and code that it may interrupt with the lock held. */
export interface InvertedUses {
  /** In the handler. */
  readonly inner: ProvenUse;
  /** In the code that is interrupted. */
  readonly outer: ProvenUse;
  readonly confidence: Confidence;
}

/** How certain it is that a handler (`inner`) fires where its lock is held with interrupts on (`outer`). */
export class InversionConfidence {
  private readonly drivers: Apart;
  private keyed: ReturnType<typeof filesWithOwnKey> | undefined;

  constructor(
    private readonly context: CheckContext,
    private readonly usage: Usage,
    private readonly life: HandlerLife,
  ) {
    this.drivers = new Apart(context.around);
  }

  of(key: string, interrupt: Interrupt, handler: ProvenUse, interrupted: ProvenUse): Confidence {
    const [inner, outer] = [this.direct(handler), this.direct(interrupted)];
    let confidence: Confidence = 'high';
    if (this.isShared(key) && !this.isSetThere(inner, outer)) return 'low';
    if (inner.arrived.lock?.key === undefined || outer.arrived.lock?.key === undefined) return 'low';
    if (this.haveOtherKeys(key, inner, outer)) return 'low';
    const [taken, held] = [inner.arrived.lock.term, outer.arrived.lock.term];
    if (mayBeOtherElements(taken, held) || areBehindOtherMembers(taken, held)) confidence = 'medium';
    if (outer.entry === undefined) {
      if (this.usage.reached.mayHave(outer.root, interrupt)) return 'low';
      // What leads a handler below calls to a lock that is taken with bottom halves disabled may not happen in the handler.
      const isOn =
        interrupt === 'hardirq' && inner.steps.length === 1 && this.enablesBottomHalves(interrupted);
      // What calls it mostly runs in an interrupt, or with interrupts off.
      if (!isOn) return 'low';
    }
    // That other callers may sleep keeps no interrupt from coming.
    if (inner.entry !== undefined && inner.entry.isSometimes !== true)
      confidence = lesser(confidence, inner.entry.confidence);
    if (outer.entry?.confidence !== undefined) confidence = lesser(confidence, outer.entry.confidence);
    const isFar = inner.steps.length > 3 && !this.isUnconditional(inner);
    if (isFar || outer.steps.length > 5) confidence = lesser(confidence, 'medium');
    // Each driver has its own instances of a lock that is declared elsewhere.
    if (folderOf(inner.root.file) !== folderOf(outer.root.file)) {
      if (this.isInRecord(outer.key) && this.drivers.drivers(inner.steps, outer.steps)) return 'low';
      confidence = lesser(confidence, 'medium');
    } else if (
      this.isInRecord(key) &&
      this.isOfOthers(key, inner.root.file) &&
      !areLinked(this.context.around.program, inner.steps, outer.steps)
    )
      return 'low';
    if (isLineOff(this.context.around, inner.entry, outer)) return 'low';
    if (this.life.isUnlikely(inner, outer)) return 'low';
    if (this.life.isDoubtful(inner, outer)) confidence = lesser(confidence, 'medium');
    if (
      [inner, outer].some(({ steps, arrived }) =>
        isDecidedByNumber(this.context.around.program, steps, arrived),
      )
    )
      confidence = lesser(confidence, 'medium');
    // Long call paths are rarely feasible unless nothing on them is conditional.
    if (outer.steps.length > 2 && this.isDecidedBelow(outer)) confidence = lesser(confidence, 'medium');
    // Who calls the handler by its name may have disabled its interrupt, or poll because there is none.
    if (outer.steps.some(({ fn }) => fn === inner.root)) confidence = lesser(confidence, 'medium');
    // A function that a timer and an interrupt handler share often does the same work on machines with and without the
    // interrupt.
    const shared = outer.steps.at(-1)?.fn === inner.steps.at(-1)?.fn;
    if (shared && outer.entry !== undefined && !isProcess(outer.entry.context))
      confidence = lesser(confidence, 'medium');
    return confidence;
  }

  /**
   * Whether the lock is taken by a form that disables bottom halves: its release enables them, which is a mistake with
   * interrupts off (kernel/softirq.c warns), so they are on, whoever calls the function.
   */
  private enablesBottomHalves({ steps }: ProvenUse): boolean {
    const { around } = this.context;
    const last = steps.at(-1);
    const { acquires = [] } = (last && around.summaryOf(last.fn)) ?? {};
    return acquires.some(
      ({ site, api }) => site.event === last?.event && around.models.lockApi(api)?.bh === true,
    );
  }

  /** The same use, as if the lock were taken where a function that only takes it is called. */
  private direct(use: ProvenUse): ProvenUse {
    return { ...use, steps: withoutWrappers(this.context.around, use.steps) };
  }

  /**
   * Whether the outer side makes the handler one of the object whose lock it holds: it stores the handler in a member of
   * it. Whatever other objects have such a lock, this one does.
   */
  private isSetThere({ root, entry }: ProvenUse, { steps }: ProvenUse): boolean {
    const { program } = this.context.around;
    const member = entry?.member?.field;
    return (
      member !== undefined &&
      steps.some(({ fn }) => {
        const skeleton = program.skeleton(fn);
        return [...memberStores(skeleton)].some(({ event, target }) => {
          const value = skeleton?.exprs[event.value];
          return target.name === member && value?.k === 'global' && value.name === root.name;
        });
      })
    );
  }

  /** Whether the file of one side gives its locks a key of their own, which tells them from those of the other side. */
  private haveOtherKeys(key: string, inner: ProvenUse, outer: ProvenUse): boolean {
    const { program, classes } = this.context.around;
    const files = (this.keyed ??= filesWithOwnKey(program, classes)).get(key);
    const isOf = ({ root }: ProvenUse): boolean => files?.has(root.file) === true;
    return isOf(inner) !== isOf(outer);
  }

  /** Whether the class is declared in a folder other than that of `user`. */
  isOfOthers(key: string, user: string): boolean {
    const declared = this.context.around.classes.info(key)?.declaredAt?.file;
    // A struct without a visible declaration belongs to code elsewhere.
    return declared === undefined ? this.isInRecord(key) : folderOf(declared) !== folderOf(user);
  }

  private isInRecord(key: string): boolean {
    return (this.context.around.classes.info(key)?.record ?? '') !== '';
  }

  /** Whether a handler always reaches the acquisition, in its own driver. */
  private isUnconditional({ root, steps, arrived }: ProvenUse): boolean {
    return (
      steps.every(({ fn }) => areOfOneDriver(this.context.around.program, fn.file, root.file)) &&
      this.context.proofs.learnedSince(steps, 0, arrived.facts) === 0
    );
  }

  private isDecidedBelow({ steps, arrived }: ProvenUse): boolean {
    const { proofs, around } = this.context;
    const below = steps.slice(1);
    const changes = changesOf(around.program, below, arrived);
    return (
      proofs.learnedSince(steps, 0, arrived.facts) > changes.size ||
      goesByFields(around.program, below, arrived)
    );
  }

  /** Whether the class is embedded in objects of many kinds, so that two acquisitions rarely concern one lock. */
  isShared(key: string): boolean {
    const { classes, program } = this.context.around;
    const info = classes.info(key);
    if (info === undefined) return false;
    return info.generic || (info.record !== '' && program.embedders(info.record, '') >= BOUNDS.embedders);
  }
}
