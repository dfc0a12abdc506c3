import type { Why } from '../../../analysis/checks/engine/why.js';
import type { LockGraph } from '../../../analysis/graph/events/types.js';
import { classesNamed } from '../../../analysis/report/graph.js';
import { renderWhy } from '../../../analysis/report/why.js';
import type { WhyParams, WhyResult } from '../../../protocol/methods.js';
import type { Session } from '../../session.js';

/** What is known about the orders of two locks. Waits until the last edit is analysed. */
export async function why(session: Session, { uri, locks }: WhyParams): Promise<WhyResult | null> {
  const { root } = session.home(uri) ?? {};
  await root?.idle();
  if (!root?.view) return null;
  const { analysis } = root.view;
  await session.slowly(analysis.prepareGraph());
  const [first, second] = locks.map((name) => keyNamed(analysis.graph, name));
  if (first === undefined || second === undefined) {
    const unknown = locks.filter((name) => keyNamed(analysis.graph, name) === undefined);
    return { text: `${unknown.join(' and ')}: no lock has this name, or several have it.\n` };
  }
  let told: Why | undefined;
  const work = function* (): Generator<unknown, void> {
    told = yield* analysis.why(first, second);
  };
  await session.slowly(work());
  return told === undefined ? null : { text: renderWhy(told) };
}

function keyNamed(graph: LockGraph, name: string): string | undefined {
  if (graph.classes.has(name)) return name;
  const [id, ...others] = classesNamed(graph, name);
  if (others.length > 0) return undefined;
  return [...graph.classes.values()].find((known) => known.id === id)?.key;
}
