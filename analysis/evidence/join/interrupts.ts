import type { InterruptLine, SourceEvidence } from '../read/types.js';
import type { JoinedInterrupt } from './joined.js';
import { handlersNamed } from './source/handlers.js';
import type { SourceWorld } from './world.js';

/** A line with more than this share of all interrupts, and at least this count, is a storm. */
const STORM_SHARE = 0.9;
const STORM_COUNT = 1_000_000;

/** Interrupt lines of devices: those with a number. */
export const numberedLines = (sources: readonly SourceEvidence[]): readonly InterruptLine[] =>
  sources.flatMap(({ interrupts }) => interrupts).filter(({ name }) => /^\d+$/.test(name));

export const countOf = ({ perCpu }: InterruptLine): number => perCpu.reduce((sum, count) => sum + count, 0);

/** Interrupt lines that several handlers share, and a line that receives nearly all interrupts. */
export function troubledLines(
  sources: readonly SourceEvidence[],
  world: SourceWorld | undefined,
): readonly JoinedInterrupt[] {
  const rows = numberedLines(sources);
  const all = rows.reduce((sum, row) => sum + countOf(row), 0);
  const found = rows.flatMap((row) => {
    const count = countOf(row);
    const isStorm = count >= STORM_COUNT && count > all * STORM_SHARE;
    if (!isStorm && row.actions.length < 2) return [];
    return [{ row, trouble: isStorm ? ('storm' as const) : ('shared' as const), count, all }];
  });
  const names = new Set(found.flatMap(({ row }) => row.actions));
  const handlers = world && names.size > 0 ? handlersNamed(world, names) : undefined;
  return found.map((each) => ({
    ...each,
    handlers: each.row.actions.flatMap((action) => handlers?.get(action) ?? []),
  }));
}
