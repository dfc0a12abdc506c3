import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import { calledBy } from '../../callgraph/conditions.js';
import { isOutlinedBeside } from '../../graph/paths/demand-pointers.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { callsIn } from '../../summaries/interpret/accessors.js';
import type { Finding, StoryStep } from '../types.js';

/**
 * Demands the bodies that the findings of one run depend on and that are known by their outlines only: those that register
 * the handlers of a story, and those whose answers decide which way its functions go.
 */
export class NeededBodies {
  /** By folder of a story, then function: most calls below it that were looked at. Stories share their functions. */
  private readonly looked = new Map<string, Map<FunctionRef, number>>();

  constructor(private readonly program: Program) {}

  demand({ story }: Finding): void {
    for (const step of story) {
      const functions = this.functionsNamed(step);
      if (step.entry !== undefined) for (const fn of functions) this.demandRegistration(fn, step);
      for (const fn of functions) this.demandAnswers(fn, fn, BOUNDS.callsForAnswer);
    }
  }

  /** The call that registers a handler is a place in a body. */
  private demandRegistration(fn: FunctionRef, { line }: StoryStep): void {
    // A function that names no other is the handler itself.
    if (fn.item?.nameSpan.line === line && fn.item.references.length > 0) this.program.demand(fn, 'path');
  }

  /** The functions of this name in the file of a step: arms of an `#if` may define several. */
  private functionsNamed({ file, function: wanted }: StoryStep): readonly FunctionRef[] {
    const functions = this.program.outline(file)?.functions ?? [];
    return functions.flatMap(({ name }, index) => {
      const fn = name === wanted ? this.program.functionAt(file, index) : undefined;
      return fn === undefined ? [] : [fn];
    });
  }

  /**
   * Demands the functions of the folder whose answers a function uses, and those whose answers these use. A helper that
   * always fails, or never does, leaves fewer ways.
   */
  private demandAnswers(fn: FunctionRef, told: FunctionRef, calls: number): void {
    const { program } = this;
    const skeleton = program.skeleton(fn);
    const looked = this.lookedIn(told);
    if (skeleton === undefined || calls <= (looked.get(fn) ?? 0)) return;
    looked.set(fn, calls);
    const isOutlined = isOutlinedBeside(program, told);
    for (const [name, isUsed] of callsIn(skeleton)) {
      const [target, ...others] = isUsed ? calledBy(fn, name, program) : [];
      if (target?.item === undefined || others.length > 0 || target === fn) continue;
      if (isOutlined(target)) program.demand(target, 'path');
      else this.demandAnswers(target, told, calls - 1);
    }
  }

  private lookedIn({ file }: FunctionRef): Map<FunctionRef, number> {
    const folder = folderOf(file);
    const looked = this.looked.get(folder) ?? new Map<FunctionRef, number>();
    this.looked.set(folder, looked);
    return looked;
  }
}
