import type { Confidence, Finding, RuleId } from '../../../analysis/checks/types.js';
import { createModels } from '../../../analysis/models/index.js';
import { Workspace, type Snapshot, type Supply } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';

const compiler = new Compiler([], await createNodeParser());

export interface Setting {
  readonly preemptRt?: boolean;
  readonly confidence?: Confidence;
}

/** The analysis of a few texts by file name. */
export async function snapshotOf(
  sources: Readonly<Record<string, string>>,
  { preemptRt = false, confidence = 'low' }: Setting = {},
): Promise<Snapshot> {
  const workspace = new Workspace(createModels([], preemptRt), { report: [], confidence });
  workspace.apply(Object.entries(sources).map(([file, text]) => ({ file, ...compiler.compile(text) })));
  return drive(workspace, {
    supply: (demands) =>
      Promise.resolve(
        demands.map((demand): Supply => {
          const [skeleton] = compiler.skeletons(sources[demand.file] ?? '', [demand]);
          return { demand, skeleton };
        }),
      ),
  });
}

/** What one rule finds in a text, as `line confidence message`. */
export async function found(text: string, rule: RuleId, setting: Setting = {}): Promise<readonly string[]> {
  const { findings } = await snapshotOf({ 'a.c': text }, setting);
  const show = ({ at, confidence, message }: Finding): string => `${at.line} ${confidence} ${message}`;
  return findings.filter((finding) => finding.rule === rule).map(show);
}
