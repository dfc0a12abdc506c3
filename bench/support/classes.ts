import type { GraphOutput } from '../../analysis/report/graph.js';

/** A lock class as lockdep knows it: the text it was initialised with, and where. */
export interface LockdepClass {
  readonly name: string;
  /** `file:line`. */
  readonly sites: readonly string[];
}

type OurClass = GraphOutput['classes'][number];

/** `?` is any subclass. */
const SUBCLASS = /\/(?:\d+|\?)$/;

/** Finds our classes for those of lockdep. */
export class ClassMatcher {
  private readonly bySite = new Map<string, OurClass[]>();
  private readonly byName = new Map<string, OurClass[]>();
  private readonly byWord = new Map<string, OurClass[]>();

  constructor(classes: readonly OurClass[]) {
    for (const each of classes) {
      const { declaredAt, initAt, lockdepNames, id } = each;
      for (const { file, line } of [...initAt, ...(declaredAt ? [declaredAt] : [])]) {
        append(this.bySite, `${file}:${line}`, each);
      }
      for (const name of lockdepNames) append(this.byName, withoutSubclass(name), each);
      if (initAt.length === 0) append(this.byWord, lastWord(id), each);
    }
  }

  /**
   * Ids of our classes: initialised at the same place and under the same text, else at the same place, else under the same text, else (for a class with unknown
   * initialisation) with the same last field. Among these, the ones with the same subclass; without any, the plain
   * class, since an initialiser can give a subclass to all acquisitions.
   */
  match({ name, sites }: LockdepClass): ReadonlySet<string> {
    const plain = withoutSubclass(name.replace(/#\d+/, ''));
    const subclass = SUBCLASS.exec(name)?.[0] ?? '';
    // The initializer may begin or continue on the line after the name.
    const named = this.byName.get(plain) ?? [];
    const placed = sites.flatMap((site) => this.bySite.get(site) ?? this.bySite.get(lineBefore(site)) ?? []);
    // One call may initialise several locks.
    const known = [placed.filter((each) => named.includes(each)), placed, named];
    const candidates = [
      ...known.map((list) => withSubclass(list, subclass)),
      ...known.map((list) => withSubclass(list, '')),
      withSubclass(this.byWord.get(lastWord(plain)) ?? [], subclass),
    ];
    return new Set(candidates.find((list) => list.length > 0));
  }
}

function lineBefore(site: string): string {
  const colon = site.lastIndexOf(':');
  return `${site.slice(0, colon)}:${parseInt(site.slice(colon + 1), 10) - 1}`;
}

function withSubclass(classes: readonly OurClass[], subclass: string): string[] {
  const isIt = (id: string): boolean => ['/?', subclass].includes(SUBCLASS.exec(id)?.[0] ?? '');
  return classes.map(({ id }) => id).filter(isIt);
}

function withoutSubclass(name: string): string {
  return name.replace(SUBCLASS, '');
}

/** `lock` of `&q->lock`, `foo.lock/1`, `dir/file.c:lock`. */
function lastWord(name: string): string {
  return /(\w+)\W*$/.exec(withoutSubclass(name))?.[1] ?? name;
}

function append(map: Map<string, OurClass[]>, key: string, value: OurClass): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
