import { BOUNDS } from '../../base/bounds.js';
import { folderOf, isBelow, isOrderFile } from '../../base/paths.js';
import type { Location } from '../../base/span.js';
import { append } from '../../base/lists.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { FileOutline, OrderItem } from '../../outline/types.js';
import type { Collected } from '../events/collect.js';
import { WrittenNames } from './written-names.js';
import type { KnownOrder } from './side.js';

/** One documented order: locks of class `from` are acquired before those of class `to`. */
export interface DeclaredOrder {
  readonly from: string;
  readonly to: string;
  readonly fromName: string;
  readonly toName: string;
  readonly form: OrderItem['form'];
  /** Where it is declared. */
  readonly at: Location;
  /** The folder of the code it applies to, including subfolders; `''` for all code. */
  readonly scope: string;
  /** Whether both names are unambiguous. */
  readonly certain: boolean;
}

/** Declarations that contradict one another: a cycle of orders. */
export type Contradiction = readonly DeclaredOrder[];

/** A name in a declaration that matches no class. */
export interface UnknownName {
  readonly name: string;
  readonly at: Location;
  readonly form: OrderItem['form'];
  readonly why: string;
}

/** The outline, if it declares orders; an edit elsewhere in the file also re-reads them. */
function ordersIn(outline: FileOutline): FileOutline | undefined {
  return outline.orders.length > 0 ? outline : undefined;
}

/** All orders that the files of a program declare in `.lockorder` files and comments, with their classes. */
export class DeclaredOrders {
  readonly orders: DeclaredOrder[] = [];
  readonly unknown: UnknownName[] = [];
  /** Order files come first, since they override comments. */
  private readonly files: readonly (readonly [file: string, outline: FileOutline])[];
  private written: WrittenNames | undefined;
  private readonly byPair = new Map<string, DeclaredOrder[]>();

  private constructor(
    private collected: Collected,
    private readonly classes: ClassTable,
  ) {
    this.files = [...collected.program.facts.of(ordersIn)].sort(
      ([a], [b]) => Number(isOrderFile(b)) - Number(isOrderFile(a)) || (a < b ? -1 : 1),
    );
  }

  /** Reads the declared orders. Returns `before`, of the same program, if nothing has changed. */
  static read(collected: Collected, classes: ClassTable, before?: DeclaredOrders): DeclaredOrders {
    const declared = new DeclaredOrders(collected, classes);
    if (before?.isLike(declared) === true) {
      before.collected = collected;
      return before;
    }
    for (const [file, { orders }] of declared.files) {
      for (const item of orders) {
        const { pairs, missing } = declared.readItem(file, item);
        declared.unknown.push(...missing);
        for (const pair of pairs) if (declared.take(pair)) declared.orders.push(pair);
      }
    }
    return declared;
  }

  private isLike(other: DeclaredOrders): boolean {
    if (this.files.length !== other.files.length) return false;
    const isSame = this.files.every(([, outline], i) => other.files[i]?.[1] === outline);
    return isSame && this.files.length > 0 && this.names.follow(other.names);
  }

  private get names(): WrittenNames {
    return (this.written ??= new WrittenNames(this.collected, this.classes));
  }

  /** False if an order file overrides the pair, or if the pair is already known. */
  private take(pair: DeclaredOrder): boolean {
    const key = `${pair.from}\n${pair.to}`;
    const same = this.byPair.get(key) ?? [];
    if (same.some((other) => other.scope === pair.scope && other.at.file === pair.at.file)) return false;
    if (pair.form !== 'declared') {
      const reverse = this.byPair.get(`${pair.to}\n${pair.from}`) ?? [];
      const overrules = ({ form, scope }: DeclaredOrder): boolean =>
        form === 'declared' && isBelow(scope === '' ? [] : [scope])(pair.at.file);
      if ([...same, ...reverse].some(overrules)) return false;
    }
    this.byPair.set(key, [...same, pair]);
    return true;
  }

