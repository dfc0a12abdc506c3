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
