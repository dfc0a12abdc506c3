import { type Command, Option } from 'commander';
import type { Finding } from '../../analysis/checks/types.js';
import { joinEvidence } from '../../analysis/evidence/join/join.js';
import { EdgeEvidence, type Coverage } from '../../analysis/evidence/join/merge.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import { withSymbols } from '../../analysis/evidence/read/symbols.js';
import type { SourceWorld } from '../../analysis/evidence/join/world.js';
import type { LockEdge, LockGraph } from '../../analysis/graph/types.js';
import { renderEvidenceJson } from '../../analysis/evidence/tell/json.js';
import type { AtHand } from '../../analysis/evidence/tell/next.js';
import { renderEvidenceText } from '../../analysis/evidence/tell/render.js';
import { createModels } from '../../analysis/models/index.js';
import { readAll, readTables } from '../evidence.js';
import { EXIT } from '../failure.js';
import { settled } from '../settle.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { writeResult } from '../terminal.js';
import { withWorld, worldOf } from '../world.js';

interface EvidenceOptions extends CommonOptions {
  readonly format: 'text' | 'json';
  readonly symbols?: readonly string[];
}

export function addEvidence(program: Command, end: (code: number) => void): void {
  const command = program
    .command('evidence')
    .description('tell what logs, traces and tables of a running kernel say, and what the source says to it')
    .argument('[file...]', 'logs and tables of any kind; - is standard input')
    .usage('[options] <file...>')
    .option('--symbols <file...>', 'System.map, kallsyms or the output of nm')
    .addOption(
      new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'),
    );
  addCommonOptions(command).action(async (files: string[], options: EvidenceOptions) => {
    const { table, others } = await readTables(options.symbols ?? []);
    const sources = (await readAll([...files, ...others])).map((source) => withSymbols(source, table));
    const tell = (world: SourceWorld | undefined): string => {
      const evidence = joinEvidence(sources, world?.models ?? createModels(), world);
      const findings = new Map(world?.analysis.findings.map((each) => [each.id, each]));
      const atHand: AtHand = {
        hasSource: world !== undefined,
        root: rootOption(options),
        finding: (id) => {
          const found = findings.get(id);
          return found && { text: headlineOf(found), isFixable: found.fixes.length > 0 };
        },
      };
      if (options.format === 'json') return renderEvidenceJson(evidence, atHand);
      return renderEvidenceText(evidence, atHand, world && coverageOf(evidence, world));
    };
    const text = await withWorld(sources, options, (world, session) =>
      world && session ? settled(session, (current) => tell(worldOf(current))) : tell(world),
    );
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}

/** Headers alone bring dependencies of other code. */
function coverageOf(
  evidence: Evidence,
  { analysis: { graph } }: SourceWorld,
): (Coverage & { readonly graph: LockGraph }) | undefined {
  const isOwn = (edge: LockEdge): boolean =>
    edge.witnesses.some(({ holds, chain }) => [...holds, ...chain].some(({ at }) => at.file.endsWith('.c')));
  const coverage = new EdgeEvidence(evidence, graph).coverage(isOwn);
  return coverage && { ...coverage, graph };
}

function headlineOf(finding: Finding): string {
  return `${finding.at.file}:${finding.at.line}: ${finding.rule}: ${finding.message}`;
}

/** What another command needs to find the same source from the same place. */
function rootOption({ root }: CommonOptions): string {
  return root === undefined
    ? ''
    : ` --root ${/^[\w./@+-]+$/.test(root) ? root : `'${root.replaceAll("'", "'\\''")}'`}`;
}
