import { isDigit, isWordUnit } from '../../base/words.js';
import { field, type Term } from './terms.js';

/*
 * The key of a composed term contains the keys of its parts, and the key of a repeated call those of its arguments. A
 * search in the text is much faster than a walk over the term, and a fact about a repeated call has no term.
 */

/** Whether a key contains a member of this name, of any record. */
export function mentionsField(key: string, name: string): boolean {
  const text = `.${name}`;
  for (let at = key.indexOf(text); at >= 0; at = key.indexOf(text, at + 1))
    if (!isWordUnit(key.charCodeAt(at + text.length))) return true;
  return false;
}

/** Whether a key contains a member of this object. */
export function mentionsMemberOf(key: string, object: Term): boolean {
  return key.includes(field(object, '', '').key);
}

/** Whether a key contains the value of this name, tracked or not. */
export function mentionsValue(key: string, name: string): boolean {
  for (let at = key.indexOf(name); at >= 0; at = key.indexOf(name, at + 1)) {
    const before = key.charCodeAt(at - 1);
    if ((before === RESULT || before === OPAQUE) && !isDigit(key.charCodeAt(at + name.length))) return true;
  }
  return false;
}

const RESULT = '!'.charCodeAt(0);
const OPAQUE = '?'.charCodeAt(0);
