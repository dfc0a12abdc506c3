import type { Confidence } from '../../analysis/checks/types.js';
import { Workspace, type Snapshot, type Supply } from '../../analysis/workspace/index.js';
import { Compiler } from '../../host/compile.js';
import { drive } from '../../host/drive.js';
import { createNodeParser } from '../../host/node/parser.js';

let compiler: Promise<Compiler> | undefined;

/** The analysis of a few texts by file name, in process and without a cache. */
export async function analyse(
  texts: ReadonlyMap<string, string>,
  confidence: Confidence = 'low',
): Promise<Snapshot> {
  compiler ??= createNodeParser().then((parser) => new Compiler([], parser));
  const compile = await compiler;
  const workspace = new Workspace(compile.models, { report: [], confidence });
  workspace.apply([...texts].map(([file, text]) => ({ file, ...compile.compile(text) })));
  return drive(workspace, {
    supply: (demands) =>
      Promise.resolve(
        demands.map((demand): Supply => {
          const text = texts.get(demand.file);
          const [skeleton] = text === undefined ? [] : compile.skeletons(text, [demand]);
          return { demand, skeleton };
        }),
      ),
  });
}
