import type { CommandSession } from './session/types.js';

/** Number of rounds after which remaining demands are ignored. */
const MOST_ROUNDS = 6;

/**
 * Runs `use`, and repeats it with the skeletons it demanded until it demands none: code far from every finding is read
 * only on demand.
 */
export async function settled<T>(session: CommandSession, use: (session: CommandSession) => T): Promise<T> {
  let current = session;
  for (let round = 1; ; round += 1) {
    const result = use(current);
    if (round === MOST_ROUNDS || !current.snapshot.program.hasDemands()) return result;
    current = { ...current, snapshot: await current.project.analyse() };
  }
}
