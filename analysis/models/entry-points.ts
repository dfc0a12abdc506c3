import { BUILT_IN } from './records/built-in.js';
import type { EntryPoint, ExecutionContext } from './types.js';

export type { EntryPoint } from './types.js';

/** How somebody at a shell has the function in a field of an op table called. */
export const entryByField = (record: string, field: string): EntryPoint | undefined =>
  BUILT_IN.entryFields.get(`${record.replace(/^struct /, '')}.${field}`);

/** The same for a function that a macro at file scope names. */
export const entryByMacro = (macro: string): EntryPoint | undefined => BUILT_IN.entryMacros.get(macro);

/** What is known of a function of which only the context is. */
export const entryByContext = (context: ExecutionContext): EntryPoint => {
  const known = BUILT_IN.entryContexts.get(context);
  return known ?? { how: `a call in ${context} context`, command: ': # whatever calls it' };
};

/** System calls are functions by a macro of their own. */
export const entryOfSyscall = (name: string): EntryPoint => ({
  how: `${name.split(':')[1] ?? name}(2)`,
  command: './syscall-test   # a small program of yours that makes the call',
});
