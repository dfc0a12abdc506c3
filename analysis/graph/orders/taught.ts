import { append } from '../../base/lists.js';
import type { FileOutline, LockInitItem } from '../../outline/types.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import { keyOf, type Collected } from '../events/collect.js';
import { classInitialised } from '../events/lock-names.js';
import type { KnownOrder } from './side.js';

/** A variable with a class key. */
const KEY = /^&\w+$/;

/** Initialisations of a file that give several locks one class key of it. */
function sharedIn({ lockInits }: FileOutline): readonly LockInitItem[] | undefined {
  const byKey = new Map<string, LockInitItem[]>();
  for (const init of lockInits) for (const name of init.names) if (KEY.test(name)) append(byKey, name, init);
  const shared = [...byKey.values()].filter((inits) => new Set(inits.map(({ lock }) => lock)).size > 1);
  return shared.length === 0 ? undefined : shared.flat();
}

/**
 * The orders that a driver teaches lockdep by locks that stand for its own: they have the same class keys, and some
 * function takes them one inside the other. Only orders of the given classes, by key.
 */
export function taughtOrders(
  collected: Collected,
  classes: ClassTable,
  keys: readonly string[],
): readonly KnownOrder[] {
  const found: KnownOrder[] = [];
  for (const [file, inits] of collected.program.facts.of(sharedIn)) {
    const members = new Map<string, Set<string>>();
    const names = new Map<string, Set<string>>();
    for (const init of inits) {
      const key = classInitialised(init, file, classes);
      if (key === undefined) continue;
      for (const name of init.names.filter((one) => KEY.test(one))) {
        members.set(name, (members.get(name) ?? new Set()).add(key));
        names.set(key, (names.get(key) ?? new Set()).add(name));
      }
    }
    const twins = (key: string): ReadonlySet<string> => {
      const all = [...(names.get(key) ?? [])].flatMap((name) => [...(members.get(name) ?? [])]);
      return new Set(all.filter((one) => one !== key));
    };
    for (const from of keys)
      for (const to of keys) {
        const outer = from === to ? new Set<string>() : twins(from);
        if (outer.size === 0) continue;
        for (const { acquire } of [...twins(to)].flatMap((inner) => collected.acquisitions(inner)))
          if (acquire.locksets.some(({ held }) => held.some((one) => outer.has(keyOf(one) ?? ''))))
            found.push({ from, to, source: `${acquire.site.fn.file}:${acquire.site.span.line}` });
      }
  }
  return found;
}
