import { BUILT_IN } from './records/built-in.js';
import type { EntryPoint, ExecutionContext } from './types.js';

export type { EntryPoint } from './types.js';

/** How to make the kernel call the function in a field of an op table, from a shell. */
export const entryByField = (record: string, field: string): EntryPoint | undefined =>
  BUILT_IN.entryFields.get(`${record.replace(/^struct /, '')}.${field}`);

/** How to make it call a function that a macro at file scope names. */
export const entryByMacro = (macro: string): EntryPoint | undefined => BUILT_IN.entryMacros.get(macro);

/** The entry point of a function about which only the context is known. */
export const entryByContext = (context: ExecutionContext): EntryPoint => {
  const known = BUILT_IN.entryContexts.get(context);
  return known ?? { how: `a call in ${context} context`, command: ': # whatever calls it' };
};

/** The entry point of a system call, which a macro of its own defines. */
export const entryOfSyscall = (name: string): EntryPoint => ({
  how: `${name}(2)`,
  command: './syscall-test   # a small program of yours that makes the call',
});
