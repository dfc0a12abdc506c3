import type { Program } from '../../../analysis/link/types.js';
import { reported, type ProjectOptions } from '../project-options.js';
import { contentKey, type Cache } from './cache.js';
import type { Uses } from './uses.js';

/** The file name under which the cache stores the names. */
const PLACE = '.kept/wanted';

/** Per file, the names of functions and of macros. */
type Wanted = readonly (readonly [file: string, functions: readonly string[], macros: readonly string[]])[];

/**
 * The functions whose bodies earlier runs over the same paths demanded, by name. A run that begins with these bodies
 * interprets nearly every function once, where each body that arrives later makes its callers be interpreted again. A
 * body that turns out to be needless changes no finding, and one that is missing is demanded as ever.
 */
export class WantedBodies {
  private readonly key: string;

  constructor(
    private readonly cache: Cache,
    options: ProjectOptions,
  ) {
    const { config, beside = false } = options;
    this.key = contentKey(Buffer.from(JSON.stringify([reported(options), config, beside])));
  }

  /** Demands these bodies, as far as the program has functions of these names without them. */
  demandIn(program: Program): void {
    for (const [file, functions, macros] of this.read()) {
      const outline = program.files.get(file)?.outline;
      if (outline === undefined) continue;
      const [wanted, wantedMacros] = [new Set(functions), new Set(macros)];
      for (const [index, { name }] of outline.functions.entries()) {
        const fn = wanted.has(name) ? program.functionAt(file, index) : undefined;
        if (fn !== undefined) program.demand(fn, 'path');
      }
      for (const [index, { name }] of outline.macros.entries()) {
        const macro = wantedMacros.has(name) ? program.macroAt(file, index) : undefined;
        if (macro !== undefined) program.demand(macro, 'path');
      }
    }
  }

  /** Keeps the names of what a run used. */
  keep(uses: Uses, { files }: Program): void {
    const wanted = uses.files().flatMap((file): Wanted => {
      const outline = files.get(file)?.outline;
      const { skeletons } = uses.of(file);
      if (outline === undefined || skeletons.length === 0) return [];
      const names = (isMacro: boolean): string[] => {
        const items = isMacro ? outline.macros : outline.functions;
        return skeletons.flatMap((one) => (one.isMacro === isMacro ? (items[one.index]?.name ?? []) : []));
      };
      return [[file, names(false), names(true)]];
    });
    this.cache.put(PLACE, this.key, this.key, Buffer.from(JSON.stringify(wanted)));
  }

  private read(): Wanted {
    const data = this.cache.get(PLACE, this.key, this.key);
    try {
      return data === undefined ? [] : (JSON.parse(Buffer.from(data).toString()) as Wanted);
    } catch {
      // Damage that the checksum did not detect.
      return [];
    }
  }
}
