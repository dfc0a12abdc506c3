import type { Session } from './session.js';

/** Rounds after which what is still asked for is done without. */
const MOST_ROUNDS = 6;

/**
 * Runs `use`, and runs it again with the skeletons that it asked for on the way, until it asks for none: what is far
 * from every finding is only read where somebody wants to know.
 */
export async function settled<T>(session: Session, use: (session: Session) => T): Promise<T> {
  let current = session;
  for (let round = 1; ; round += 1) {
    const result = use(current);
    if (round === MOST_ROUNDS || !current.snapshot.program.hasDemands()) return result;
    current = { ...current, snapshot: await current.project.analyse() };
  }
}
