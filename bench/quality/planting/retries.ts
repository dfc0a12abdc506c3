import { functionsOf, planted, type Planted } from './functions.js';

/** An attempt to take a lock, with what the function does where somebody else has it: it runs again later, or ends. */
const ATTEMPT =
  /^\tif \(!(\w+)_trylock\(([^;{}]*)\)\)(?: \{\n(?:[^{}]*\n)?\t\treturn;\n\t\}|\n\t\treturn restart_syscall\(\);)$/m;

/** Families whose acquisition has no suffix. */
const PLAIN = new Set(['down_read', 'down_write']);

/**
 * The functions of a file that only try to take a lock, and run again where they fail, waiting for the lock instead: a
 * work item, or a function that the kernel calls for a file.
 */
export function patientRetries(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const [tried, family = '', given] = ATTEMPT.exec(fn.whole) ?? [];
    if (tried === undefined || !/restart_syscall|queue_|schedule_/.test(tried)) return [];
    const waits = `\t${PLAIN.has(family) ? family : `${family}_lock`}(${given ?? ''});`;
    return [
      planted(
        fn,
        fn.whole.replace(tried, () => waits),
      ),
    ];
  });
}
