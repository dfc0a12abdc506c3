import { aroundKey } from '../../summaries/locks/class-keys.js';
import { nameInSymbol } from '../../summaries/locks/symbols.js';
import { subclassOf, withoutSubclass } from '../../base/subclass.js';
import type { Location } from '../../base/span.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import { lockAt } from '../../summaries/locks/written.js';
import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { FileOutline, LockInitItem, WrittenPath } from '../../outline/types.js';

interface Naming {
  readonly names: Set<string>;
  readonly sites: Map<string, Location>;
}

const NONE: { readonly names: readonly string[]; readonly initAt: readonly Location[] } = {
  names: [],
  initAt: [],
};

/** The lockdep name of each class, with its source: initialising calls and definitions. */
export class LockNames {
  private readonly namings = new Map<string, Naming>();

  constructor(
    program: Program,
    private readonly classes: ClassTable,
    private readonly models: Models,
  ) {
    for (const [file, { outline }] of program.files) {
      for (const init of outline.lockInits) {
        const key = classInitialised(init, file, classes);
        if (key === undefined) continue;
        this.add(key, init.names, file, init.line);
        if (init.keyLine > 0) this.add(key, [], file, init.keyLine);
      }
    }
  }

  /** Notes where a class is defined that has no lock of its own. */
  define(key: string, { file, line }: Location): void {
    this.add(key, [], file, line);
  }

  private add(key: string, names: readonly string[], file: string, line: number): void {
    let naming = this.namings.get(key);
    if (!naming) {
      naming = { names: new Set(), sites: new Map() };
      this.namings.set(key, naming);
    }
    for (const name of names) naming.names.add(name);
    naming.sites.set(`${file}:${line}`, { file, line, column: 1, endLine: line, endColumn: 1 });
  }

  /** Sorted; the names of a subclass include its number. */
  of(key: string): { readonly names: readonly string[]; readonly initAt: readonly Location[] } {
    const subclass = subclassOf(key);
    const plain = withoutSubclass(key);
    const naming = this.namings.get(plain) ?? this.around(plain);
    const names = new Set([...(naming?.names ?? []), ...this.models.validatorNames(plain)]);
    const sites = [...(naming?.sites.values() ?? [])];
    const info = this.classes.info(key);
    if (info?.record === '' && info.declaredAt) {
      // A variable, defined with its lock or initialised by a call under its source name.
      names.add(nameInSymbol(plain));
      sites.unshift(info.declaredAt);
    }
    if (names.size === 0 && sites.length === 0) return NONE;
    return {
      names: [...names].map((name) => `${name}${subclass}`).sort(),
      initAt: sites.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)),
    };
  }

  /** What names the object that a lock is a member of, and the lock with it: `&____s->seqcount` by `seqlock_init()`. */
  private around(key: string): Naming | undefined {
    const found = aroundKey(key);
    const outer = found && this.namings.get(found.outer);
    if (outer === undefined) return undefined;
    const names = [...outer.names].filter((name) => name.endsWith(`->${found?.member}`));
    // The call names a lock that it is not given, by the object around it: the lock of a wait queue.
    return names.length === 0 ? outer : { names: new Set(names), sites: outer.sites };
  }

  /** Every class that a call names, including those that nothing acquires. */
  get keys(): Iterable<string> {
    return this.namings.keys();
  }
}

/** Initialisations that make a lock recursive. */
function recursiveIn({ lockInits }: FileOutline): readonly LockInitItem[] | undefined {
  const found = lockInits.filter(({ mayRecurse }) => mayRecurse);
  return found.length === 0 ? undefined : found;
}

/** Classes with a lock that is initialised as recursive. */
export function recursiveClasses(program: Program, classes: ClassTable): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [file, inits] of program.facts.of(recursiveIn)) {
    for (const init of inits) {
      const term = lockAt(written(init), file, program, classes);
      const lock = term && classes.classOf(term, 'mutex', 0, file);
      if (lock && 'key' in lock) found.add(lock.key);
    }
  }
  return found;
}

/** One of several keys, by number. */
const CHOSEN_KEY = /(?:\+ ?|\[)\w+\]?$/;

/** Initialisations that give each lock its own class, stored in its object, or one of several classes. */
function keyedIn({ lockInits }: FileOutline): readonly LockInitItem[] | undefined {
  const found = lockInits.filter(({ lock, names }) => {
    const object = /^&?(\w+)->/.exec(lock)?.[1];
    const isOwn = (name: string): boolean =>
      name !== lock && (name.startsWith(`&${object}->`) || (!name.startsWith('"') && CHOSEN_KEY.test(name)));
    return object !== undefined && names.some(isOwn);
  });
  return found.length === 0 ? undefined : found;
}

/** A variable with a class key. */
const STATIC_KEY = /^&\w+$/;

/** Initialisations that give a lock in an object the class of a variable. */
function roledIn({ lockInits }: FileOutline): readonly LockInitItem[] | undefined {
  const found = lockInits.filter(
    ({ lock, names }) => lock.includes('->') && names.some((name) => STATIC_KEY.test(name)),
  );
  return found.length === 0 ? undefined : found;
}

/** Classes whose locks lockdep distinguishes on request: two acquisitions may well be of different locks. */
export function classesByObject(program: Program, classes: ClassTable): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [file, inits] of program.facts.of(keyedIn))
    for (const init of inits) {
      const key = classInitialised(init, file, classes);
      if (key !== undefined) found.add(key);
    }
  for (const key of classesByRole(program, classes)) found.add(key);
  return found;
}

/** Classes that have several keys, one for each role of their objects. They may also all share one key. */
function classesByRole(program: Program, classes: ClassTable): readonly string[] {
  const keys = new Map<string, Set<string>>();
  for (const [file, inits] of program.facts.of(roledIn))
    for (const init of inits) {
      const key = classInitialised(init, file, classes);
      if (key === undefined) continue;
      const known = keys.get(key) ?? new Set<string>();
      for (const name of init.names.filter((n) => STATIC_KEY.test(n))) known.add(name);
      keys.set(key, known);
    }
  return [...keys].filter(([, { size }]) => size > 1).map(([key]) => key);
}

/**
 * The files in which a function gives such a lock in an object a key of its own, by class, without initialising it: the lock has
 * another key before, which those of other objects keep. They play another role.
 */
export function filesWithOwnKey(
  program: Program,
  classes: ClassTable,
): ReadonlyMap<string, ReadonlySet<string>> {
  const keyed = new Map<string, Set<string>>();
  for (const [file, inits] of program.facts.of(roledIn)) {
    const { functions = [], lockInits = [] } = program.outline(file) ?? {};
    for (const init of inits) {
      const key = classInitialised(init, file, classes);
      const around = functions.find(({ line, endLine }) => line <= init.line && init.line <= endLine);
      const isMadeThere = lockInits.some(
        (other) =>
          !inits.includes(other) &&
          around !== undefined &&
          around.line <= other.line &&
          other.line <= around.endLine &&
          classInitialised(other, file, classes) === key,
      );
      if (key === undefined || around === undefined || isMadeThere) continue;
      const files = keyed.get(key) ?? new Set<string>();
      keyed.set(key, files.add(file));
    }
  }
  return keyed;
}

/** The class of the lock that a call initialises, as far as its argument determines one. */
export function classInitialised(init: LockInitItem, file: string, classes: ClassTable): string | undefined {
  return classes.written(written(init), file);
}

function written({ lock, type }: LockInitItem): WrittenPath {
  return { text: lock, type };
}
