/** The member that a designator path ends in: `open` of `ops.open`. */
export function lastMember(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
