import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Finding } from '../../analysis/checks/types.js';
import { explainFinding } from '../../analysis/report/explain.js';
import { compareFindings } from '../../analysis/report/order.js';
import { runToEnd } from '../../analysis/workspace/index.js';
import { rootPath } from '../../host/node/list.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession, type Session } from '../session.js';
import { writeResult } from '../terminal.js';

export function addExplain(program: Command, end: (code: number) => void): void {
  const command = program
    .command('explain')
    .description('tell the story of one finding, named by its id or by a line it passes through')
    .usage('[options] [path...] <id | file:line>')
    .argument('<words...>', 'what to analyse (default: the current folder), then the finding');
  addCommonOptions(command).action(async (words: string[], options: CommonOptions) => {
    const paths = words.slice(0, -1);
    const wanted = words.at(-1) ?? '';
    // Whoever asks about a finding has seen it, at whatever confidence.
    const text = await runSession(paths, { ...options, confidence: 'low' }, async (session) => {
      const found = select(session, wanted);
      if (found.length === 0) throw new CommandFailure(notFound(wanted));
      const fixer = await session.project.fixer();
      return found
        .map((finding) => {
          const { fixes, refusals } = runToEnd(fixer.fixesOf(finding, session.snapshot));
          return explainFinding({ ...finding, fixes }, refusals);
        })
        .join(`\n${'-'.repeat(72)}\n\n`);
    });
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}

const PLACE = /^(.+):(\d+)$/;

function notFound(wanted: string): string {
  return PLACE.test(wanted)
    ? `${wanted}: no finding passes through this line`
    : `there is no finding '${wanted}'`;
}

/** Suppressed findings count as well: they can be asked about. */
function select({ root, snapshot }: Session, wanted: string): Finding[] {
  const all = snapshot.analysis.findings;
  const byId = all.filter(({ id }) => id === wanted);
  if (byId.length > 0) return byId;
  const [, file = '', line = ''] = PLACE.exec(wanted) ?? [];
  if (file === '') return [];
  const names = new Set([file, rootPath(root, resolve(file))]);
  return all
    .filter((finding) =>
      [finding.at, ...finding.story].some(
        (place) => names.has(place.file) && place.line <= Number(line) && Number(line) <= place.endLine,
      ),
    )
    .sort(compareFindings);
}
