// node out/bench/quality/planted.js --tree DIR --into DIR [--mistake irq|halves|release|skip|twice|switch|state|inner|wait|alone|behind|ahead|retry|item|member|stored|variant|again|always|late|flags|mutex|spin|nap|tasklet|timer|clock|order|under|bare|shared|unsaved|sections|gate|edge|pin|readers|cancel|unpassed|held|removal|callee|thread|delay|poll|reset|settle|itemless|number|retake] [--paths a,b]
//   [--functions 40] [--seed 1] [--without FILE] [--only FILE]
// Plants a mistake into one function in each of N randomly drawn files:
//   irq      `spin_lock_irqsave`, `_irq` and `_bh` become `spin_lock` where a handler of the file takes a lock of the
//            same name;
//   halves   `spin_lock_bh` becomes `spin_lock` in a function, where others of the file take the lock with bottom halves disabled;
//   release  one exit forgets the release that others do;
//   skip     an exit without the lock jumps to the label that releases it;
//   twice    what a callee has released is released again right behind the call;
//   switch   one exit leaves interrupts, bottom halves or preemption disabled, which others enable;
//   state    one release does not restore interrupts as the others do;
//   inner    the inner one of two locks switches interrupts, which the outer one keeps disabled;
//   unsaved  a function that is called with interrupts off enables them, instead of restoring their state;
//   sections a handler with several sections enables interrupts at the end of each;
//   wait     a wait for an interrupt or a tasklet sleeps, where it did not;
//   alone    a wait for a work item or timer gets a section of its own, of a lock that the awaited function takes;
//   behind   a wait for a work item or timer moves in front of the release that it follows;
//   ahead    it moves behind the acquisition that follows it;
//   retry    what runs again where a lock is taken waits for the lock instead;
//   item     a work item takes the mutex under which it is cancelled (there is no original);
//   member   the function of an LED is stored as one that does not sleep;
//   stored   the operations of a clock that may sleep are stored as those that must not;
//   flags    an allocation under a spinlock may wait for memory;
//   mutex    a lock that keeps softirqs out is a mutex, which they take;
//   spin     a mutex is a spinlock, under which the file sleeps;
//   shared   the same for a mutex that a header of a folder declares, in all files of the folder;
//   nap      a function sleeps under a plain spinlock, which may or may not be a mutex (there is no original);
//   tasklet  a work item whose function may sleep is a tasklet;
//   timer    a delayed work item whose function may sleep is a timer;
//   clock    clocks that stay prepared are prepared where they are enabled;
//   gate     a function that prepares a clock is called in a section of a spinlock (there is no original);
//   edge     a call that sleeps next to a section of a spinlock moves into it;
//   pin      a pin is switched under a spinlock or in a handler as if it could sleep;
//   readers  a mutex is a lock for readers that spins, under which the file sleeps;
//   cancel   a work item or timer that is cancelled under a lock is awaited there;
//   unpassed a function has no parameter for the allocation flags that some callers gave it to wait and others not to;
//   held     a lock is released behind a call that takes it, instead of before;
//   callee   a function that allocates without waiting, of which only some callers hold a spinlock, waits for memory;
//   thread   a handler that sleeps is registered for the interrupt itself, instead of for a thread;
//   delay    a delay under a spinlock sleeps;
//   poll     a register is polled by a macro that sleeps, which some of these functions must not;
//   reset    the reset of a network device whose transmission timed out sleeps (there is no original);
//   settle   such a reset sleeps in front of the last start of the queue;
//   itemless such a reset does itself what it queues a work item for, which is gone;
//   number   a function that polls a network device disables a number that nobody sets;
//   retake   a lock that a caller holds is dropped, and taken back by a new function that may fail (there is no original);
//   removal  files are removed in a section of a mutex that a function of theirs takes, behind the next statement;
//   order    two locks that follow each other are taken in the opposite order to the rest of the file;
//   under    a lock that sleeps is taken under one that spins, instead of around it;
//   bare     a call of a function that asserts a lock loses the section around it;
//   variant  callers that hold a lock call the function that takes it, since the one that does not is gone;
//   again    a caller that holds a lock calls the function that takes it, instead of the one that does not;
//   always   a signal may end an acquisition, and the function goes on;
//   late     a lock is taken behind tests that jump to code which ends in its release.
// Writes the changed files below --into, to be laid over a copy of the tree (never over the tree itself), and lists the
// functions. `repairs.js --original DIR` compares what it offers there with the original. Files listed in --without are
// not drawn; --only lists files, each with the function to change.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DiskFiles } from '../../host/node/files/disk.js';
import { drawn } from '../support/draw.js';
import { options } from '../support/options.js';
import { sharedSpinlocksThatSleep } from './planting/kinds.js';
import { MISTAKES } from './planting/mistakes.js';
import type { Planted } from './planting/functions.js';

