import { calleesApart, handlersApart, type SourceText } from './split.js';

/** A way to write the same program otherwise. */
export interface Rephrasing {
  readonly name: string;
  readonly apply: (files: readonly SourceText[]) => readonly SourceText[];
}

/** Operations of the kernel by the type of their lock. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  'struct mutex': ['mutex_lock', 'mutex_unlock'],
  spinlock_t: [
    'spin_lock',
    'spin_unlock',
    'spin_lock_irq',
    'spin_unlock_irq',
    'spin_lock_bh',
    'spin_unlock_bh',
  ],
  'struct rw_semaphore': ['down_read', 'up_read', 'down_write', 'up_write'],
  rwlock_t: ['read_lock', 'read_unlock', 'write_lock', 'write_unlock'],
};

const HEADER = 'include/linux/own_locks.h';
const ALL = Object.entries(OPERATIONS).flatMap(([type, names]) => names.map((name) => ({ name, type })));
const CALLS = new RegExp(`\\b(${ALL.map(({ name }) => name).join('|')})\\(`, 'g');
const STATEMENT = /^(\t+)((?:mutex|spin|read|write)_(?:un)?lock\w*\([^;{}]*\);)$/gm;
const EARLY_RETURN = /^(\t+)if \(([^\n;{}]*)\)\n\t+(return[^;\n]*;)$/gm;
const GIVEN = /^(\t+)mutex_((?:un)?lock)\((&[^;{}(),]*)\);$/gm;

/** All names of a header's own operations instead of the kernel's. */
function withHeader(define: (name: string, type: string) => string): Rephrasing['apply'] {
  const header = { name: HEADER, text: ALL.map(({ name, type }) => define(name, type)).join('\n') + '\n' };
  return (files) => [
    header,
    ...files.map(({ name, text }) => ({
      name,
      text: (name.endsWith('.c') ? '#include <linux/own_locks.h>\n' : '') + text.replace(CALLS, 'own_$1('),
    })),
  ];
}

const TAKEN = new RegExp(`\\b(${ALL.map(({ name }) => name).join('|')})\\(&(\\w+)->(\\w+)\\)`, 'g');

/** A function of the file for each operation on a member of an object that a function is given or declares. */
function withObjectFunctions(text: string): string {
  const functions = new Map<string, string>();
  const changed = text.replace(TAKEN, (call, name: string, object: string, member: string, at: number) => {
    const type = [...text.slice(0, at).matchAll(new RegExp(`\\bstruct (\\w+) \\*${object}\\b`, 'g'))].at(
      -1,
    )?.[1];
    if (type === undefined) return call;
    const own = `${type}_${member}_${name}`;
    functions.set(own, `static void ${own}(struct ${type} *o)\n{\n\t${name}(&o->${member});\n}\n`);
    return `${own}(${object})`;
  });
  return changed + [...functions.values()].join('');
}

/** The same text in every file. */
function each(change: (text: string) => string): Rephrasing['apply'] {
  return (files) => files.map(({ name, text }) => ({ name, text: change(text) }));
}

export const REPHRASINGS: readonly Rephrasing[] = [
  {
    name: 'functions of a header',
    apply: withHeader((name, type) => `static inline void own_${name}(${type} *l)\n{\n\t${name}(l);\n}\n`),
  },
  { name: 'macros of a header', apply: withHeader((name) => `#define own_${name}(l) ${name}(l)`) },
  { name: 'functions of the object', apply: each(withObjectFunctions) },
  { name: 'a block of its own', apply: each((text) => text.replace(STATEMENT, '$1do { $2 } while (0);')) },
  {
    name: 'a pointer first',
    apply: each((text) => text.replace(GIVEN, '$1{\n$1\tstruct mutex *own = $3;\n\n$1\tmutex_$2(own);\n$1}')),
  },
  {
    name: 'the other arm returns',
    apply: each((text) => text.replace(EARLY_RETURN, '$1if (likely(!($2)))\n$1\t;\n$1else\n$1\t$3')),
  },
  { name: 'callees in another file', apply: calleesApart },
  { name: 'handlers in another file', apply: handlersApart },
];
