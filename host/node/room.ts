import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/**
 * Young objects of an analysis live for a while: with V8's default of 16 MB most are copied twice and then
 * given up as old. With this a scan of the file systems spends a tenth of its time on collection, not a third.
 */
const YOUNG_MB = 64;
/** Young objects may have this share of a heap that is small. */
const YOUNG_SHARE = 1 / 16;
const LEAST_YOUNG_MB = 2;
/** Share of the machine's memory (or of its container's) that the heap may have; V8's default stops at 4 GB. */
const HEAP_SHARE = 0.7;
/**
 * By how much of what was alive the heap may grow before V8 looks again for what is not, in percent. Left alone it
 * lets a large heap become three times what is alive, most of it garbage that it keeps.
 */
const GROWTH_PERCENT = 50;
/** The same of a large heap where there is ample room. */
const LARGE_GROWTH_PERCENT = 70;
/** A heap of so many megabytes is large, and so many times of it is more than an analysis comes to. */
const LARGE_MB = 500;
const AMPLE = 8;
/** Tells the program that it was started with these settings. */
const STARTED = 'LOCKORDER_HEAP_MB';
/** Tells the program that what it says on standard error comes to a terminal in the end. */
const TERMINAL = 'LOCKORDER_TERMINAL';
/** Exit code of a program that gave up. */
const ABORTED = 134;
/** What V8 ends with when the heap is full. */
const OUT_OF_MEMORY = new Set<string | number | null>(['SIGABRT', 'SIGTRAP', ABORTED]);
/** What V8 says then goes on with a trace of its own functions, of use to nobody here. */
const LAST_WORDS = /\n*(?:<--- Last few GCs --->|#\n# Fatal |FATAL ERROR: )/u;
/** Heaps below this many megabytes hold the program and nothing else. */
const LEAST_MB = 32;
/** Address space that the program takes besides its heap, in megabytes, and of the rest what the heap may have. */
const PROGRAM_ADDRESSES_MB = 1100;
const ADDRESS_SHARE = 0.8;
/** Where addresses are few, WebAssembly must do without the gigabytes that it reserves around its memory. */
const FEW_ADDRESSES = '--disable-wasm-trap-handler';
export const MEGABYTE = 2 ** 20;
/**
 * Size of what V8's compiler may put into one function from those that it calls, in its own bytecodes (920 where nothing is
 * said). Compiling takes a fifth less with this, and what is compiled a tenth less memory; nothing was seen to run slower.
 */
const MOST_INLINED = 150;
const CHOSEN = /--max[-_]old[-_]space[-_]size[= ](\d+)/gu;

/** Tells the program who waits for it. */
const PARENT = 'LOCKORDER_PARENT';
/** Milliseconds between two looks whether somebody does. */
const LOOK_MS = 500;

/** Ends this process, with its threads, soon after the one that has started it is gone: nobody waits for it then. */
export function endWithParent(): void {
  setInterval(endIfLeft, LOOK_MS).unref();
}

let looked = 0;

/** The same for stretches of work in which no timer comes to its turn. @param now as `performance.now()` */
export function endWhenLeft(now: number): void {
  if (now - looked < LOOK_MS) return;
  looked = now;
  endIfLeft();
}

function endIfLeft(): void {
  const parent = process.env[PARENT];
  if (parent !== undefined && process.ppid !== Number(parent)) process.kill(process.pid, 'SIGKILL');
}

/** Whether this process was started by {@link inRoom}. */
export function hasRoom(): boolean {
  return process.env[STARTED] !== undefined;
}

/**
 * Holds the heap near to what is alive in it, and begins all objects among the young ones; at any time, for all threads of
 * this process. V8 would decide, in some runs and not in others, that objects of some kind live long, and put them among
 * the old at once, where they keep young ones alive: such runs take a quarter longer. Keeps compiled code small, and lets go
 * of what is not optimised when it has not run for some collections.
 */
export function prepareHeap(): void {
  setGrowth(GROWTH_PERCENT);
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${MOST_INLINED}`);
  setFlagsFromString('--flush-baseline-code');
}

function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/**
 * Lets the heap grow by more once everything is read, where it is large and there is ample room: to look for garbage in
 * gigabytes takes seconds.
 */
export function growWithRoom(): void {
  const usedMb = process.memoryUsage().heapUsed / MEGABYTE;
  if (usedMb > LARGE_MB && usedMb * AMPLE < roomMb()) setGrowth(LARGE_GROWTH_PERCENT);
}

/** Whether a person sees at once what is said on standard error. */
export function isErrorSeen(): boolean {
  return process.stderr.isTTY || process.env[TERMINAL] !== undefined;
}

/** Megabytes that the heap may have: as the user has chosen, else by the memory that there is. */
export function roomMb(): number {
  const words = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ');
  const chosen = [...words.matchAll(CHOSEN)].at(-1)?.[1];
  const addresses = (addressLimit() / MEGABYTE - PROGRAM_ADDRESSES_MB) * ADDRESS_SHARE;
  const memory = (Math.min(totalmem(), constrained()) * HEAP_SHARE) / MEGABYTE;
  return Math.max(0, Math.floor(Math.min(chosen === undefined ? memory : Number(chosen), addresses)));
}

/** Why the program cannot even begin; `undefined` where it can. */
export function whyNoRoom(): string | undefined {
  const limit = roomMb();
  return limit >= LEAST_MB
    ? undefined
    : `${limit} MB of memory are left for the work, ${LEAST_MB} are the least`;
}

/** Bytes that a process may address (`ulimit -v`). */
export function addressLimit(): number {
  try {
    const limit = /^Max address space +(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Infinity : Number(limit);
  } catch {
    return Infinity;
  }
}

/**
 * Runs this very program again with a heap that fits a whole kernel: V8 takes such settings only at the start.
 * Signals go on to it. Resolves with its exit code, or with `full` when memory was not enough; V8's own words
 * about that are kept back.
 */
export async function inRoom(variables: Readonly<Record<string, string>> = {}): Promise<number | 'full'> {
  const limit = roomMb();
  const young = Math.max(LEAST_YOUNG_MB, Math.min(YOUNG_MB, Math.floor(limit * YOUNG_SHARE)));
  const settings = [`--max-semi-space-size=${young}`, `--max-old-space-size=${limit}`];
  if (addressLimit() < Infinity && process.allowedNodeEnvironmentFlags.has(FEW_ADDRESSES)) {
    settings.push(FEW_ADDRESSES);
  }
  const killed = killsForMemory();
  const child = spawn(process.execPath, [...process.execArgv, ...settings, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'pipe'],
    env: {
      ...process.env,
      ...(isErrorSeen() ? { [TERMINAL]: '1' } : {}),
      ...variables,
      [STARTED]: String(limit),
      [PARENT]: String(process.pid),
    },
  });
  forward(child.stderr);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      const isFull = OUT_OF_MEMORY.has(signal ?? code) || (signal === 'SIGKILL' && killsForMemory() > killed);
      if (isFull) resolve('full');
      else if (code === null) process.kill(process.pid, signal ?? 'SIGTERM');
      else resolve(code);
    });
  });
}

/** Hands on what the program says, up to V8's last words. */
function forward(said: NodeJS.ReadableStream): void {
  let isOver = false;
  said.setEncoding('utf8');
  said.on('data', (text: string) => {
    if (isOver) return;
    const end = text.search(LAST_WORDS);
    isOver = end >= 0;
    process.stderr.write(isOver ? text.slice(0, end) : text);
  });
}

function constrained(): number {
  const bytes = process.constrainedMemory();
  return bytes > 0 ? bytes : Infinity;
}

/** How many processes of this control group the system has ended because its memory was used up. */
function killsForMemory(): number {
  try {
    const groups = readFileSync('/proc/self/cgroup', 'utf8');
    const older = /^\d+:memory:(.*)$/mu.exec(groups)?.[1];
    const group = /^0::(.*)$/mu.exec(groups)?.[1] ?? '/';
    const events =
      older === undefined
        ? `/sys/fs/cgroup${group}/memory.events`
        : `/sys/fs/cgroup/memory${older}/memory.oom_control`;
    return Number(/^oom_kill (\d+)$/mu.exec(readFileSync(events, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
