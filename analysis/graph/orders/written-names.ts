import { symbolOf } from '../../summaries/locks/symbols.js';
import { baseOf, type CType } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import { append } from '../../base/lists.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { keyOf, type Collected } from '../events/collect.js';

/** The classes that a name denotes, or why it matches none. */
export type NamedClasses =
  | { readonly keys: readonly string[]; /** No other class could be meant. */ readonly certain: boolean }
  | { readonly why: string };

interface KnownClass {
  readonly key: string;
  readonly id: string;
  /** The id without file, subclass and key. */
  readonly short: string;
  readonly suffix: string;
  /** Files with functions that acquire it. */
  readonly files: Set<string>;
}

/** Names that are meaningless without an object. */
const PLAIN = /^(?:lock|mutex|sem|spinlock|rwsem|slock|wait_lock|list_lock)$/;
const NOUN = /\s+(?:lock|locks|mutex|spinlock|semaphore|rwsem)$/;

/** Finds the lock classes denoted by names in `.lockorder` files and comments. */
export class WrittenNames {
  /** The summaries of functions whose names were read. */
  private readonly done = new Map<FunctionRef, FunctionSummary | undefined>();
  private readonly known = new Map<string, KnownClass>();
  private readonly byLast = new Map<string, KnownClass[]>();
  private readonly patterns = new Map<string, readonly string[]>();

  constructor(
    private collected: Collected,
    private readonly classes: ClassTable,
  ) {
    for (const summary of collected.summaries.values()) {
      for (const { lock } of summary.acquires) this.note(keyOf(lock), summary.fn.file);
    }
  }

