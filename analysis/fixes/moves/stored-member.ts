import { wholeWord } from '../../base/words.js';
import type { FunctionRef } from '../../link/types.js';
import type { FunctionItem } from '../../outline/types.js';
import type { FixInput } from '../types.js';
import { functionAt } from '../text/callers.js';

/** A function that a table stores in a member of a record. */
export interface StoredMember {
  readonly fn: FunctionRef;
  readonly record: string;
  readonly member: string;
}

/** The stored function with which a finding's story begins. */
export function toldMember(input: FixInput): StoredMember | undefined {
  const [first, second] = input.finding.story;
  const stored = first?.stored;
  const fn = second && functionAt(input, second);
  return stored === undefined || fn?.name !== stored.name
    ? undefined
    : { fn, record: stored.record, member: stored.field };
}

/** The offsets in a file, without its comments and strings, where a function is named outside its own head. */
export function usesOf(plain: string, name: string, { start, bodyStart }: FunctionItem): readonly number[] {
  return [...plain.matchAll(wholeWord(name, 'g'))]
    .map(({ index }) => index)
    .filter((index) => index < start || index >= bodyStart);
}
