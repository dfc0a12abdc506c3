import { baseOf } from '../base/ctype.js';
import type { Location } from '../base/span.js';
import type { ClassTable } from '../effects/locks.js';
import { address, constant, deref, field, global, index, local, type Term } from '../effects/terms.js';
import type { Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { LockInitItem } from '../outline/types.js';

interface Naming {
  readonly names: Set<string>;
  readonly sites: Map<string, Location>;
}

const NONE: { readonly names: readonly string[]; readonly initAt: readonly Location[] } = {
  names: [],
  initAt: [],
};
const SUBCLASS = /\/(?:\d+|\?)$/;

/** What lockdep calls each class, and where that is said: the calls that initialise, and the definitions. */
export class LockNames {
  private readonly namings = new Map<string, Naming>();

  constructor(
    program: Program,
    private readonly classes: ClassTable,
    private readonly models: Models,
  ) {
    for (const [file, { outline }] of program.files) {
      for (const init of outline.lockInits) {
        const key = classInitialised(init, file, program, classes, models);
        if (key !== undefined) this.add(key, init.names, file, init.line);
      }
    }
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

  /** Sorted; the names of a subclass carry its number. */
  of(key: string): { readonly names: readonly string[]; readonly initAt: readonly Location[] } {
    const subclass = SUBCLASS.exec(key)?.[0] ?? '';
    const plain = key.slice(0, key.length - subclass.length);
    const naming = this.namings.get(plain);
    const names = new Set([...(naming?.names ?? []), ...this.models.validatorNames(plain)]);
    const sites = [...(naming?.sites.values() ?? [])];
    const info = this.classes.info(key);
    if (info?.record === '' && info.declaredAt) {
      // A variable: defined with its lock, or initialised by a call that names it as it is written.
      names.add(variableName(plain));
      sites.unshift(info.declaredAt);
    }
    if (names.size === 0 && sites.length === 0) return NONE;
    return {
      names: [...names].map((name) => `${name}${subclass}`).sort(),
      initAt: sites.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)),
    };
  }

  /** Every class that a call names, also those that nothing acquires. */
  get keys(): Iterable<string> {
    return this.namings.keys();
  }
}

/** Classes of which a lock is initialised so that its owner may take it again. */
export function recursiveClasses(program: Program, classes: ClassTable): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [file, { outline }] of program.files) {
    for (const init of outline.lockInits) {
      const term = init.mayRecurse ? lockOf(init, file, program, classes) : undefined;
      const lock = term && classes.classOf(term, 'mutex', 0, file);
      if (lock && 'key' in lock) found.add(lock.key);
    }
  }
  return found;
}

/** The class of the lock that a call initialises, as far as its argument leads to one. */
export function classInitialised(
  init: LockInitItem,
  file: string,
  program: Program,
  classes: ClassTable,
  models: Models,
): string | undefined {
  const term = lockOf(init, file, program, classes);
  if (!term) return undefined;
  const kind = models.lockType(baseOf(program.expand(term.type, file))) ?? 'section';
  const found = classes.classOf(term, kind, 0, file);
  return 'key' in found ? found.key : 'fallback' in found ? found.fallback : undefined;
}

/** `lock` of `dir/file.c:lock`, `rq.lock` of `dir/file.c:rq.lock`. */
function variableName(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}

const WORD = /^[A-Za-z_]\w*/;
const STEP = /^(?:(->|\.)([A-Za-z_]\w*)|(\[)|(\)))/;

/** The lock object that an initialiser's argument points to, as far as plain steps lead. */
function lockOf(init: LockInitItem, file: string, program: Program, classes: ClassTable): Term | undefined {
  let text = init.lock.replace(/\s+/g, '');
  let isAddress = false;
  for (;;) {
    if (text.startsWith('&')) isAddress = true;
    else if (!text.startsWith('(')) break;
    text = text.slice(1);
  }
  const name = WORD.exec(text)?.[0];
  if (name === undefined) return undefined;
  let term = rootOf(name, init, file, classes);
  text = text.slice(name.length);
  while (text !== '') {
    const step = STEP.exec(text);
    if (!step) return undefined;
    const [whole, arrow, member] = step;
    text = text.slice(whole.length);
    if (step[3] !== undefined) {
      const close = text.indexOf(']');
      if (close < 0) return undefined;
      text = text.slice(close + 1);
      term = index(term, constant(0));
    } else if (member !== undefined) {
      const object = arrow === '->' ? deref(term) : term;
      const type = program.resolveField(baseOf(program.expand(object.type, file)), member, file)?.type ?? '';
      term = field(object, member, type);
    }
  }
  return isAddress ? deref(address(term)) : deref(term);
}

function rootOf(name: string, init: LockInitItem, file: string, classes: ClassTable): Term {
  if (init.type !== '') return local(`${file}:${name}`, init.type);
  const found = classes.symbol(name, file);
  return found ? global(found.symbol, found.type) : global(name, '');
}
