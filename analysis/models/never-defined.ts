import { BUILT_IN } from './records/built-in.js';

/** A word that people put behind `#ifdef` to leave code out; nothing defines it. */
export function isNeverDefined(name: string): boolean {
  return BUILT_IN.functions.get(name)?.neverDefined === true;
}
