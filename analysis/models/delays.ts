/** What keeps the processor busy for a time. */
const DELAYS: ReadonlySet<string> = new Set(['udelay', 'ndelay', 'mdelay', '__udelay', '__const_udelay']);

export function delays(name: string): boolean {
  return DELAYS.has(name);
}
