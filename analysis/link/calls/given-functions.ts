import { BOUNDS } from '../../base/bounds.js';
import { mayPointToFunction } from '../../base/ctype.js';
import { parameterIn } from '../../outline/stored-values.js';
import type { FileOutline } from '../../outline/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { plainExpr } from '../../skeleton/expressions/root.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';
import type { LinkedFile } from '../files/files.js';
import type { FunctionRef, Program } from '../types.js';
import { addTo, namesInRows, type GivenBy } from './fillings.js';

/**
 * The functions that callers pass to a function which stores its parameter: `set_handler(dev, fn)`. A caller whose body
 * is not known yet is demanded.
 */
export class GivenFunctions {
  /** Slots that depend on the callers of a function, by its name. */
  private readonly bySetter = new Map<string, Set<string>>();
  /** Slots that depend on callers in a file, by path. */
  private readonly byFile = new Map<string, Set<string>>();
  /** Slots whose functions callers without a skeleton may add to. */
  private readonly awaited = new Map<FunctionRef['id'], Set<string>>();

  constructor(private readonly program: Program) {}

  /** What a function in a file stores, if it is one of its parameters. */
  by(value: string, file: string, at: number): GivenBy | undefined {
    const index = parameterIn(value);
    if (index === undefined) return undefined;
    const setter = this.program.functionAt(file, at);
    return setter && { setter, index };
  }

  /** The functions that reach the slot `key` like that; none if there are too many callers to tell them apart. */
  functions(key: string, { setter, index }: GivenBy): readonly FunctionRef[] {
    const { program } = this;
    addTo(this.bySetter, setter.name, key);
    const callers = program.callers(setter);
    if (callers.length > BOUNDS.callersOfSetter) return [];
    const found: FunctionRef[] = [];
    for (const caller of callers) {
      addTo(this.byFile, caller.file, key);
      const skeleton = program.skeleton(caller);
      if (skeleton === undefined) {
        addTo(this.awaited, caller.id, key);
        program.demand(caller, 'path');
        continue;
      }
      for (const event of eventsOf(skeleton)) {
        if (event.k !== 'call' || event.callee !== setter.name) continue;
        const given = event.args[index];
        const name = given === undefined ? undefined : functionName(skeleton, given);
        if (name !== undefined) found.push(...program.resolveCall(name, caller.file));
      }
    }
    return found.filter((fn) => fn.item !== undefined);
  }

  /** The slots that depend on the body of a function which has arrived. */
  arrived(fn: FunctionRef): readonly string[] {
    const keys = [...(this.awaited.get(fn.id) ?? [])];
    this.awaited.delete(fn.id);
    return keys;
  }

  /** The slots that functions of a file reach by calls, or reached before it changed. */
  inFile({ path, summary }: LinkedFile): ReadonlySet<string> {
    const found = new Set<string>();
    if (this.bySetter.size === 0) return found;
    for (const key of this.byFile.get(path) ?? []) found.add(key);
    this.byFile.delete(path);
    for (const { calls } of summary.outline.functions)
      for (const name of calls) for (const key of this.bySetter.get(name) ?? []) found.add(key);
    return found;
  }

  forget(): void {
    this.bySetter.clear();
    this.byFile.clear();
    this.awaited.clear();
  }
}

/** The index of the parameter that a value is, if it may be a function. */
export function functionParameter(skeleton: Skeleton, id: ExprId): number | undefined {
  const expr = plainExpr(skeleton, id);
  const type = expr?.k === 'parameter' ? skeleton.parameters[expr.index]?.type : undefined;
  return expr?.k === 'parameter' && type !== undefined && mayPointToFunction(type) ? expr.index : undefined;
}

/** The function that a value names. */
function functionName(skeleton: Skeleton, id: ExprId): string | undefined {
  const expr = plainExpr(skeleton, id);
  return expr?.k === 'global' ? expr.name : undefined;
}

/** The functions that a value may be: the one that it names, or those of an array of its file: `kinds[i]`, `kinds[i].run`. */
export function functionNames(
  skeleton: Skeleton,
  id: ExprId,
  outline: FileOutline | undefined,
): readonly string[] {
  const name = functionName(skeleton, id);
  if (name !== undefined) return [name];
  const path: string[] = [];
  let expr = plainExpr(skeleton, id);
  for (; expr?.k === 'field'; expr = skeleton.exprs[expr.base]) path.unshift(expr.name);
  const array = expr?.k === 'index' ? skeleton.exprs[expr.base] : undefined;
  return array?.k === 'global' ? namesInRows(outline, array.name, path.join('.')) : [];
}
