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

/** The function that `__free(name)` calls. */
export function freedBy(models: Models, name: string): string {
  const known = models.scopeEnd(name);
  if (known !== undefined) return known;
  const isModelled =
    models.api(name) !== undefined || models.lockApi(name) !== undefined || models.isInert(name);
  return isModelled ? name : freeing(name);
}
