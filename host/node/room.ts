import { spawn } from 'node:child_process';
import { totalmem } from 'node:os';

/**
 * Young objects of an analysis live for a while: with V8's default of 16 MB most are copied twice and then
 * given up as old. With this a scan of the file systems spends a tenth of its time on collection, not a third.
 */
const YOUNG_MB = 64;
/** Share of the machine's memory (or of its container's) that the heap may have; V8's default stops at 4 GB. */
const HEAP_SHARE = 0.7;
/** Tells the program that it was started with these settings. */
const STARTED = 'LOCKORDER_HEAP_MB';
/** Exit code of a program that gave up. */
const ABORTED = 134;
/** What V8 ends with when the heap is full. */
const OUT_OF_MEMORY = new Set<string | number | null>(['SIGABRT', 'SIGTRAP', ABORTED]);

/** Whether this process has the heap it needs: by {@link withRoom}, or because its user has chosen one. */
export function hasRoom(): boolean {
  const chosen = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  return process.env[STARTED] !== undefined || /--max[-_]old[-_]space[-_]size/u.test(chosen);
}

/**
 * Runs this very program again with a heap that fits a whole kernel: V8 takes such settings only at the start.
 * Signals go on to it. Resolves with its exit code.
 * @param onFull tells that memory was not enough
 */
export async function withRoom(onFull: (limitMb: number) => void): Promise<number> {
  const limit = Math.floor((Math.min(totalmem(), constrained()) * HEAP_SHARE) / 2 ** 20);
  const settings = [`--max-semi-space-size=${YOUNG_MB}`, `--max-old-space-size=${limit}`];
  const child = spawn(process.execPath, [...settings, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [STARTED]: String(limit) },
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const passOn = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      if (OUT_OF_MEMORY.has(signal ?? code)) {
        onFull(limit);
        resolve(ABORTED);
      } else if (code === null) process.kill(process.pid, signal ?? 'SIGTERM');
      else resolve(code);
    });
  });
}

function constrained(): number {
  const bytes = process.constrainedMemory();
  return bytes > 0 ? bytes : Infinity;
}
