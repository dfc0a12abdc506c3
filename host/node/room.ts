import { spawn, type ChildProcess, type Serializable } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/**
 * Size of the young generation in megabytes. Objects of an analysis live for a while: with V8's default of 16 MB, most
 * are copied twice and then promoted. With this size, a scan of the file systems spends a tenth of its time on
 * collection, not a third.
 */
const YOUNG_MB = 64;
/** Share of a small heap for the young generation. */
const YOUNG_SHARE = 1 / 16;
const LEAST_YOUNG_MB = 2;
/** Share of the machine's memory (or of its container's) for the heap; V8's default stops at 4 GB. */
const HEAP_SHARE = 0.7;
/**
 * How much the heap may grow over its live size before the next collection, in percent. By default V8 lets a large heap
 * grow to three times its live size, most of it garbage.
 */
const GROWTH_PERCENT = 50;
/** The growth of a large heap where memory is ample, in percent. */
const LARGE_GROWTH_PERCENT = 70;
/** A heap is large from this many megabytes on; memory is ample at this multiple of its size. */
const LARGE_MB = 500;
const AMPLE = 8;
/** Environment variable: the program was started with these settings. */
const STARTED = 'LOCKORDER_HEAP_MB';
/** Environment variable: standard error ends at a terminal. */
const TERMINAL = 'LOCKORDER_TERMINAL';
/** Exit code of an aborted program. */
const ABORTED = 134;
/** Exit codes and signals of V8 when the heap is full. */
const OUT_OF_MEMORY = new Set<string | number | null>(['SIGABRT', 'SIGTRAP', ABORTED]);
/** The start of V8's message for a full heap; a trace of its own functions follows. */
const LAST_WORDS = /\n*(?:<--- Last few GCs --->|#\n# Fatal |FATAL ERROR: )/u;
/** The least heap that can hold the program itself, in megabytes. */
const LEAST_MB = 32;
/** Address space of the program besides its heap, in megabytes, and the heap's share of the rest. */
const PROGRAM_ADDRESSES_MB = 1100;
const ADDRESS_SHARE = 0.8;
/** With little address space, WebAssembly must not reserve the gigabytes of guard regions around its memory. */
const FEW_ADDRESSES = '--disable-wasm-trap-handler';
export const MEGABYTE = 2 ** 20;
/**
 * Limit of what V8's optimising compiler inlines into one function, in bytecodes (default 920). With this limit
 * compilation takes a fifth less time, and compiled code a tenth less memory; no slowdown was measured.
 */
const MOST_INLINED = 150;
/**
 * How long a function of the parser runs before V8 compiles it again to faster code, in bytes of it executed (default 1.8
 * million). By default that costs a small scan a fourth of its time, and no large scan gains from it.
 */
const TIERING_BYTES = 200_000_000;
const CHOSEN = /--max[-_]old[-_]space[-_]size[= ](\d+)/gu;

/** Environment variable: the process that waits for this program. */
const PARENT = 'LOCKORDER_PARENT';
/** Interval of the check for that process, in milliseconds. */
const LOOK_MS = 500;

/** Ends this process with its threads soon after its parent exits, since nothing waits for it then. */
export function endWithParent(): void {
  setInterval(endIfLeft, LOOK_MS).unref();
}

let looked = 0;

/**
 * {@link endWithParent} for long work during which no timer fires.
 * @param now as `performance.now()`
 */
export function exitWhenOrphaned(now: number): void {
  if (now - looked < LOOK_MS) return;
  looked = now;
  endIfLeft();
}

function endIfLeft(): void {
  const parent = process.env[PARENT];
  if (parent !== undefined && process.ppid !== Number(parent)) process.kill(process.pid, 'SIGKILL');
}

/** Whether {@link inRoom} started this process. */
export function hasRoom(): boolean {
  return process.env[STARTED] !== undefined;
}

/**
 * Keeps the heap close to its live size and allocates all objects in the young generation; affects all threads of this
 * process. Otherwise V8 pretenures some kinds of objects in some runs: they keep young objects alive, and such runs
 * take a quarter longer. Also limits compiled code, and drops unoptimised code that has not run for some collections.
 */
export function prepareHeap(): void {
  setGrowth(GROWTH_PERCENT);
  setFlagsFromString('--no-allocation-site-pretenuring');
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${MOST_INLINED}`);
  setFlagsFromString('--flush-baseline-code');
  setFlagsFromString(`--wasm-tiering-budget=${TIERING_BYTES}`);
}

function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** Lets a large heap grow more once everything is read, if memory is ample: collecting gigabytes takes seconds. */
export function growWithRoom(): void {
  const usedMb = process.memoryUsage().heapUsed / MEGABYTE;
  if (usedMb > LARGE_MB && usedMb * AMPLE < roomMb()) setGrowth(LARGE_GROWTH_PERCENT);
}

/** Whether a user sees standard error at once. */
export function isErrorSeen(): boolean {
  return process.stderr.isTTY || process.env[TERMINAL] !== undefined;
}

/** The heap limit in megabytes: the user's choice, else by available memory. */
export function roomMb(): number {
  const words = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ');
  const chosen = [...words.matchAll(CHOSEN)].at(-1)?.[1];
  const addresses = (addressLimit() / MEGABYTE - PROGRAM_ADDRESSES_MB) * ADDRESS_SHARE;
  const memory = (Math.min(totalmem(), constrained()) * HEAP_SHARE) / MEGABYTE;
  return Math.max(0, Math.floor(Math.min(chosen === undefined ? memory : Number(chosen), addresses)));
}

/** Why the program cannot start; `undefined` if it can. */
export function whyNoRoom(): string | undefined {
  const limit = roomMb();
  return limit >= LEAST_MB
    ? undefined
    : `${limit} MB of memory are left for the work, ${LEAST_MB} are the least`;
}

/** Address space limit of a process in bytes (`ulimit -v`). */
export function addressLimit(): number {
  try {
    const limit = /^Max address space +(\d+)/mu.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Infinity : Number(limit);
  } catch {
    return Infinity;
  }
}

/** The signals with which a user or a system ends a program. */
export const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a program is started again. */
export interface Restart {
  /** Further environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Megabytes of heap. */
  readonly limit?: number;
  /** Whether a user sees its standard error at once. */
  readonly isHeard?: boolean;
  /** Answers a question of the program ({@link ask}); `undefined`: it has none. */
  readonly answer?: () => Serializable;
}

/** Asks the process that started this one; `undefined` if it is gone. */
export function ask(): Promise<unknown> {
  return new Promise((resolve) => {
    process.once('message', resolve);
    const asked: Serializable = {};
    if (process.send === undefined) resolve(undefined);
    else process.send(asked, (error: Error | null) => error && resolve(undefined));
  });
}

/** What a program tells the one that started it: its result begins, or is written and ends it with this exit code. */
interface ResultNews {
  readonly result: 'begins' | number;
}

function tell(result: ResultNews['result']): void {
  const news: ResultNews = { result };
  // A process that is gone starts nothing else.
  process.send?.(news, () => undefined);
}

/** Tells the process that started this one that the result follows: another one must not be written after it. */
export function tellResultBegins(): void {
  if (hasRoom()) tell('begins');
}

/** Tells the process that started this one that the result is written: `code` holds even if memory runs out now. */
export function tellResultEnds(code: number): void {
  if (hasRoom()) tell(code);
}

/**
 * Runs this program again with a heap that fits a whole kernel, which V8 can only set at start-up. Forwards signals.
 * Resolves with the exit code or the signal that ended it, with `full` if memory ran out before its result (V8's message
 * about that is suppressed), with `cut` if memory ran out while it wrote its result, or with `alone` if this system
 * starts no further process.
 */
export async function inRoom({
  variables = {},
  limit = roomMb(),
  isHeard = isErrorSeen(),
  answer,
}: Restart = {}): Promise<number | 'full' | 'cut' | 'alone' | NodeJS.Signals> {
  const young = Math.max(LEAST_YOUNG_MB, Math.min(YOUNG_MB, Math.floor(limit * YOUNG_SHARE)));
  const settings = [`--max-semi-space-size=${young}`, `--max-old-space-size=${limit}`];
  if (addressLimit() < Infinity && process.allowedNodeEnvironmentFlags.has(FEW_ADDRESSES)) {
    settings.push(FEW_ADDRESSES);
  }
  const killed = killsForMemory();
  const args = [...process.execArgv, ...settings, ...process.argv.slice(1)];
  const variablesOfChild = {
    ...process.env,
    [TERMINAL]: isHeard ? '1' : undefined,
    ...variables,
    [STARTED]: String(limit),
    [PARENT]: String(process.pid),
  };
  const child = started(args, variablesOfChild);
  if (child === undefined) return 'alone';
  forward(child.stderr);
  let result: ResultNews['result'] | undefined;
  child.on('message', (said: Partial<ResultNews>) => {
    if (said.result !== undefined) ({ result } = said);
    // A program that has ended meanwhile needs no answer.
    else if (answer !== undefined) child.send(answer(), () => undefined);
  });
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of ENDING) process.on(signal, passOn);
  return new Promise((resolve) => {
    child.on('error', () => {
      if (child.pid === undefined) resolve('alone');
    });
    child.on('close', (code, signal) => {
      for (const name of ENDING) process.off(name, passOn);
      const isFull = OUT_OF_MEMORY.has(signal ?? code) || (signal === 'SIGKILL' && killsForMemory() > killed);
      if (!isFull) resolve(code ?? signal ?? 'SIGTERM');
      else if (typeof result === 'number') resolve(result);
      else resolve(result === undefined ? 'full' : 'cut');
    });
  });
}

/** Node throws for some errors of a start, and emits others. */
function started(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess | undefined {
  try {
    return spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'pipe', 'ipc'], env });
  } catch {
    return undefined;
  }
}

/** Forwards output up to V8's last message. */
function forward(said: NodeJS.ReadableStream | null): void {
  let isOver = false;
  said?.setEncoding('utf8');
  said?.on('data', (text: string) => {
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

/** Number of processes of this control group that the kernel killed for lack of memory. */
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
