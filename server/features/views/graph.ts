import { atLeast } from '../../../analysis/base/confidence.js';
import { EdgeEvidence } from '../../../analysis/evidence/join/merge.js';
import { centreAt } from '../../../analysis/ide/graph-around.js';
import { graphOutput, reportedCycles, selectPart } from '../../../analysis/report/graph.js';
import type { GraphParams, GraphResult } from '../../../protocol/methods.js';
import { fromPosition } from '../../documents/positions.js';
import { isShown, leastConfidence } from '../../settings.js';
import type { Session } from '../../session.js';

/** A picture with more classes is unreadable. */
const MOST_CLASSES = 200;
const DEEPEST = 5;

/** The graph around a lock, a position or a file. Waits until the last edit is analysed. */
export async function graph(session: Session, params: GraphParams): Promise<GraphResult | null> {
  const { root, file } = session.home(params.uri) ?? {};
  await root?.idle();
  if (!root?.view || !file) return null;
  const { view } = root;
  await session.slowly(view.analysis.prepareGraph());
  const at = params.position && fromPosition(params.position);
  const position = at && file.map.toAnalysed(at.line, at.column);
  const line = position && file.analysed.split('\n', position.line)[position.line - 1];
  const { around } = params;
  const centre =
    around === undefined
      ? centreAt(view, file.file, position, line ?? '')
      : { keys: [around], title: around };
  const depth = Math.max(0, Math.min(params.depth ?? 1, DEEPEST));
  const part = centre && selectPart(view.analysis.graph, { around: centre.keys, depth, most: MOST_CLASSES });
  if (!centre || !part) {
    return {
      title: centre?.title ?? file.file,
      folder: root.uriOf(''),
      data: { classes: [], edges: [] },
      cycles: [],
      omitted: 0,
    };
  }
  const [only] = centre.keys;
  const id = centre.keys.length === 1 ? (view.analysis.graph.classes.get(only ?? '')?.id ?? only) : undefined;
  const seen = root.runtime && new EdgeEvidence(root.runtime.evidence, view.analysis.graph);
  const { classes, edges: all } = graphOutput(part, seen && ((edge) => seen.of(edge)));
  // Uses the minimum confidence of the settings, as lists do.
  const edges = all.filter(({ confidence }) => atLeast(confidence, leastConfidence(root.settings)));
  return {
    title: centre.title,
    folder: root.uriOf(''),
    data: { classes, edges },
    centre: id,
    cycles: reportedCycles(view.findings.filter((finding) => isShown(finding, root.settings))).filter(
      // Not those of other files that are open, or were a moment ago.
      (cycle) => cycle.every((lock) => classes.some((each) => each.id === lock)),
    ),
    omitted: part.omitted,
  };
}
