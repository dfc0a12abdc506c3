import type { Finding, Fix, FixRefusal, RuleId } from '../../../analysis/checks/types.js';
import type { Reanalyse } from '../../../analysis/fixes/verify.js';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { Workspace, runToEnd, type Snapshot, type Supply } from '../../../analysis/workspace/index.js';
import { Trial } from '../../../analysis/workspace/trial.js';
import { Compiler } from '../../../host/compile.js';
import { drive } from '../../../host/drive.js';
import { createNodeParser } from '../../../host/node/parser.js';

const parser = await createNodeParser();
const compiler = new Compiler([], parser);

export interface Fixed {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
  readonly refusals: readonly FixRefusal[];
}

export interface Analysed {
  readonly workspace: Workspace;
  readonly snapshot: Snapshot;
  readonly textOf: (file: string) => string | undefined;
  readonly reanalyse: Reanalyse;
}

/** The real analysis of a few texts, at all confidences. */
export async function analysed(sources: Readonly<Record<string, string>>): Promise<Analysed> {
  const texts = new Map(Object.entries(sources));
  const textOf = (file: string): string | undefined => texts.get(file);
  const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
  workspace.apply([...texts].map(([file, text]) => ({ file, ...compiler.compile(text) })));
  const snapshot = await drive(workspace, {
    supply: (demands) =>
      Promise.resolve(
        demands.map((demand): Supply => {
          const [skeleton] = compiler.skeletons(texts.get(demand.file) ?? '', [demand]);
          return { demand, skeleton };
        }),
      ),
  });
  const trial = new Trial(
    snapshot.program,
    compiler.models,
    undefined,
    { compiler, textOf },
    undefined,
    workspace,
  );
  return { workspace, snapshot, textOf, reanalyse: (changes) => trial.reanalyse(changes) };
}

/** What is found in these texts by one rule, with the fixes that hold. */
export async function fixesIn(sources: Readonly<Record<string, string>>, rule: RuleId): Promise<Fixed[]> {
  const { workspace, snapshot, textOf } = await analysed(sources);
  const fixer = new Fixer(workspace, { parser, compiler, textOf }, 'all');
  return snapshot.findings
    .filter((finding) => finding.rule === rule)
    .map((finding) => ({ finding, ...runToEnd(fixer.fixesOf(finding, snapshot)) }));
}
