import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

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

const HELD_LOCK = /\bmutex_lock\(&(\w+)->(\w+)\);/g;
const CANCELLED = /\bcancel_(?:delayed_)?work_sync\(&(\w+)->(\w+)\)/g;

/** The variable that a work item's function finds its record in, with the type and the member of the item. */
const RECORD = /struct (\w+) \*(\w+)\s*=\s*container_of\([^;]*,\s*(\w+)(?:\.work)?\);/;

/** A function that begins with declarations and a blank line. */
const DECLARED = /^([^]*?\n\{\n(?:\t[^\n]+\n)+\n)([^]*)\}$/;

/**
 * The work items of a file that are cancelled in a section of a mutex which they do not take, directly or in a callee,
 * taking it around all that they do.
 */
export function itemsWithHeldLock(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) =>
    cancelledWithLock(fn.whole, functions).flatMap(({ type, member, lock }) => {
      const setUp = new RegExp(
        String.raw`INIT_(?:DELAYED_|DEFERRABLE_)?WORK\(\s*&[\w>.-]*\b${member},\s*(\w+)`,
      );
      const name = setUp.exec(text)?.[1];
      const handler = functions.find((one) => one.name === name);
      const [, own, variable = '', contained] = RECORD.exec(handler?.whole ?? '') ?? [];
      if (handler === undefined || contained !== member || own !== type) return [];
      const changed = handler.whole.includes(lock)
        ? undefined
        : inSection(handler.whole, `&${variable}->${lock}`);
      return changed === undefined ? [] : [planted(handler, changed)];
    }),
  );
}

/** A function without a result whose statements stand in a section of a mutex. */
function inSection(whole: string, lock: string): string | undefined {
  const [, head, rest] = DECLARED.exec(whole) ?? [];
  if (head === undefined || rest === undefined) return undefined;
  const release = `mutex_unlock(${lock});`;
  const body = rest
    .replaceAll(
      /^(\t+)((?:else )?if \([^{};]*\)|else)\n\t+return;\n/gm,
      (_, indent: string, test: string) => `${indent}${test} {\n${indent}\treturn;\n${indent}}\n`,
    )
    .replaceAll(/^(\t+)return;\n/gm, (all, indent: string) => `${indent}${release}\n${all}`);
  return `${head}\tmutex_lock(${lock});\n${body}\t${release}\n}`;
}

interface Cancelled {
  /** The type of the record that has item and lock. */
  readonly type: string;
  readonly member: string;
  readonly lock: string;
}

/** The items that a function, or one that it calls, cancels where it holds a mutex of the same record. */
function cancelledWithLock(whole: string, functions: readonly FunctionText[]): Cancelled[] {
  return [...whole.matchAll(HELD_LOCK)].flatMap(({ 0: all, 1: owner = '', 2: lock = '', index }) => {
    const type = typeOf(owner, whole);
    const start = index + all.length;
    const end = whole.indexOf(`mutex_unlock(&${owner}->${lock});`, start);
    const section = whole.slice(start, end < 0 ? undefined : end);
    const called = [...section.matchAll(/\b(\w+)\(/g)].map(([, name]) => name);
    const below = functions.filter((one) => called.includes(one.name) && !one.whole.includes(lock));
    return [section, ...below.map((one) => one.whole)].flatMap((part, at) =>
      [...part.matchAll(CANCELLED)].flatMap(([, other = '', member = '']) =>
        type !== undefined && typeOf(other, at === 0 ? whole : part) === type ? [{ type, member, lock }] : [],
      ),
    );
  });
}

/** The type of the record that a variable points to. */
function typeOf(variable: string, whole: string): string | undefined {
  return new RegExp(String.raw`struct (\w+) \*${variable}\b`).exec(whole)?.[1];
}
