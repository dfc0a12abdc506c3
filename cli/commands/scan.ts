import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { Confidence, Finding, RuleId } from '../../analysis/checks/types.js';
import {
  parseBaseline,
  renderBaseline,
  notIn,
  withoutBaseline,
  type Baseline,
} from '../../analysis/report/baseline.js';
import { byCause } from '../../analysis/report/causes.js';
import { withEvidence } from '../../analysis/evidence/join/merge.js';
import { folderOf } from '../../analysis/base/paths.js';
import { renderGcc } from '../../analysis/report/formats/gcc.js';
import { renderGithub } from '../../analysis/report/formats/github.js';
import { renderJson } from '../../analysis/report/formats/json.js';
import { renderSarif } from '../../analysis/report/formats/sarif.js';
import type { CommitVerdict, Report } from '../../analysis/report/formats/schema.js';
import { plural, renderText, renderVerdicts } from '../../analysis/report/formats/text.js';
import { printStage, STAGES, type PrintedStage } from '../../analysis/workspace/print.js';
import { SKIP_TEXT, skipText } from '../../host/api.js';
import { rootPath } from '../../host/node/files/list.js';
import type { Shard } from '../../host/node/shard.js';
import { createNodeParser } from '../../host/node/parser.js';
import { isInHook } from '../../host/node/git/git.js';
import { decode, readRaw } from '../../host/node/files/read.js';
import { roomMb, tellResultEnds } from '../../host/node/room.js';
import { INDEX } from '../../host/node/git/revision.js';
import { evidenceFor, readAll, splitEvidence } from '../evidence/evidence.js';
import { comparedPaths, EXTENTS, type CompareExtent } from '../compare/compared.js';
import { CommandFailure, EXIT } from '../failure.js';
import {
  addCommonOptions,
  confidenceOption,
  parseCount,
  rulesOption,
  type CommonOptions,
} from '../options.js';
import { parseShare, type Share } from '../parts/division.js';
import { isScanDivided, runWithin } from '../parts/parts.js';
import { fromHere, shellWord } from '../paths.js';
import { hasLostPaths, mentionUnfinished } from '../session/mention.js';
import { runSession, runShown } from '../session/session.js';
import type { CommandSession, Shown } from '../session/types.js';
import { sourceLines } from '../source.js';
import { renderStats, statsOf } from '../session/stats.js';
import { beQuiet, COLOUR_CHOICES, message, styleFor, writeResult, type ColourChoice } from '../terminal.js';
import { analyse, verdictsOf } from '../compare/verdicts.js';
import { VERSION } from '../version.js';

const FORMATS = ['text', 'gcc', 'json', 'sarif', 'github'] as const;
const FAIL_LEVELS = ['any', 'error', 'never'] as const;
export type FailLevel = (typeof FAIL_LEVELS)[number];

export interface ScanOptions extends CommonOptions {
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
  readonly rules?: readonly RuleId[];
  readonly confidence: Confidence;
  readonly failOn: FailLevel;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly diff?: Range;
  readonly compare?: CompareExtent;
  readonly evidence?: readonly string[];
  readonly stats?: boolean;
  readonly whole?: boolean;
  readonly share?: Share;
  readonly print?: PrintedStage;
  readonly quiet?: boolean;
  readonly max?: number;
  readonly color?: ColourChoice;
}

/** Revisions to compare. Without `to`, the files on disk, or the index in a git hook. `:` is the index. */
interface Range {
  readonly from: string;
  readonly to?: string;
}

function parseRange(text: string): Range {
  const [from = '', to, ...more] = text.split('..');
  if (from === '' || to === '' || more.length > 0) {
    throw new InvalidArgumentError('It must be REV or REV..REV.');
  }
  return to === undefined ? { from } : { from, to };
}

export function failOnOption(level: FailLevel): Option {
  return new Option('--fail-on <level>', 'findings that cause exit code 1')
    .choices(FAIL_LEVELS)
    .default(level);
}

export function addScan(program: Command, end: (code: number) => void): void {
  const command = program
    .command('scan')
    .description('find locking bugs in C files and directories (default: the current directory)')
    .argument('[path...]');
  addOutputOptions(command)
    .addOption(
      new Option('--diff <range>', 'only what is new since REV, or between REV..REV, commit by commit')
        .argParser(parseRange)
        .conflicts(['baseline', 'writeBaseline']),
    )
    .addOption(
      new Option(
        '--whole',
        'analyse everything at once instead of in parts, in more time and memory',
      ).conflicts('share'),
    )
    .addOption(
      new Option('--share <i/n>', 'only the i-th of n shares of the parts, for several machines')
        .argParser(parseShare)
        .conflicts(['diff', 'evidence', 'print']),
    )
    .addOption(
      new Option('--compare <extent>', 'what --diff compares: all files, or those around the changed ones')
        .choices(EXTENTS)
        .default('auto' satisfies CompareExtent),
    )
    .addOption(
      new Option(
        '--print <stage>',
        'print the output of an analysis stage for one file, instead of findings',
      ).choices(STAGES),
    );
  addCommonOptions(command).action(async (given: string[], options: ScanOptions) => {
    if (options.quiet === true) beQuiet();
    const { paths, files } = splitEvidence(given, options.evidence ?? []);
    if (isScanDivided() && (files.length > 0 || options.print !== undefined || options.diff !== undefined)) {
      throw new CommandFailure(
        `out of memory: ${roomMb()} MB is not enough; scan fewer directories at a time`,
      );
    }
    const sources = files.length > 0 ? await readAll(files) : [];
    if (options.print !== undefined) {
      end(await printOne(paths, options.print, options));
      return;
    }
    end(await scanAndReport(paths, options, sources));
  });
}

