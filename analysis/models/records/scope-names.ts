import type { Models } from '../types.js';

/** The functions that the kernel's macros define for a class of guards, and for one of `__free()`. */
export function scopeBegin(name: string): string {
  return `class_${name}_constructor`;
}

export function scopeEnd(name: string): string {
  return `class_${name}_destructor`;
}

export function freeing(name: string): string {
  return `__free_${name}`;
}

/** The key of the record of a guard or of a class of `__free()`, shown as a call; or what the source has, shown so. */
const SHOWN_AS_CALL = /(?<![\w:])((?:cond_)?guard:|free:)(\w+)\(\)|\b(guard\(\w+\)|\w+\(\w+, [^()]+\))\(\)/g;

/**
 * A sentence with guards as the source writes them: `guard(mutex)` for `guard:mutex()`.
 * @param scopes the macros by which conditional guards are entered, by the keys of their records
 */
export function withGuardsAsWritten(sentence: string, scopes?: ReadonlyMap<string, string>): string {
  return sentence.replaceAll(
    SHOWN_AS_CALL,
    (_, kind: string | undefined, name: string | undefined, written: string | undefined) => {
      if (kind === undefined || name === undefined) return written ?? '';
      const macro = scopes?.get(kind + name);
      if (macro !== undefined) return `${macro}(${name}, …)`;
      return `${kind === 'free:' ? '__free' : 'guard'}(${name})`;
    },
  );
}

/** The function that `__free(name)` calls. */
export function freedBy(models: Models, name: string): string {
  const known = models.scopeEnd(name);
  if (known !== undefined) return known;
  const isModelled =
    models.api(name) !== undefined || models.lockApi(name) !== undefined || models.isInert(name);
  return isModelled ? name : freeing(name);
}
