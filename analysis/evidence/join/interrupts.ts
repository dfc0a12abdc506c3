import type { InterruptLine, SourceEvidence } from '../read/types.js';
import type { JoinedInterrupt } from './joined.js';
import { handlersNamed } from './source/handlers.js';
import type { SourceWorld } from './world.js';

/** A line with more than this share of all interrupts, and at least this count, is a storm. */
const STORM_SHARE = 0.9;
const STORM_COUNT = 1_000_000;
/** The count between two tables, which are some seconds apart. */
const RECENT_STORM = 100_000;

/** Interrupt lines of devices: those with a number. Of several tables, the difference between the first and the last. */
export function numberedLines(sources: readonly SourceEvidence[]): readonly InterruptLine[] {
  const first = new Map<string, InterruptLine>();
  const lines = new Map<string, InterruptLine>();
  for (const row of sources.flatMap(({ interrupts }) => interrupts)) {
    if (!/^\d+$/.test(row.name)) continue;
    const key = [row.name, ...row.actions].join(' ');
    const before = first.get(key);
    if (!before) first.set(key, row);
    const perCpu = row.perCpu.map((count, cpu) => Math.max(0, count - (before?.perCpu[cpu] ?? 0)));
    lines.set(key, { ...row, perCpu });
  }
  return [...lines.values()];
}

/** Whether the counts are those between two tables, not those since boot. */
const isDifference = (sources: readonly SourceEvidence[], row: InterruptLine): boolean =>
  sources.flatMap(({ interrupts }) => interrupts).filter(({ name }) => name === row.name).length > 1;

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
    const isRecent = isDifference(sources, row);
    const isStorm = count >= (isRecent ? RECENT_STORM : STORM_COUNT) && count > all * STORM_SHARE;
    if (!isStorm && row.actions.length < 2) return [];
    const trouble = isStorm ? ('storm' as const) : ('shared' as const);
    return [{ row, trouble, count, all, isRecent }];
  });
  const names = new Set(found.flatMap(({ row }) => row.actions));
  const handlers = world && names.size > 0 ? handlersNamed(world, names) : undefined;
  return found.map((each) => ({
    ...each,
    handlers: each.row.actions.flatMap((action) => handlers?.get(action) ?? []),
  }));
}
