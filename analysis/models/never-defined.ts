import { BUILT_IN } from './records/built-in.js';

/** Whether the word is one that nothing defines and that people put after `#ifdef` to disable code. */
export function isNeverDefined(name: string): boolean {
  return BUILT_IN.functions.get(name)?.neverDefined === true;
}