/** Adds the options for the form and content of a result. */
export function addOutputOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', 'output format').choices(FORMATS).default('text'))
    .option('--out <file>', 'write the result to a file')
    .option('--max <n>', 'show at most this many findings (text, gcc, github)', parseCount)
    .option('-q, --quiet', 'print only the findings')
    .addOption(new Option('--color <when>', 'colour the text').choices(COLOUR_CHOICES).default('auto'))
    .addOption(rulesOption())
    .addOption(confidenceOption())
    .addOption(failOnOption('any'))
    .option('--baseline <file>', 'omit the findings listed in this file')
    .option('--write-baseline <file>', 'write all current findings to a baseline')
    .option('--evidence <file...>', 'logs and tables of a running kernel, to mark the findings seen in them')
    .option('--stats', 'also print counts, times and memory');
}

/** Analyses and writes the result; returns the exit code. */
export async function scanAndReport(
  given: readonly string[],
  options: ScanOptions,
  sources: readonly SourceEvidence[],
  shard?: Shard,
): Promise<number> {
  const revision = options.diff && (options.diff.to ?? hookRevision());
  const paths =
    options.diff === undefined
      ? given
      : await comparedPaths(
          given,
          options,
          { from: options.diff.from, to: revision },
          options.compare ?? 'auto',
        );
  const baseline = await knownFindings(paths, options);
  const sessionOptions = {
    ...options,
    // What is around the changed files is among these paths.
    isAlone: paths !== given,
    // Only edits are shown.
    fixes: 'edits' as const,
    // Annotations show no fixes, and known findings are left out.
    fixFor:
      options.format === 'github' || options.writeBaseline !== undefined
        ? undefined
        : baseline
          ? notIn(baseline)
          : (): boolean => true,
    // A finding with evidence is shown at any confidence.
    ...(sources.length > 0 ? { confidence: 'low' as const } : {}),
    ...(revision === undefined ? {} : { revision }),
    ...(shard ? { shard } : {}),
  };
  const commits = await verdicts(paths, options, baseline);
  // A file that exists in only one of two revisions is no error.
  const isLost = (session: CommandSession<Shown>): boolean =>
    options.diff === undefined && hasLostPaths(session);
  const end = (session: CommandSession<Shown>, found: readonly Finding[]): number => {
    let findings = found;
    if (options.writeBaseline !== undefined) {
      writeResult(renderBaseline(findings), options.writeBaseline);
      message(`${plural(findings.length, 'finding')} written to ${options.writeBaseline}`);
      mentionUnfinished(session);
      if (options.format === 'text') return isLost(session) ? EXIT.failure : EXIT.clean;
      findings = [];
    } else if (baseline) findings = withoutBaseline(findings, baseline);
    const change =
      options.baseline !== undefined && baseline ? changeOf(baseline, found, findings) : undefined;
    // Last, so that a baseline that knows some ways of a mistake leaves the others.
    findings = byCause(findings);
    report(session, findings, options, given, { commits, baseline: change });
    const code = isLost(session) ? EXIT.failure : exitCode(findings, options.failOn);
    tellResultEnds(code);
    return code;
  };
  if (sources.length > 0) {
    return runSession(paths, sessionOptions, (session) => {
      const { findings, analysis } = session.snapshot;
      return end(
        session,
        withEvidence(findings, evidenceFor(session, sources), analysis.graph, options.confidence),
      );
    });
  }
  const show = (session: CommandSession<Shown>): number => end(session, session.snapshot.findings);
  if (shard !== undefined || options.diff !== undefined) return runSession(paths, sessionOptions, show);
  return runWithin(baseline === undefined ? runShown : runSession, paths, sessionOptions, show);
}

/** How many findings a baseline hides, and how many of its findings are gone. */
function changeOf(
  baseline: Baseline,
  found: readonly Finding[],
  left: readonly Finding[],
): NonNullable<Report['baseline']> {
  const ids = new Set(found.map(({ id }) => id));
  const gone = baseline.findings.filter(({ id }) => !ids.has(id)).length;
  return { known: found.length - left.length, gone };
}

const MOST_PATHS = 3;

