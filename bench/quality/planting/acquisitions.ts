import { quoted } from '../../../analysis/base/words.js';
import { functionsOf, planted, type Planted } from './functions.js';

/** A mutex that a function takes in its outermost block. */
const TAKE = /^\tmutex_lock\(([^;()]*)\);\n/m;

/** Acquisitions that a signal may end, with which nothing is done. */
const IGNORED: readonly ((lock: string) => string)[] = [
  (lock) => `\tmutex_lock_interruptible(${lock});\n`,
  (lock) => `\tif (mutex_lock_interruptible(${lock}))\n\t\t;\n`,
  (lock) => `\tif (mutex_lock_killable(${lock})) {\n\t\t/* nothing can be done here */\n\t}\n`,
  (lock) => `\t(void)mutex_lock_killable(${lock});\n`,
];

/** The functions of a file without a result that take one mutex, going on if a signal ends the acquisition. */
export function ignoredSignals(text: string): Planted[] {
  return functionsOf(text).flatMap((fn, at) => {
    const [take, lock = ''] = TAKE.exec(fn.whole) ?? [];
    const isOnly = fn.whole.match(/mutex_lock\(/g)?.length === 1;
    const written = IGNORED[at % IGNORED.length];
    if (take === undefined || !isOnly || !written || !/^(?:static )?(?:inline )?void\b/.test(fn.whole))
      return [];
    return [
      planted(
        fn,
        fn.whole.replace(take, () => written(lock)),
      ),
    ];
  });
}

/** An acquisition directly in front of plain tests that go to a label. */
const TESTED =
  /^\t((?:mutex_lock|down_read|down_write|spin_lock|spin_lock_bh|spin_lock_irq)\(([^;()]*)\));\n(\n?)((?:\tif \([^{}();]*(?:\([^(){};]*\)[^{}();]*)*\)(?: \{\n(?:\t\t[\w>.-]+ = -?\w+;\n)*\t\tgoto \w+;\n\t\}|\n\t\tgoto \w+;)\n)+)/gm;

/** The functions of a file that take a lock behind tests which jump to code that ends in its release. */
export function lateAcquisitions(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    for (const { 0: all, 1: take, 2: lock = '', 3: blank, 4: tests, index } of fn.whole.matchAll(TESTED)) {
      const label = /goto (\w+);/.exec(tests ?? '')?.[1] ?? '';
      const end = fn.whole.slice(fn.whole.search(new RegExp(`^${label}:`, 'm')));
      const inFront = end.slice(0, end.search(/unlock|up_(?:read|write)/)).split('\n');
      const takes = fn.whole.match(new RegExp(`(?<!un)(?:lock\\w*|down_\\w+)\\(${quoted(lock)}`, 'g'));
      if (inFront.length < 3 || takes?.length !== 1) continue;
      const late = `${tests ?? ''}${blank ?? ''}\t${take ?? ''};\n`;
      const whole = `${fn.whole.slice(0, index)}${late}${fn.whole.slice(index + all.length)}`;
      return [planted(fn, whole)];
    }
    return [];
  });
}

/** What releases a lock and what takes it back, without a variable for the state of interrupts. */
const FAMILIES = new Map([
  ['mutex_unlock', 'mutex_lock'],
  ['spin_unlock', 'spin_lock'],
  ['spin_unlock_bh', 'spin_lock_bh'],
  ['spin_unlock_irq', 'spin_lock_irq'],
  ['write_unlock', 'write_lock'],
  ['up_write', 'down_write'],
  ['up_read', 'down_read'],
]);

const OPERATION = /\b\w*(?:lock|down_|up_(?:read|write))\w*\((&?[\w>.-]+)/g;
const FIRST = /^(\w+)\((&(\w+)->\w+)$/;

/**
 * The functions of a file that drop their caller's lock and take it back, by a new function that fails without the lock.
 * They then return its error.
 */
export function failingRetakes(text: string): Planted[] {
  return functionsOf(text).flatMap((fn, at) => {
    const body = fn.whole.indexOf('\n{\n');
    const operations = [...fn.whole.slice(body).matchAll(OPERATION)];
    const [, give = '', lock = '', root = ''] = FIRST.exec(operations[0]?.[0] ?? '') ?? [];
    const take = FAMILIES.get(give);
    if (take === undefined) return [];
    const [type] = new RegExp(String.raw`struct \w+ \*(?=${root}\b)`).exec(fn.whole) ?? [];
    const back = new RegExp(String.raw`^(\t+)${quoted(`${take}(${lock});`)}\n`, 'm');
    const [all, indent = ''] = back.exec(fn.whole) ?? [];
    const isInt = /^(?:static )?(?:noinline )?(?:int|long|ssize_t|s32)\b/.test(fn.whole);
    if (
      all === undefined ||
      type === undefined ||
      !isInt ||
      fn.whole.match(new RegExp(back, 'gm'))?.length !== 1
    )
      return [];
    if (!isAlone(fn.whole.slice(body, fn.whole.indexOf(all)), lock)) return [];
    const own = lock.replace(root, 'owner');
    const helper = `int is_owner_gone(${type}owner);

static int ${fn.name}_again(${type}owner)
{
	${take}(${own});
	if (is_owner_gone(owner)) {
		${give}(${own});
		return -ENODEV;
	}
	return 0;
}

`;
    const told = at % 2 === 0 ? '' : `${indent}pr_debug("tried to take it back\\n");\n`;
    const failing = `${indent}again = ${fn.name}_again(${root});\n${told}${indent}if (again)\n${indent}\treturn again;\n`;
    const whole = fn.whole.replace(all, () => failing).replace('\n{\n', () => '\n{\n\tint again;\n');
    return [{ name: fn.name, start: fn.index, end: fn.index + fn.whole.length, text: helper + whole }];
  });
}

/** Whether a text takes as many locks as it releases, this one apart. */
function isAlone(front: string, lock: string): boolean {
  const others = [...front.matchAll(OPERATION)].filter(([, one]) => one !== lock).map(([name]) => name);
  const given = others.filter((name) => /unlock|up_/.test(name));
  return 2 * given.length === others.length;
}
