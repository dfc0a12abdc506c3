import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Confidence } from '../../analysis/checks/types.js';
import { skipText, type PartsDone, type ScannedApart } from '../../host/api.js';
import { EXIT } from '../failure.js';
import { addCommonOptions, confidenceOption, type CommonOptions } from '../options.js';
import { runWithin } from '../parts/parts.js';
import { runShown } from '../session/session.js';

interface ScanApartOptions extends CommonOptions {
  readonly confidence: Confidence;
  readonly out: string;
}

/**
 * A scan for the server of an editor, which shows findings itself and looks for fixes on request: a line of progress for
 * each part on standard output, and the result in its internal form in a file.
 */
export function addScanApart(program: Command, end: (code: number) => void): void {
  const command = program
    .command('scan-apart', { hidden: true })
    .argument('<path>')
    .requiredOption('--out <file>')
    .addOption(confidenceOption());
  addCommonOptions(command).action(async (path: string, options: ScanApartOptions) => {
    const onParts = (done: PartsDone): void => void process.stdout.write(`${JSON.stringify(done)}\n`);
    const code = await runWithin(runShown, [path], { ...options, onParts }, (session) => {
      const { project, snapshot, skipped } = session;
      const files = [...project.keys.keys()];
      const scanned: ScannedApart = {
        findings: snapshot.findings,
        files: files.length,
        cFiles: files.filter((name) => name.endsWith('.c')).length,
        skipped: skipped.map((skip) => ({ file: skip.file, reason: skipText(skip) })),
      };
      writeFileSync(options.out, JSON.stringify(scanned));
      return EXIT.clean;
    });
    end(code);
  });
}
