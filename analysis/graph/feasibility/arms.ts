import { isNegated, literalsOf, testedBy } from '../../outline/tokens/literals.js';
import { NONZERO, ZERO } from '../../summaries/facts/fact.js';
import type { Dependency } from '../edges/dependency.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import { configurationName } from '../../summaries/locks/names.js';
import type { Site } from '../../summaries/state/types.js';
import { hashNumber } from '../../base/hash.js';
import { folderOf } from '../../base/paths.js';
import { lowerBound } from '../../base/lists.js';
import { architectureOf, join } from '../../link/files/domains.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Condition, FileOutline } from '../../outline/types.js';

/** A path, or a part of one: its functions and its facts. */
export interface CodePath {
  readonly steps: readonly Site[];
  readonly facts?: KnownFacts;
}

/** How one side of a cycle acquires the first lock, and then the second. */
export function waysOf(side: Dependency): readonly CodePath[] {
  return [{ steps: side.holdSteps }, side];
}

/** The sources that a file includes; hardly any file does. */
function sourcesIn({ includes }: FileOutline): FileOutline['includes'] | undefined {
  const found = includes.filter(({ path }) => !path.endsWith('.h'));
  return found.length === 0 ? undefined : found;
}

const macroNames = new WeakMap<FileOutline, Int32Array>();

/**
 * Hashes of the names of a file's macros, sorted. Headers of a kernel define two million names, and each header is
 * queried for a handful; as strings they take ten times the memory.
 */
function namesIn(outline: FileOutline): Int32Array {
  let found = macroNames.get(outline);
  if (found === undefined) {
    const hashes = new Set<number>();
    for (const { name } of outline.macros) hashes.add(shortHash(name));
    for (const { name } of outline.constants) hashes.add(shortHash(name));
    found = hashes.size === 0 ? NO_NAMES : Int32Array.from(hashes).sort();
    macroNames.set(outline, found);
  }
  return found;
}

const NO_NAMES = new Int32Array();

function shortHash(name: string): number {
  return hashNumber(name) | 0;
}

/** Whether a file defines a macro of this name. Compares names only if the hashes are equal. */
function defines(outline: FileOutline, name: string): boolean {
  const [hashes, hash] = [namesIn(outline), shortHash(name)];
  if (hashes[lowerBound(hashes, hash)] !== hash) return false;
  return [outline.macros, outline.constants].some((items) => items.some((item) => item.name === name));
}

/** The `#if` conditions and architectures under which code exists. */
export class Arms {
  private included: ReadonlyMap<string, Condition> | undefined;

  private readonly headers = new Map<string, string[]>();

  constructor(private readonly program: Program) {}

  /**
   * The literals under which all of these paths exist: those of their functions, and those the paths assumed.
   * `undefined` if the code is never compiled together; `excluded` then receives the reason.
   */
  of(ways: readonly CodePath[], excluded?: (why: string) => void): ReadonlyMap<string, boolean> | undefined {
    const needed = new Map<string, boolean>();
    const demand = (name: string, isDefined: boolean): boolean => {
      const other = needed.get(name);
      needed.set(name, isDefined);
      if (other === undefined || other === isDefined) return true;
      excluded?.(name);
      return false;
    };
    let architecture = '';
    for (const { steps, facts } of ways) {
      for (const { fn } of steps) {
        const own = architectureOf(fn.file);
        if (own !== '' && architecture !== '' && own !== architecture) {
          excluded?.(`${architecture} and ${own}`);
          return undefined;
        }
        if (own !== '') architecture = own;
        for (const literal of this.literalsOf(fn)) {
          if (!demand(testedBy(literal), !isNegated(literal))) return undefined;
        }
      }
      for (const { term, fact } of facts?.known() ?? []) {
        const name = configurationName(term);
        if (name === undefined) continue;
        if (fact.signs === ZERO && !demand(name, false)) return undefined;
        if ((fact.signs & ~NONZERO) === 0 && !demand(name, true)) return undefined;
      }
    }
    return needed;
  }

  /** The reason why these paths never exist in one kernel. */
  exclusive(ways: readonly CodePath[]): string | undefined {
    let why: string | undefined;
    this.of(ways, (text) => (why = text));
    return why;
  }

  /** Names that these paths require to be defined, although neither the configuration nor the source defines them. */
  undefinedIn(ways: readonly CodePath[], file: string): readonly string[] {
    const needed = [...(this.of(ways) ?? [])];
    return needed.flatMap(([arm, isDefined]) => (isDefined && !this.isConfigured(arm, file) ? [arm] : []));
  }

  /** Whether a name belongs to the configuration or the compiler, or is defined by the source or what it includes. */
  isConfigured(arm: string, file: string): boolean {
    const { program } = this;
    if (!/^\w+$/.test(arm) || program.models.isGivenOutside(arm)) return true;
    const own = program.outline(file);
    if (own !== undefined && defines(own, arm)) return true;
    return this.headersWith(arm).some((header) => program.includesFile(file, header));
  }

  private headersWith(name: string): readonly string[] {
    let known = this.headers.get(name);
    if (known === undefined) {
      known = [];
      for (const [file, { outline }] of this.program.files)
        if (file.endsWith('.h') && defines(outline, name)) known.push(file);
      this.headers.set(name, known);
    }
    return known;
  }

  private literalsOf(fn: FunctionRef): readonly string[] {
    const own = fn.item?.condition ?? fn.macro?.condition ?? '';
    const around = this.conditions().get(fn.file) ?? '';
    return [own, around].flatMap((condition) => literalsOf(condition));
  }

  /** For sources that another source includes: the condition of the include. */
  private conditions(): ReadonlyMap<string, Condition> {
    if (this.included !== undefined) return this.included;
    const found = new Map<string, Condition>();
    for (const [file, sources] of this.program.facts.of(sourcesIn)) {
      for (const { path, condition } of sources) {
        const target = join(folderOf(file), path);
        if (target !== undefined) found.set(target, found.has(target) ? '' : condition);
      }
    }
    this.included = found;
    return found;
  }
}
