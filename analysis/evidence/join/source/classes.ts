import { levelOf, withoutSubclass } from '../../../base/subclass.js';
import { lastWord } from '../../../base/words.js';
import type { LockClass } from '../../../graph/events/types.js';
import type { FunctionRef } from '../../../link/types.js';
import type { SourceWorld } from '../world.js';

/** A lock name as lockdep prints it, in its parts. */
export interface PrintedName {
  readonly base: string;
  /** `#3` among classes with the same name, 1 if absent. */
  readonly version: number;
  readonly subclass: number;
}

const NAME = /^(.+?)(?:#(\d+))?(?:\/(\d+))?$/;

export function splitName(name: string): PrintedName {
  const match = NAME.exec(name);
  return {
    base: match?.[1] ?? name,
    version: Number(match?.[2] ?? 1),
    subclass: Number(match?.[3] ?? 0),
  };
}

/** Locks nested in other locks: the source has the class of the outer one. */
const INSIDE = /\.(?:seqcount|rwsem|lock|wait_lock|rss\.gp_wait\.lock)$|->(?:lock|seqcount)$/;

/** The name without blanks and parentheses, which vary. */
function plainName(name: string): string {
  return name.replace(/[\s()]/g, '');
}

/** `lock` of `&q->lock`, `foo.lock/1`, `dir/file.c:lock`. */
function lockWord(name: string): string {
  return lastWord(withoutSubclass(name)) ?? name;
}

/** Classes of the source by the names that lockdep prints. */
export class ClassIndex {
  private readonly byName = new Map<string, LockClass[]>();
  private readonly byPlain = new Map<string, LockClass[]>();
  private readonly byVariable = new Map<string, LockClass[]>();
  private readonly byField = new Map<string, LockClass[]>();
  private instances: Map<string, string[]> | undefined;

  constructor(private readonly world: SourceWorld) {
    for (const lock of world.analysis.graph.classes.values()) {
      for (const name of lock.lockdepNames) {
        const base = withoutSubclass(name);
        push(this.byName, base, lock);
        push(this.byPlain, plainName(base), lock);
      }
      const id = withoutSubclass(lock.id);
      if (id.includes(':') || !id.includes('.'))
        push(this.byVariable, id.slice(id.lastIndexOf(':') + 1), lock);
      push(this.byField, lockWord(id), lock);
    }
  }

  /**
   * The classes that a name may mean, narrowed to those that the given functions took, innermost first. Empty if the
   * source has none.
   */
  match(name: string, takers: readonly FunctionRef[] = []): readonly LockClass[] {
    const { base, subclass } = splitName(name);
    const taken = this.takenBy(takers);
    const named = this.named(base);
    const candidates = named.length > 0 ? named : this.byTaker(base, taken);
    return narrow(bySubclass(candidates, subclass), taken);
  }

  private named(base: string): readonly LockClass[] {
    const direct =
      this.byName.get(base) ??
      this.byPlain.get(plainName(base)) ??
      this.ofVariable(base) ??
      this.ofInstance(base);
    if (direct) return direct;
    const around = plainName(base)
      .replace(INSIDE, '')
      .replace(/^&(?=\w+$)/, '');
    if (around === base || around === plainName(base)) return [];
    return (
      this.byName.get(around) ??
      this.byPlain.get(around) ??
      this.byPlain.get(`&${around}`) ??
      this.ofVariable(around) ??
      []
    );
  }

  private ofVariable(base: string): readonly LockClass[] | undefined {
    return /^\w+$/.test(base) ? this.byVariable.get(base) : undefined;
  }

  /** Classes for `table.lock` of a static `struct table table`, initialised in its definition. */
  private ofInstance(base: string): readonly LockClass[] | undefined {
    const match = /^(\w+)\.([\w.]+)$/.exec(base.replace(/^&/, ''));
    if (!match) return undefined;
    const [, variable = '', path = ''] = match;
    const tags = this.instanceTypes().get(variable) ?? [];
    const found = tags.flatMap(
      (tag) => this.byField.get(lockWord(path))?.filter(({ key }) => key.startsWith(`${tag}.`)) ?? [],
    );
    return found.length > 0 ? found : undefined;
  }

  private instanceTypes(): Map<string, string[]> {
    if (this.instances) return this.instances;
    this.instances = new Map();
    for (const { outline } of this.world.program.files.values()) {
      for (const { name, type, isExtern } of outline.variables) {
        const tag = /^struct (\w+)/.exec(type)?.[1];
        if (tag !== undefined && !isExtern) push(this.instances, name, tag);
      }
    }
    return this.instances;
  }

  /**
   * For a name that a macro or the running kernel builds: classes that these functions take, matched by the name's last word,
   * otherwise their only one.
   */
  private byTaker(base: string, taken: ReadonlySet<string>): readonly LockClass[] {
    const { classes } = this.world.analysis.graph;
    const own = [...taken].flatMap((key) => classes.get(key) ?? []);
    const word = lockWord(base);
    const same = own.filter((lock) => lockWord(lock.id) === word);
    if (same.length > 0) return same;
    // A bare word is a variable's name, or one that the driver made up.
    const isMadeUp = /^\w+$/.test(base) && this.world.models.lockApi(base) === undefined;
    return own.length === 1 && isMadeUp ? own : [];
  }

  private takenBy(takers: readonly FunctionRef[]): ReadonlySet<string> {
    const keys = new Set<string>();
    for (const fn of takers) {
      for (const { key } of this.world.analysis.summary(fn)?.acquires ?? []) if (key !== '') keys.add(key);
    }
    return keys;
  }
}

/** Locks of the same subclass; all if the source does not distinguish subclasses. */
function bySubclass(locks: readonly LockClass[], subclass: number): readonly LockClass[] {
  const own = locks.filter(({ id }) => levelOf(id) === subclass);
  if (own.length > 0) return own;
  const unknown = locks.filter(({ id }) => levelOf(id) === undefined);
  return unknown.length > 0 ? unknown : locks;
}

function narrow(locks: readonly LockClass[], taken: ReadonlySet<string>): readonly LockClass[] {
  const own = locks.filter(({ key }) => taken.has(key));
  return own.length > 0 ? own : locks;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else if (!list.includes(value)) list.push(value);
}
