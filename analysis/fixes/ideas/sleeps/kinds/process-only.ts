import { waitRank } from '../../../../graph/orders/side.js';
import { isProcess } from '../../../../graph/contexts/contexts.js';
import type { FunctionRef } from '../../../../link/types.js';
import { ownHeaders } from '../../../moves/driver.js';
import type { FixInput } from '../../../types.js';
import { callersThrough } from '../private-callers.js';

function placeOf(file: string, name: string): string {
  return `${file}:${name}`;
}

/** Callers followed to where a taker's context is known. */
const MOST_UP = 8;

/** Why not all code that takes a lock, by its shown id and its key, may sleep; `undefined` if all may. */
export function mayNotSleep(input: FixInput, id: string, key: string): string | undefined {
  return new Takers(input, id).forbid(key);
}

class Takers {
  /** Functions that certainly sleep with the lock held, as {@link placeOf} names them. */
  private readonly sleeping: ReadonlySet<string>;

  constructor(
    private readonly input: FixInput,
    private readonly id: string,
  ) {
    const { finding, analysis } = input;
    this.sleeping = new Set(
      analysis.findings.flatMap(({ rule, confidence, locks, story: [holds] }) => {
        const isMeant = rule === finding.rule && confidence === 'high' && locks[0] === id;
        return isMeant && holds !== undefined ? [placeOf(holds.file, holds.function)] : [];
      }),
    );
  }

  forbid(key: string): string | undefined {
    const { inspection } = this.input.analysis;
    const atomic = inspection.contexts(key).find(({ context }) => !isProcess(context));
    if (atomic) return `${atomic.text}, which leads to ${this.id}`;
    const outer = inspection.orders(key).before.find(({ other }) => /spin|rwlock|rcu|seq/.test(other.kind));
    if (outer) return `${this.id} is also taken under ${outer.other.id}`;
    for (const taker of inspection.takers(key)) {
      const reason = this.sleepsToday(taker)
        ? this.mayBeCalledBack(taker)
        : this.mayBeAtomic(taker, MOST_UP, new Set());
      if (reason !== undefined) return reason;
      const leaves = this.input.analysis.summary(taker)?.exits ?? [];
      const isKept = leaves.some(({ held, released }) =>
        [...held, ...released].some((one) => one.key === key),
      );
      if (isKept) return `${taker.name}() leaves ${this.id} held, or releases it, for its callers`;
    }
    return undefined;
  }

  /** Whether the function certainly sleeps with the lock held: its callers cannot rely on a spinlock. */
  private sleepsToday({ file, name }: FunctionRef): boolean {
    return this.sleeping.has(placeOf(file, name));
  }

  /**
   * Why a function that sleeps today may still be entered where nothing sleeps: it, or what leads to it, is handed on as
   * a value to code that may call it anywhere, or stored in a table of operations with no context that is known.
   */
  private mayBeCalledBack(taker: FunctionRef): string | undefined {
    const open: (readonly [fn: FunctionRef, level: number])[] = [[taker, 0]];
    const seen = new Set([taker]);
    for (const [fn, level] of open) {
      const atomic = this.atomicEntry(fn);
      if (atomic !== undefined) return atomic;
      const through = callersThrough(this.input, fn);
      if (through === undefined)
        return `${fn.name}(), which leads to ${this.id}, is called back in an unknown context`;
      if (level === MOST_UP) continue;
      for (const caller of [...this.input.program.callers(fn), ...through]) {
        if (seen.has(caller)) continue;
        seen.add(caller);
        open.push([caller, level + 1]);
      }
    }
    return undefined;
  }

  /** Why a function is not known to run in process context only. */
  private mayBeAtomic(fn: FunctionRef, levels: number, seen: Set<FunctionRef>): string | undefined {
    if (seen.has(fn)) return undefined;
    seen.add(fn);
    const atomic = this.atomicEntry(fn);
    if (atomic !== undefined) return atomic;
    const { analysis, program } = this.input;
    const isEntered = analysis.inspection.entries(fn).some(({ confidence }) => confidence === 'high');
    const through = callersThrough(this.input, fn);
    const callers = [...program.callers(fn), ...(through ?? [])];
    const isNowhere = callers.length === 0 && !isEntered;
    if (through === undefined || isNowhere || levels === 0 || isPublic(program, fn))
      return `the callers of ${fn.name}(), which leads to ${this.id}, are not known`;
    for (const caller of callers) {
      const reason = this.mayBeAtomic(caller, levels - 1, seen);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Why code that is not visible enters a function where nothing sleeps. */
  private atomicEntry(fn: FunctionRef): string | undefined {
    for (const entry of this.input.analysis.inspection.entries(fn)) {
      if (!isProcess(entry.context)) return `${entry.text}, which leads to ${this.id}`;
      const { member } = entry;
      const operation = member && this.input.models.operation(member.record, member.field);
      if (entry.isOff === true || operation?.alsoAtomic === true)
        return `${fn.name}() may be called with interrupts off, and leads to ${this.id}`;
      const held = entry.holds?.find((id) => !this.maySleepUnder(id));
      if (held !== undefined) return `${fn.name}() is called with ${held} held, and leads to ${this.id}`;
    }
    return undefined;
  }

  private maySleepUnder(id: string): boolean {
    const { classes } = this.input.analysis.graph;
    const found = [...classes.values()].find((lock) => lock.id === id);
    return found !== undefined && waitRank(found.kind) === 2;
  }
}

/** Whether code outside of the driver may call a function: no header of the driver declares it. */
function isPublic(program: FixInput['program'], { file, name, item }: FunctionRef): boolean {
  return (
    item?.isStatic === false &&
    ![...ownHeaders(program, file)].some(
      (header) => program.outline(header)?.prototypes.some((prototype) => prototype.name === name) === true,
    )
  );
}
