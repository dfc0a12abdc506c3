import { posix } from 'node:path';
import { folderOf } from '../../../analysis/base/paths.js';
import type { Program } from '../../../analysis/link/types.js';
import { contentKey, type Cache } from './cache.js';
import type { Uses } from './uses.js';

/** The file name, in each folder, under which the cache stores the names. */
const PLACE = '.wanted';
const NAME = 'names';
const KEY = contentKey(Buffer.from(NAME));

/** Names of functions and of macros in one file. */
type Wanted = readonly [functions: readonly string[], macros: readonly string[]];
/** By file of one folder. */
type WantedInFolder = Record<string, Wanted>;

/**
 * The functions whose bodies earlier runs in this root demanded, by file and name. A run that begins with these bodies
 * interprets nearly every function once, where each body that arrives later makes its callers be interpreted again. A
 * body that turns out to be needless changes no finding, and one that is missing is demanded as ever.
 */
export class WantedBodies {
  /** @param uses what the run used of each file so far */
  constructor(
    private readonly cache: Cache,
    private readonly program: Program,
    private readonly uses: Uses,
  ) {}

  /** Demands these bodies, as far as the program has functions of these names without them. */
  demand(): void {
    const { program } = this;
    for (const folder of new Set([...program.files.keys()].map(folderOf)))
      for (const [file, [functions, macros]] of Object.entries(this.read(folder))) {
        const outline = program.files.get(file)?.outline;
        if (outline === undefined) continue;
        const all = [
          ...named(outline.functions, functions).map((at) => program.functionAt(file, at)),
          ...named(outline.macros, macros).map((at) => program.macroAt(file, at)),
        ];
        for (const fn of all) if (fn !== undefined) program.demand(fn, 'path');
      }
  }

  /** Keeps the names of what the run used, next to those in files that its program lacks. */
  keep(): void {
    const { uses, program } = this;
    const used = new Map<string, WantedInFolder>();
    for (const file of uses.files()) {
      const outline = program.files.get(file)?.outline;
      const { skeletons } = uses.of(file);
      if (outline === undefined || skeletons.length === 0) continue;
      const names = (isMacro: boolean): string[] => {
        const items = isMacro ? outline.macros : outline.functions;
        const all = skeletons.flatMap((one) =>
          one.isMacro === isMacro ? (items[one.index]?.name ?? []) : [],
        );
        return [...new Set(all)].sort();
      };
      const folder = folderOf(file);
      used.set(folder, { ...used.get(folder), [file]: [names(false), names(true)] });
    }
    for (const [folder, files] of used) {
      const before = this.read(folder);
      const after = { ...before, ...files };
      if (JSON.stringify(after) !== JSON.stringify(before))
        this.cache.put(placeOf(folder), NAME, KEY, Buffer.from(JSON.stringify(after)));
    }
  }

  private read(folder: string): WantedInFolder {
    const data = this.cache.get(placeOf(folder), NAME, KEY);
    try {
      return data === undefined ? {} : (JSON.parse(Buffer.from(data).toString()) as WantedInFolder);
    } catch {
      // Damage that the checksum did not detect.
      return {};
    }
  }
}

/** The indexes of the items with these names. */
function named(items: readonly { readonly name: string }[], names: readonly string[]): readonly number[] {
  const wanted = new Set(names);
  return [...items.entries()].flatMap(([at, { name }]) => (wanted.has(name) ? [at] : []));
}

function placeOf(folder: string): string {
  return posix.join(folder, PLACE);
}