const given = options(
  'planted --tree DIR --into DIR [--mistake irq|halves|release|skip|twice|switch|state|wait|alone|behind|ahead|retry|item|member|stored|variant|again|always|late|flags|mutex|spin|nap|tasklet|timer|clock|order|under|bare|shared|unsaved|sections|gate|edge|pin|readers|cancel|unpassed|held|removal|callee|thread|delay|poll|reset|settle|itemless|number|retake] [--paths a,b] [--functions 40] [--seed 1] [--without FILE] [--only FILE]',
  {
    tree: undefined,
    into: undefined,
    mistake: 'irq',
    paths: 'drivers,sound,net',
    functions: '40',
    seed: '1',
    without: '',
    only: '',
  },
);

/** The words of each line of a file. */
function listed(path: string): string[][] {
  const lines = path === '' ? [] : readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split(/\s+/));
}

const seed = Number(given.seed);
const mistakesIn = MISTAKES.get(given.mistake);
if (mistakesIn === undefined && given.mistake !== 'shared')
  throw new Error(`no such mistake: ${given.mistake}`);
const only = new Map(listed(given.only).map(([file = '', name = '']) => [file, name]));
const without = new Set(listed(given.without).map(([file = '']) => file));
const { files } = new DiskFiles(given.tree).list(
  given.paths.split(',').map((path) => join(given.tree, path)),
);
const all = [...files].filter((name) => /\.[ch]$/.test(name) && !without.has(name)).sort();
let left = Number(given.functions);

function textOf(file: string): string {
  return readFileSync(join(given.tree, file), 'latin1');
}

function write(file: string, text: string): void {
  const target = join(given.into, file);
  mkdirSync(dirname(target), { recursive: true });
  // The copy may share its files with the tree.
  rmSync(target, { force: true });
  writeFileSync(target, text, 'latin1');
}

/** One lock of each of the drawn folders. */
function plantShared(): void {
  const folders = new Map<string, string[]>();
  for (const file of all) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  for (const folder of drawn([...folders.keys()], folders.size, seed)) {
    if (left === 0) break;
    const texts = new Map((folders.get(folder) ?? []).map((file) => [file, textOf(file)]));
    const [chosen] = drawn([...sharedSpinlocksThatSleep(texts)], 1, seed);
    if (chosen === undefined) continue;
    const [name, changed] = chosen;
    for (const [file, text] of changed) {
      write(file, text);
      console.log(`${file} ${name}`);
    }
    left--;
  }
}

function plant(mistakesIn: (text: string) => readonly Planted[]): void {
  const sources = all.filter((name) => name.endsWith('.c'));
  const eligible =
    only.size > 0 ? sources.filter((name) => only.has(name)) : drawn(sources, sources.length, seed);
  for (const file of eligible) {
    if (left === 0) break;
    const text = textOf(file);
    const name = only.get(file) ?? '';
    const [chosen] = drawn(
      mistakesIn(text).filter((one) => name === '' || one.name === name),
      1,
      seed,
    );
    if (chosen === undefined) continue;
    write(file, text.slice(0, chosen.start) + chosen.text + text.slice(chosen.end));
    console.log(`${file} ${chosen.name}`);
    left--;
  }
}

if (mistakesIn === undefined) plantShared();
else plant(mistakesIn);
