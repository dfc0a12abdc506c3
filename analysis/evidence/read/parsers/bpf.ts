import type { Frame } from '../types.js';

/** What a BPF program's stream says when the kernel refuses a lock (6.17 and later). */
export const BPF_LOCK = /ERROR: (AA or ABBA deadlock|Timeout) detected for bpf_res_spin_lock/;
/** A BPF program in a backtrace. */
const PROGRAM = /^bpf_prog_[0-9a-f]{16}_(\w+)$/;
const ADDRESS = /^(Attempted lock +|Held lock\[.*\] )= (0x[0-9a-f]+)$/;

/** The name of the program that asked for the lock. */
export function programOf(headline: string, frames: readonly Frame[]): string | undefined {
  if (!BPF_LOCK.test(headline)) return undefined;
  return frames.map((frame) => PROGRAM.exec(frame.function)?.[1]).find((name) => name !== undefined);
}

/** Whether the refused lock is among those that the program holds. */
export function asksAgain(facts: readonly string[]): boolean {
  const locks = facts.flatMap((fact) => ADDRESS.exec(fact) ?? []);
  const [asked, ...held] = locks.filter((part) => part.startsWith('0x'));
  return asked !== undefined && held.includes(asked);
}
