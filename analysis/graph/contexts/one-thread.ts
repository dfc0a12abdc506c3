import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline } from '../../outline/types.js';
import { ByDistance } from '../events/by-distance.js';

/** Contexts that never run concurrently for one object. */
const SERIAL: ReadonlySet<string> = new Set(['kthread', 'work', 'timer', 'tasklet']);

/**
 * Finds functions that run only in one kernel thread, or in one work item or timer, and therefore one after another.
 */
export class OneThread {
  private readonly known = new ByDistance<FunctionRef | undefined>();
  private readonly named = new Map<FunctionRef, boolean>();

  constructor(private readonly program: Program) {}

  /**
   * The function of the thread or handler that alone leads to all of these functions; `undefined` if other paths to
   * them may exist.
   */
  common(functions: readonly FunctionRef[]): FunctionRef | undefined {
    const threads = new Set(functions.map((fn) => this.climb(fn, BOUNDS.callersForThread)));
    const [thread] = threads;
    return threads.size > 1 ? undefined : thread;
  }

  private climb(fn: FunctionRef, levels: number): FunctionRef | undefined {
    if (this.isThread(fn)) return fn;
    if (levels === 0) return undefined;
    return this.known.of(fn, levels, () => {
      let sole: FunctionRef | undefined;
      for (const caller of this.program.callers(fn)) {
        if (caller === fn) continue;
        const thread = this.climb(caller, levels - 1);
        if (thread === undefined || (sole !== undefined && thread !== sole)) return undefined;
        sole = thread;
      }
      return sole === undefined || this.isNamed(fn) ? undefined : sole;
    });
  }

  /** Whether the function is passed to an API that starts a thread. */
  isKernelThread(fn: FunctionRef): boolean {
    return this.startersOf(fn, (runsIn) => runsIn === 'kthread').length > 0;
  }

  /**
   * Whether the function is passed in one place to an API that starts a thread or registers a handler, and named
   * nowhere else.
   */
  private isThread(fn: FunctionRef): boolean {
    const { item, file } = fn;
    if (item === undefined) return false;
    const starters = this.startersOf(fn, (runsIn) => SERIAL.has(runsIn));
    if (starters.length === 0) return false;
    const files = item.isStatic ? [file] : this.program.filesIn(folderOf(file));
    const outlines = files.flatMap((one) => this.program.outline(one) ?? []);
    const isExported = !item.isStatic && outlines.some((one) => namesInMacro(one, fn.name));
    const naming = outlines.flatMap(({ functions }) =>
      functions.filter(({ references }) => references.includes(fn.name)),
    );
    const isStarted = naming[0]?.calls.some((name) => starters.includes(name)) === true;
    return !isExported && naming.length === 1 && isStarted;
  }

  private startersOf({ item }: FunctionRef, isWanted: (runsIn: string) => boolean): readonly string[] {
    if (item === undefined) return [];
    const given = item.parameters.map(({ type }) => type).join();
    return this.program.models.handlerShapes.flatMap((shape) =>
      isWanted(shape.runsIn) && item.returns === shape.returns && given === shape.parameters.join()
        ? shape.registrars
        : [],
    );
  }

  /** Whether its address is taken or it is exported, so that other code may call it. */
  private isNamed(fn: FunctionRef): boolean {
    let known = this.named.get(fn);
    if (known === undefined) this.named.set(fn, (known = this.findName(fn)));
    return known;
  }

  private findName({ name, file, item }: FunctionRef): boolean {
    const files = item?.isStatic === true ? [file] : this.program.files.keys();
    for (const path of files) {
      const outline = this.program.outline(path);
      if (outline === undefined) continue;
      if (outline.functions.some(({ references }) => references.includes(name))) return true;
      if (outline.variables.some(({ members }) => members.some(({ value }) => value === name))) return true;
      if (namesInMacro(outline, name)) return true;
    }
    return false;
  }
}

/** Whether a macro at file scope is given a name. */
function namesInMacro({ macroUses }: FileOutline, name: string): boolean {
  return macroUses.some((use) => use.arguments.includes(name));
}
