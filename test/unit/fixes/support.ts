import type { Finding, Fix, FixRefusal, RuleId } from '../../../analysis/checks/types.js';
import { Fixer } from '../../../analysis/workspace/fixes.js';
import { Workspace, runToEnd, type Supply } from '../../../analysis/workspace/index.js';
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

/** What is found in these texts by one rule, with the fixes that hold. */
export async function fixesIn(sources: Readonly<Record<string, string>>, rule: RuleId): Promise<Fixed[]> {
  const texts = new Map(Object.entries(sources));
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
  const fixer = new Fixer(workspace, { parser, compiler, textOf: (file) => texts.get(file) });
  return snapshot.findings
    .filter((finding) => finding.rule === rule)
    .map((finding) => ({ finding, ...runToEnd(fixer.fixesOf(finding, snapshot)) }));
}
