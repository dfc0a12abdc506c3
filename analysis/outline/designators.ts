import type { InitializerMember } from './types.js';

/** Values that leave a member zero, as far as an outline names them. */
const ZEROS: ReadonlySet<string> = new Set(['false', 'NULL', '0']);

/** Whether an initialiser gives the member another value than zero. */
export function isSet({ value }: InitializerMember): boolean {
  return !ZEROS.has(value);
}

/** The member that a designator path ends in: `open` of `ops.open`. */
export function lastMember(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