  private readItem(
    file: string,
    { locks, at, form }: OrderItem,
  ): { readonly pairs: readonly DeclaredOrder[]; readonly missing: readonly UnknownName[] } {
    const missing: UnknownName[] = [];
    const place = { file, ...at };
    const named = locks.flatMap((name) => {
      const found =
        form === 'declared' ? declaredNames(this.names, name, locks) : this.names.spoken(name, file);
      if ('keys' in found && found.keys.length > 0) return [{ name, ...found }];
      missing.push({ name, at: place, form, why: 'why' in found ? found.why : 'no such lock is taken' });
      return [];
    });
    const pairs: DeclaredOrder[] = [];
    const scope = form === 'declared' ? folderOf(file) : '';
    named.forEach((first, i) => {
      for (const [j, second] of named.slice(i + 1).entries()) {
        if (j > 0 && named.length > BOUNDS.declaredNames) break;
        const certain = first.certain && second.certain;
        for (const from of first.keys)
          for (const to of second.keys)
            if (from !== to)
              pairs.push({
                from,
                to,
                fromName: first.name,
                toName: second.name,
                form,
                at: place,
                scope,
                certain,
              });
      }
    });
    return { pairs, missing };
  }

  /** Keys of the classes that a name in a `.lockorder` file denotes, given the other names of its line. */
  meant(name: string, locks: readonly string[]): readonly string[] {
    return declaredNames(this.names, name, locks).keys;
  }

  /** Declared orders of two classes for the code of a file, in either direction; the nearest `.lockorder` first. */
  between(one: string, other: string, file: string): readonly DeclaredOrder[] {
    return [...(this.byPair.get(`${one}\n${other}`) ?? []), ...(this.byPair.get(`${other}\n${one}`) ?? [])]
      .filter(({ scope }) => isBelow(scope === '' ? [] : [scope])(file))
      .sort((a, b) => b.scope.length - a.scope.length);
  }

  /** The orders that affect a choice between classes, for {@link chooseSide}. */
  known(keys: readonly string[], file: string): readonly KnownOrder[] {
    return keys.flatMap((from) =>
      keys.flatMap((to) =>
        from === to
          ? []
          : this.between(from, to, file)
              .filter((order) => order.from === from && (order.form === 'declared' || order.certain))
              .slice(0, 1)
              .map(({ at }) => ({ from, to, source: `${at.file}:${at.line}` })),
      ),
    );
  }

  /** Cycles of orders, the shortest for each, reported at the last declaration. */
  contradictions(): readonly Contradiction[] {
    const next = new Map<string, DeclaredOrder[]>();
    for (const order of this.orders) {
      append(next, order.from, order);
    }
    const found: Contradiction[] = [];
    const seen = new Set<string>();
    for (const order of this.orders) {
      const way = wayBack(order, next);
      if (way === undefined) continue;
      const key = way
        .map(({ from }) => from)
        .sort()
        .join('\n');
      if (!seen.has(key)) found.push(way);
      seen.add(key);
    }
    return found;
  }
}

function declaredNames(
  names: WrittenNames,
  name: string,
  locks: readonly string[],
): { readonly keys: readonly string[]; readonly certain: boolean } {
  // `a < a/1`: next to its own subclass, a name means the plain class.
  const alone = locks.some((other) => other.startsWith(`${name}/`) || other.startsWith(`${name}#`));
  return { keys: names.declared(name, alone), certain: true };
}

/** The shortest chain of declarations with overlapping scopes from an order back to its first lock. */
function wayBack(
  order: DeclaredOrder,
  next: ReadonlyMap<string, readonly DeclaredOrder[]>,
): Contradiction | undefined {
  let ways: DeclaredOrder[][] = [[order]];
  const seen = new Set<string>([order.to]);
  while (ways.length > 0) {
    const longer: DeclaredOrder[][] = [];
    for (const way of ways) {
      const last = way.at(-1);
      for (const step of last === undefined ? [] : (next.get(last.to) ?? [])) {
        if (!way.every((one) => overlap(one, step))) continue;
        if (step.to === order.from) return [...way, step];
        if (seen.has(step.to)) continue;
        seen.add(step.to);
        longer.push([...way, step]);
      }
    }
    ways = longer;
  }
  return undefined;
}

/**
 * Whether two orders apply to the same code. An order file overrides those of parent folders and all comments. Comments
 * interact only within one file, since different files may use one name for different locks.
 */
function overlap(a: DeclaredOrder, b: DeclaredOrder): boolean {
  if (a.form === 'declared' || b.form === 'declared') return a.form === b.form && a.scope === b.scope;
  return a.at.file === b.at.file;
}
