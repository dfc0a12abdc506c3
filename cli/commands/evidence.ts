import { type Command, Option } from 'commander';
import type { Finding } from '../../analysis/checks/types.js';
import { joinEvidence } from '../../analysis/evidence/join.js';
import { renderEvidenceJson, renderEvidenceText } from '../../analysis/evidence/render.js';
import type { SourceEvidence } from '../../analysis/evidence/types.js';
import { createModels } from '../../analysis/models/index.js';
import { SKIP_TEXT } from '../../host/api.js';
import { readEvidence } from '../../host/node/evidence.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { message, writeResult } from '../terminal.js';
import { withWorld } from '../world.js';

interface EvidenceOptions extends CommonOptions {
  readonly format: 'text' | 'json';
  readonly symbols?: readonly string[];
}

export function addEvidence(program: Command, end: (code: number) => void): void {
  const command = program
    .command('evidence')
    .description('tell what logs, traces and tables of a running kernel say, and what the source says to it')
    .argument('<file...>', 'logs and tables of any kind; - is standard input')
    .option('--symbols <file...>', 'System.map, kallsyms or the output of nm')
    .addOption(
      new Option('--format <format>', 'form of the result').choices(['text', 'json']).default('text'),
    );
  addCommonOptions(command).action(async (files: string[], options: EvidenceOptions) => {
    const sources = await readAll(files);
    const text = await withWorld(sources, options, (world) => {
      const evidence = joinEvidence(sources, world?.models ?? createModels(), world);
      if (options.format === 'json') return renderEvidenceJson(evidence);
      const findings = new Map(world?.analysis.findings.map((each) => [each.id, each]));
      return renderEvidenceText(evidence, (id) => headlineOf(findings.get(id)));
    });
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}

function headlineOf(finding: Finding | undefined): string | undefined {
  return finding && `${finding.at.file}:${finding.at.line}: ${finding.rule}: ${finding.message}`;
}

/** Reads inputs, each once; mentions those that cannot be read, and fails when none can. */
export async function readAll(files: readonly string[]): Promise<SourceEvidence[]> {
  const sources: SourceEvidence[] = [];
  for (const file of new Set(files)) {
    const read = await readEvidence(file);
    if ('skipped' in read && typeof read.skipped === 'string') message(`${file}: ${SKIP_TEXT[read.skipped]}`);
    else if ('events' in read) sources.push(read);
  }
  if (sources.length === 0) throw new CommandFailure('nothing could be read');
  return sources;
}
