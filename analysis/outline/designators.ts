import type { InitializerMember } from './types.js';

/** Values that leave a member zero, as far as an outline names them. */
const ZEROS: ReadonlySet<string> = new Set(['false', 'NULL', '0']);

/** Whether an initialiser gives the member another value than zero. */
export function isSet({ value }: InitializerMember): boolean {
  return !ZEROS.has(value);
}

const POSITION = '#';

/** The designator of a member that is given by its position, from 0. */
export function positional(position: number): string {
  return `${POSITION}${position}`;
}

/** The position in a designator; `undefined` for a name. */
export function positionIn(designator: string): number | undefined {
  return designator.startsWith(POSITION) ? Number(designator.slice(POSITION.length)) : undefined;
}

/** A path of designators without a position at its end. */
export function withoutPosition(path: string): string {
  return positionIn(lastMember(path)) === undefined
    ? path
    : path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** The path to a member of what `path` leads to. */
export function memberPath(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

/** The member that a designator path ends in: `open` of `ops.open`. */
export function lastMember(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
