import { dirname, join, relative } from 'node:path';
import { type Command, Option } from 'commander';
import type { Finding } from '../../analysis/checks/types.js';
import { visible, visibleJson, visibleLines } from '../../analysis/base/visible.js';
import { joinEvidence } from '../../analysis/evidence/join/join.js';
import { EdgeEvidence, type Coverage } from '../../analysis/evidence/join/merge.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import { withSymbols } from '../../analysis/evidence/read/symbols.js';
import type { SourceWorld } from '../../analysis/evidence/join/world.js';
import type { LockEdge, LockGraph } from '../../analysis/graph/events/types.js';
import { renderEvidenceJson } from '../../analysis/evidence/tell/json.js';
import type { AtHand } from '../../analysis/evidence/tell/next.js';
import { renderEvidenceText } from '../../analysis/evidence/tell/render.js';
import { createModels } from '../../analysis/models/index.js';
import { readAll, readTables } from '../evidence/evidence.js';
import { EXIT } from '../failure.js';
import { settled } from '../settle.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { message, writeResult } from '../terminal.js';
import { readLive } from '../../host/node/live.js';
import type { CommandSession } from '../session/types.js';
import { MOST_FILES } from '../evidence/wanted-files.js';
import { withWorld, worldOf } from '../evidence/world.js';

interface EvidenceOptions extends CommonOptions {
  readonly format: 'text' | 'json';
  readonly symbols?: readonly string[];
  readonly live?: boolean;
}

export function addEvidence(program: Command, end: (code: number) => void): void {
  const command = program
    .command('evidence')
    .description('explain logs, traces and tables of a running kernel, using the source')
    .argument('[file...]', 'logs and tables of any kind; - is standard input')
    .usage('[options] <file...>')
    .option('--symbols <file...>', 'System.map, kallsyms or the output of nm')
    .option('--live', 'read the state of the running kernel, without changing it')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'));
  addCommonOptions(command).action(async (files: string[], options: EvidenceOptions) => {
    const { table, others } = await readTables(options.symbols ?? []);
    const live = options.live === true ? readLive() : undefined;
    for (const problem of live?.problems ?? []) message(problem);
    if (live && live.tasks.all > 0 && live.tasks.waiting === 0)
      message(`none of ${live.tasks.all} tasks is in uninterruptible sleep; running tasks are not examined`);
    const named = [...files, ...others];
    const given = named.length === 0 && options.live === true ? [] : await readAll(named);
    const sources = [...(live?.sources ?? []), ...given].map((source) => withSymbols(source, table));
    const tell = (world: SourceWorld | undefined, session: CommandSession | undefined): string => {
      const evidence = joinEvidence(sources, world?.models ?? createModels(), world);
      const findings = new Map(world?.analysis.findings.map((each) => [each.id, each]));
      const atHand: AtHand = {
        hasSource: world !== undefined,
        ...(options.root === undefined
          ? {}
          : { sourceStep: `${options.root} contains none of the code that the input names` }),
        finding: (id) => {
          const found = findings.get(id);
          return found && { text: headlineOf(found), command: commandFor(found, session, options) };
        },
      };
      if (options.format === 'json') return visibleJson(renderEvidenceJson(evidence, atHand));
      return visibleLines(renderEvidenceText(evidence, atHand, world && coverageOf(evidence, world)));
    };
    const text = await withWorld(sources, options, (world, session) =>
      world && session
        ? settled(session, (current) => tell(worldOf(current), current))
        : tell(world, session),
    );
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}

/** Coverage of dependencies with a witness in a C file: headers alone bring in dependencies of other code. */
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
  return visible(`${finding.at.file}:${finding.at.line}: ${finding.rule}: ${finding.message}`);
}

/** Above this number of files, their folders are named instead. */
const MOST_NAMED = 4;

/**
 * The command that explains a finding, for the current folder. In a large tree it names the files on the finding's
 * path.
 */
function commandFor(
  { id, at, story }: Finding,
  session: CommandSession | undefined,
  { root, config }: CommonOptions,
): string {
  const files = [...new Set([at.file, ...story.map(({ file }) => file)])];
  const isWhole =
    session === undefined || (root === undefined && session.snapshot.program.files.size <= MOST_FILES);
  const named = files.length > MOST_NAMED ? [...new Set(files.map((file) => dirname(file)))] : files;
  const paths = isWhole ? [] : named.map((file) => relative(process.cwd(), join(session.root, file)));
  const options = [
    ...(root === undefined ? [] : ['--root', root]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  return ['lockorder', 'explain', ...options, ...paths, id].map(quoted).join(' ');
}

const quoted = (word: string): string =>
  /^[\w./@+=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
