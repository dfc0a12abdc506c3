/*
 * What a function stores in a member, where that is no name: `#1` for its second parameter, `rows[].f` for a member of some row of
 * an array. Whatever builds or reads such a value stands here.
 */

/** No name of C begins like this. */
const PARAMETER = '#';
const ELEMENT = '[]';

/** The value that stands for a function's parameter. */
export function storedParameter(index: number): string {
  return `${PARAMETER}${index}`;
}

/** The index of the parameter that a value stands for; `undefined` for another value. */
export function parameterIn(value: string): number | undefined {
  return value.startsWith(PARAMETER) ? Number(value.slice(PARAMETER.length)) : undefined;
}

/** The value that stands for an element of an array, or for this member of it. */
export function storedElement(array: string, member: string): string {
  return `${array}${ELEMENT}${member === '' ? '' : `.${member}`}`;
}

/** The array, and the member of its elements, if any, that a value stands for; `undefined` for another value. */
export function elementIn(value: string): { readonly array: string; readonly member: string } | undefined {
  const at = value.indexOf(ELEMENT);
  return at < 0 ? undefined : { array: value.slice(0, at), member: value.slice(at + ELEMENT.length + 1) };
}
