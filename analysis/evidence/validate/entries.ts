import { fieldType } from '../../link/ctypes/field-type.js';
import { makerOf } from '../../outline/made-names.js';
import { handlersOf } from '../../graph/contexts/handlers.js';
import type { FunctionRef, Program } from '../../link/types.js';
import {
  entryByContext,
  entryByField,
  entryByMacro,
  entryOfSyscall,
  type EntryPoint,
} from '../../models/entry-points.js';
import type { HandlerShape, Models } from '../../models/types.js';

/** A path from outside the kernel to a function: the entry function, its kind of entry, and the calls from there. */
export interface Entry {
  readonly fn: FunctionRef;
  readonly point: EntryPoint;
  /** Where this is known from: `.open of foo_fops`, `INIT_WORK() in foo_probe`. */
  readonly by: string;
  /** From {@link fn} down to the function in question, inclusive. */
  readonly path: readonly string[];
}

/** Bounds of the search: levels of callers, functions on the path, and entries returned. */
const MAX_LEVELS = 8;
const MAX_FUNCTIONS = 2000;
const MAX_ENTRIES = 6;

interface EntryPath {
  readonly point: EntryPoint;
  readonly by: string;
}

/** Finds how functions of a program are reached from outside. */
export class Entries {
  private readonly named = new Map<string, { readonly way: EntryPath; readonly file: string }[]>();

  constructor(
    private readonly program: Program,
    private readonly models: Models,
  ) {
    for (const [file, { outline }] of program.files) {
      for (const variable of outline.variables) {
        const record = variable.type.replace(/[*[\]]+$/, '');
        for (const { field, value } of variable.members) {
          const last = field.slice(field.lastIndexOf('.') + 1);
          const point =
            entryByField(record, last) ??
            this.nested(record, field, file) ??
            entryByMacro(variable.definedBy);
          if (point)
            this.note(
              value,
              file,
              point,
              `${last === '' ? variable.definedBy : `.${last}`} of ${variable.name}`,
            );
        }
      }
      for (const { name, arguments: given } of outline.macroUses) {
        const point = entryByMacro(name);
        for (const value of point ? given : [])
          if (point && value !== '') this.note(value, file, point, `${name}()`);
        // An attribute's functions carry its name.
        for (const suffix of point ? ['_show', '_store'] : [])
          if (point && given[0] !== undefined && given[0] !== '')
            this.note(given[0] + suffix, file, point, `${name}(${given[0]})`);
      }
      const handlers = handlersOf(outline, models);
      for (const { by, value, api } of handlers.declared) {
        if (api.runsIn !== undefined && !entryByMacro(by))
          this.note(value, file, entryByContext(api.runsIn), `${by}()`);
      }
    }
  }

  /** `.ops.open`: the member's type determines the op table. */
  private nested(record: string, field: string, file: string): EntryPoint | undefined {
    const parts = field.split('.');
    if (parts.length < 2) return undefined;
    let type = record;
    for (const part of parts.slice(0, -1)) type = fieldType(this.program, type, part, file);
    return type === '' ? undefined : entryByField(type.replace(/[*[\]]+$/, ''), parts.at(-1) ?? '');
  }

  private note(name: string, file: string, point: EntryPoint, by: string): void {
    const list = this.named.get(name);
    const entry = { way: { point, by: `${by} in ${file}` }, file };
    if (list) list.push(entry);
    else this.named.set(name, [entry]);
  }

  /** The nearest entries, each by the shortest path. */
  of(target: FunctionRef): readonly Entry[] {
    const found: Entry[] = [];
    const seen = new Set([target]);
    let rim: { readonly fn: FunctionRef; readonly path: readonly string[] }[] = [
      { fn: target, path: [target.name] },
    ];
    for (let level = 0; level <= MAX_LEVELS && rim.length > 0 && found.length < MAX_ENTRIES; level++) {
      const next: typeof rim = [];
      for (const { fn, path } of rim) {
        const ways = this.waysTo(fn);
        for (const way of ways) found.push({ fn, ...way, path });
        if (ways.length > 0) continue;
        for (const caller of this.program.callers(fn)) {
          if (seen.has(caller) || seen.size > MAX_FUNCTIONS) continue;
          seen.add(caller);
          next.push({ fn: caller, path: [caller.name, ...path] });
        }
      }
      rim = next;
    }
    return unique(found).slice(0, MAX_ENTRIES);
  }

  private waysTo(fn: FunctionRef): readonly EntryPath[] {
    const ways = (this.named.get(fn.name) ?? [])
      .filter(({ file }) => file === fn.file || fn.item?.isStatic !== true)
      .map(({ way }) => way);
    if (fn.name.includes('SYSCALL_DEFINE'))
      return [{ point: entryOfSyscall(makerOf(fn.name)?.subject ?? fn.name), by: fn.name }];
    // A visible call says more than an export.
    const inside = ways.filter(({ by }) => !by.startsWith('EXPORT_'));
    if (inside.length > 0) return inside;
    const registered = this.registered(fn);
    if (registered.length > 0) return registered;
    return this.program.callers(fn).length > 0 ? [] : ways;
  }

  /** Entries of functions that are passed to a registering call, or whose type only handlers have. */
  private registered(fn: FunctionRef): readonly EntryPath[] {
    const outline = this.program.outline(fn.file);
    if (!outline || !fn.item) return [];
    const handlers = handlersOf(outline, this.models);
    const ways: EntryPath[] = [];
    const [shape] = handlers.shaped.get(fn.index) ?? [];
    for (const { index, apis } of handlers.registering) {
      const registrar = outline.functions[index];
      if (!registrar?.references.includes(fn.name)) continue;
      const api = apis.find((each) => shape === undefined || each.runsIn === shape.runsIn) ?? apis[0];
      if (api?.runsIn === undefined) continue;
      const point = shape ? handlerPoint(shape) : entryByContext(api.runsIn);
      ways.push({ point, by: `${api.name}() in ${registrar.name}` });
    }
    if (ways.length > 0) return ways.slice(0, 2);
    return shape ? [{ point: handlerPoint(shape), by: 'inferred from its prototype' }] : [];
  }
}

/** The entry point of a handler, by its kind. */
function handlerPoint({ runsIn, title }: HandlerShape): EntryPoint {
  const { command } = entryByContext(title.includes('timer') ? 'timer' : runsIn);
  return { how: `${/^[aeiou]/i.test(title) ? 'an' : 'a'} ${title} that runs`, command };
}

function unique(entries: readonly Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(({ fn, point }) => {
    const key = `${fn.file} ${fn.name} ${point.how}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