  private note(key: string | undefined, file: string): void {
    if (key === undefined) return;
    let known = this.known.get(key);
    if (known === undefined) {
      const id = this.classes.info(key)?.id ?? key;
      const suffix = /(?:\/(?:\d+|\?)|#\w+)+$/.exec(id)?.[0] ?? '';
      const short = id.slice(0, id.length - suffix.length).replace(/^.*\.[ch]:(?:\w+:)?/, '');
      known = { key, id, short, suffix, files: new Set() };
      this.known.set(key, known);
      const last = lastOf(short);
      append(this.byLast, last, known);
    }
    known.files.add(file);
  }

  /**
   * Classes that a name in a `.lockorder` file denotes: ids as displayed, with `*` and `?` as wildcards. A name without
   * a file matches every class of that name; one without a subclass matches all subclasses, unless `alone`.
   */
  declared(name: string, alone: boolean): readonly string[] {
    const id = `${alone ? '=' : '~'}${name}`;
    const before = this.patterns.get(id);
    if (before !== undefined) return before;
    const suffix = /(?:\/\d+|#[\w*?]+)+$/.exec(name)?.[0] ?? '';
    const pattern = glob(name.slice(0, name.length - suffix.length));
    const wanted = suffix === '' ? undefined : glob(suffix === '/0' ? '' : suffix);
    const keys: string[] = [];
    for (const known of this.known.values()) {
      const plain = known.id.slice(0, known.id.length - known.suffix.length);
      if (!pattern.test(plain) && !pattern.test(known.short) && !pattern.test(withoutFunction(plain)))
        continue;
      if (wanted === undefined ? !alone || known.suffix === '' : wanted.test(known.suffix))
        keys.push(known.key);
    }
    keys.sort();
    this.patterns.set(id, keys);
    return keys;
  }

  /** The class that a comment in `file` denotes by `name` (see outline/order-names.ts). */
  spoken(name: string, file: string): NamedClasses {
    const { models } = this.program;
    const plain = name.replace(/\(\)$/, '');
    const word = models.lockWord(plain.toLowerCase());
    if (word !== undefined) return this.ofId(word, name);
    const path = plain.replace(NOUN, '').split('.');
    const last = path.at(-1) ?? '';
    if (path.length === 1) {
      const global = this.global(last, file) ?? this.byFunction(plain, file);
      if (global !== undefined) return global;
    }
    const candidates = this.candidates(last, plain);
    if (candidates.length === 0) return { why: `no lock named ${name} is taken` };
    if (path.length > 1) {
      const owners = this.ownersOf(path, file);
      const owned = candidates.filter(({ key }) => owners.has(this.classes.info(key)?.record ?? '\0'));
      if (owned.length === 1) return { keys: owned.map(({ key }) => key), certain: true };
      const nested = candidates.filter(({ short }) => short.endsWith(`.${path.slice(-2).join('.')}`));
      if (nested.length === 1) return { keys: nested.map(({ key }) => key), certain: true };
    }
    return this.nearest(candidates, last, name, file);
  }

  private get program(): Program {
    return this.collected.program;
  }

  /** Takes over the current state if every name still denotes the same classes; returns whether it does. */
  follow({ known, collected }: WrittenNames): boolean {
    if (!this.hasSame(known)) return false;
    for (const [fn, summary] of this.done) if (collected.summaries.get(fn) !== summary) return false;
    this.collected = collected;
    return true;
  }

  /** Whether the same classes are acquired in the same files. */
  private hasSame(others: ReadonlyMap<string, KnownClass>): boolean {
    if (this.known.size !== others.size) return false;
    for (const [key, { files }] of this.known) {
      const other = others.get(key)?.files;
      if (other?.size !== files.size) return false;
      for (const file of files) if (!other.has(file)) return false;
    }
    return true;
  }

  private candidates(last: string, name: string): readonly KnownClass[] {
    const plain = (list: readonly KnownClass[] = []): KnownClass[] =>
      list.filter(({ suffix }) => suffix === '');
    const direct = plain(this.byLast.get(last));
    if (direct.length > 0) return direct;
    if (!NOUN.test(name)) return [];
    // `table lock`: `table_lock`, or the lock of a struct with this name.
    const word = name.replace(NOUN, '').replaceAll(/[ -]/g, '_');
    const joined = ['lock', 'mutex', 'sem'].flatMap((noun) => plain(this.byLast.get(`${word}_${noun}`)));
    if (joined.length > 0) return joined;
    return ['lock', 'mutex', 'sem'].flatMap((noun) =>
      plain(this.byLast.get(noun)).filter(
        ({ short }) => short.endsWith(`_${word}.${noun}`) || short === `${word}.${noun}`,
      ),
    );
  }

  private ofId(id: string, name: string): NamedClasses {
    const found = [...(this.byLast.get(lastOf(id)) ?? [])].filter(
      (known) => known.short === id && known.suffix === '',
    );
    return found.length === 0
      ? { why: `no lock named ${name} is taken` }
      : { keys: found.map(({ key }) => key), certain: found.length === 1 };
  }

  private global(name: string, file: string): NamedClasses | undefined {
    const variable = this.program.resolveVariable(name, file);
    const key = variable && symbolOf(variable.file, name);
    if (key === undefined) return undefined;
    return this.known.has(key) ? { keys: [key], certain: true } : undefined;
  }

  /** `rtnl_lock()`: the class that the function acquires. */
  private byFunction(name: string, file: string): NamedClasses | undefined {
    const api = this.program.models.lockApi(name);
    const id = api?.implicit ?? api?.lockClass;
    if (id !== undefined) return this.ofId(id.replace(/^.*:/, ''), name);
    if (api?.path !== undefined && api.argType !== undefined)
      return this.ofId(`${tagOf(api.argType)}.${lastOf(api.path.replaceAll('->', '.'))}`, name);
    const [fn, ...others] = api === undefined ? this.program.resolveCall(name, file) : [];
    const summary = fn && this.collected.summaries.get(fn);
    if (fn !== undefined) this.done.set(fn, summary);
    if (others.length > 0) return undefined;
    const keys = new Set(
      summary?.rawExits.flatMap(({ acquired }) => acquired.flatMap((lock) => keyOf(lock) ?? [])),
    );
    return keys.size === 1 ? { keys: [...keys], certain: true } : undefined;
  }

  /** Tags of the structs in which a path may end: its root as a struct, or as a variable of that file. */
  private ownersOf(path: readonly string[], file: string): ReadonlySet<string> {
    const [root = '', ...fields] = path;
    const owners = new Set<string>();
    for (const type of this.typesOf(root, file)) {
      let at: CType | undefined = this.program.expand(type, file);
      for (const [i, field] of fields.entries()) {
        const found = at === undefined ? undefined : this.program.resolveField(baseOf(at), field, file);
        if (found === undefined) break;
        if (i === fields.length - 1) owners.add(found.owner.item.tag);
        at = this.program.expand(found.type, file);
      }
      // A path may omit intermediate members: `kvm->hv_lock`.
      if (fields.length === 1) owners.add(tagOf(baseOf(this.program.expand(type, file))));
    }
    return owners;
  }

  private typesOf(root: string, file: string): ReadonlySet<CType> {
    const types = new Set<CType>();
    if (this.program.resolveRecord(root, file) !== undefined) types.add(`struct ${root}`);
    const variable = this.program.resolveVariable(root, file);
    if (variable !== undefined) types.add(variable.item.type);
    const { outline, skeletons } = this.program.files.get(file) ?? {};
    for (const { parameters } of outline?.functions ?? [])
      for (const { name, type } of parameters) if (name === root) types.add(type);
    for (const { locals } of skeletons?.values() ?? [])
      for (const { name, type } of locals) if (name === root && type !== '') types.add(type);
    return types;
  }

  /** The class that this file acquires or declares; if there is none, the class of this folder; otherwise the only class. */
  private nearest(candidates: readonly KnownClass[], last: string, name: string, file: string): NamedClasses {
    const folder = folderOf(file);
    const here = candidates.filter(
      ({ key, files }) => files.has(file) || this.classes.info(key)?.declaredAt?.file === file,
    );
    if (here.length === 1) return { keys: here.map(({ key }) => key), certain: !PLAIN.test(last) };
    const beside =
      here.length > 0
        ? []
        : candidates.filter(({ files }) => [...files].some((each) => folderOf(each) === folder));
    const found =
      beside.length === 1 ? beside : candidates.length === 1 && !PLAIN.test(last) ? candidates : [];
    if (found.length === 1) return { keys: found.map(({ key }) => key), certain: false };
    const names = (here.length > 0 ? here : beside.length > 0 ? beside : candidates)
      .map(({ id }) => id)
      .sort();
    return { why: `${name} may be ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}` };
  }
}

function lastOf(short: string): string {
  return short.slice(short.lastIndexOf('.') + 1).replace(/^.*:/, '');
}

function tagOf(type: CType): string {
  return type.slice(type.indexOf(' ') + 1);
}

/** `file.c:function:name` as `file.c:name`. */
function withoutFunction(id: string): string {
  return id.replace(/(\.[ch]:)\w+:/, '$1');
}

function glob(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}
