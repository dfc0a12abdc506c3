/** Calls that busy-wait. */
const DELAYS: ReadonlySet<string> = new Set(['udelay', 'ndelay', 'mdelay', '__udelay', '__const_udelay']);

export function delays(name: string): boolean {
  return DELAYS.has(name);
}
