import { isOrderFile } from '../../analysis/base/paths.js';
import type { Confidence } from '../../analysis/checks/types.js';
import type { Demand, FunctionRef } from '../../analysis/link/types.js';
import { summarizeOrderFile } from '../../analysis/skeleton/order-file.js';
import { Fixer } from '../../analysis/workspace/fixes.js';
import { Workspace, type Snapshot, type Supply } from '../../analysis/workspace/index.js';
import { Compiler } from '../../host/compile.js';
import { drive } from '../../host/drive.js';
import { createNodeParser } from '../../host/node/parser.js';

export interface Analysed {
  readonly snapshot: Snapshot;
  readonly fixer: Fixer;
}

const parser = createNodeParser();

/**
 * The analysis of a few texts by file name, in process and without a cache.
 * @param isGiven functions whose bodies are there before anything demands them
 */
export async function analyse(
  texts: ReadonlyMap<string, string>,
  confidence: Confidence = 'low',
  isGiven: (fn: FunctionRef) => boolean = () => false,
): Promise<Analysed> {
  const compiler = new Compiler([], await parser);
  const workspace = new Workspace(compiler.models, { report: [], confidence });
  workspace.apply(
    [...texts].map(([file, text]) =>
      isOrderFile(file) ? { file, summary: summarizeOrderFile(text) } : { file, ...compiler.compile(text) },
    ),
  );
  const supply = (demands: readonly Demand[]): readonly Supply[] =>
    demands.map((demand) => {
      const text = texts.get(demand.file);
      const [skeleton] = text === undefined ? [] : compiler.skeletons(text, [demand]);
      return { demand, skeleton };
    });
  for (const fn of workspace.program.functions()) if (isGiven(fn)) workspace.program.demand(fn, 'path');
  workspace.supply(supply(workspace.demands()));
  const snapshot = await drive(workspace, { supply: (demands) => Promise.resolve(supply(demands)) });
  const source = { compiler, parser: await parser, textOf: (file: string) => texts.get(file) };
  return { snapshot, fixer: new Fixer(workspace, source, 'all') };
}