/** Returns the complete command that explains a finding, ready to run. */
function explainCommand(
  root: string,
  paths: readonly string[],
  { root: given, config }: ScanOptions,
): (finding: Finding) => string {
  const options = [
    ...(given === undefined ? [] : ['--root', fromHere('.')(given)]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  const pathOf = fromHere(root);
  return ({ id, at }) => {
    // A few paths are those of the scan, whose result is kept; instead of many, the finding's folder suffices.
    const where = paths.length <= MOST_PATHS ? paths : [pathOf(folderOf(at.file) || '.')];
    return ['lockorder', 'explain', ...[...options, ...where].map(shellWord), id].join(' ');
  };
}

/** A hook checks what is about to be committed, not other files in the folder. */
function hookRevision(): string | undefined {
  return isInHook() ? INDEX : undefined;
}

/** The findings that each commit of a range adds; `undefined` unless `--diff` gives a range of commits. */
async function verdicts(
  paths: readonly string[],
  options: ScanOptions,
  before: Baseline | undefined,
): Promise<readonly CommitVerdict[] | undefined> {
  const { from, to } = options.diff ?? {};
  if (from === undefined || to === undefined || to === INDEX) return undefined;
  return verdictsOf(paths, options, { from, to }, before ?? { version: 1, findings: [] });
}

/** Findings to leave out: those of the baseline file, or of the compared revision, at any confidence. */
async function knownFindings(paths: readonly string[], options: ScanOptions): Promise<Baseline | undefined> {
  if (options.baseline !== undefined) return readBaseline(options.baseline);
  if (!options.diff) return undefined;
  return (await analyse(paths, options, options.diff.from)).known;
}

/** `--print`: writes the given file as one stage sees it. */
async function printOne(
  paths: readonly string[],
  stage: PrintedStage,
  options: ScanOptions,
): Promise<number> {
  const [path, ...more] = paths;
  const isFolder = path !== undefined && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
  if (path === undefined || more.length > 0 || isFolder) {
    throw new CommandFailure('--print needs the path of one file');
  }
  return runSession(paths, options, async ({ root, project, snapshot }) => {
    const file = rootPath(root, resolve(path)) ?? '';
    const content = project.analysed(file);
    const text = 'text' in content ? content.text : '';
    const { models } = project.workspace;
    const printed = printStage(stage, { file, text, snapshot, models, parser: await createNodeParser() });
    if (printed === undefined) throw new CommandFailure(`--print: ${path} was not analysed`);
    writeResult(printed, options.out);
    return EXIT.clean;
  });
}

function readBaseline(file: string): Baseline {
  const raw = readRaw(file);
  const content = 'bytes' in raw ? decode(raw.bytes) : raw;
  if ('skipped' in content) throw new CommandFailure(`--baseline ${file}: ${SKIP_TEXT[content.skipped]}`);
  const parsed = parseBaseline(content.text);
  if ('error' in parsed) throw new CommandFailure(`--baseline ${file}: ${parsed.error}`);
  return parsed;
}

function report(
  session: CommandSession<Shown>,
  findings: readonly Finding[],
  options: ScanOptions,
  paths: readonly string[],
  {
    commits,
    baseline,
  }: { readonly commits?: Report['commits'] | undefined; readonly baseline: Report['baseline'] | undefined },
): void {
  const pathOf = fromHere(session.root);
  const unfinished = session.snapshot.unfinished();
  const shown = options.max === undefined ? findings : findings.slice(0, options.max);
  const isQuiet = options.quiet === true;
  const stats = options.stats === true ? statsOf(session) : undefined;
  const whole: Report = {
    version: VERSION,
    findings,
    skipped: session.skipped.map((skip) => ({
      file: skip.file,
      reason: skip.detail === undefined ? skip.reason : `${skip.reason}: ${skipText(skip)}`,
    })),
    unfinished,
    ...(commits ? { commits } : {}),
    ...(baseline ? { baseline } : {}),
    ...(stats ? { stats } : {}),
  };
  switch (options.format) {
    case 'json':
      writeResult(renderJson(whole), options.out);
      return;
    case 'sarif':
      writeResult(renderSarif(whole, sourceLines(session.project)), options.out);
      break;
    case 'github':
      writeResult(renderGithub(shown, pathOf, unfinished.length), options.out);
      if (commits) process.stderr.write(renderVerdicts(commits));
      break;
    case 'gcc':
      writeResult(renderGcc(shown, pathOf), options.out);
      if (!isQuiet) mentionUnfinished(session);
      break;
    case 'text': {
      const layout = {
        pathOf,
        explain: explainCommand(session.root, paths, options),
        most: options.max ?? Infinity,
        isQuiet,
      };
      const style = styleFor(options.out, options.color);
      writeResult(renderText(whole, sourceLines(session.project), style, layout), options.out);
      break;
    }
  }
  if (stats) {
    process.stderr.write(renderStats(stats));
    mentionUnfinished(session, true);
  }
}

export function exitCode(findings: readonly Finding[], level: FailLevel): number {
  const failing =
    level === 'never' ? [] : findings.filter(({ severity }) => level === 'any' || severity === 'error');
  return failing.length > 0 ? EXIT.findings : EXIT.clean;
}
