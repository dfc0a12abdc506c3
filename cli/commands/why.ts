import { type Command, Option } from 'commander';
import { runToEnd } from '../../analysis/base/progress.js';
import { renderWhy, renderWhyJson } from '../../analysis/report/why.js';
import { classNamed } from '../class-named.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { runSession } from '../session/session.js';
import { settled } from '../settle.js';
import { writeResult } from '../terminal.js';

const FORMATS = ['text', 'json'] as const;

interface WhyOptions extends CommonOptions {
  readonly format: (typeof FORMATS)[number];
}

export function addWhy(program: Command, end: (code: number) => void): void {
  const command = program
    .command('why')
    .description('list the orders in which two locks are taken, and what rules a cycle out')
    .usage('[options] [path...] <lock> <lock>')
    .argument(
      '<words...>',
      'paths to analyse (default: the current directory), then two locks as scan names them',
    )
    .addOption(new Option('--format <format>', 'output format').choices(FORMATS).default('text'));
  addCommonOptions(command).action(async (words: string[], options: WhyOptions) => {
    const [first, second] = words.slice(-2);
    if (first === undefined || second === undefined)
      throw new CommandFailure('name two locks, as scan prints them');
    const why = await runSession(words.slice(0, -2), { ...options, confidence: 'low' }, (session) =>
      settled(session, ({ snapshot: { analysis } }) =>
        runToEnd(analysis.why(classNamed(analysis.graph, first).key, classNamed(analysis.graph, second).key)),
      ),
    );
    writeResult(options.format === 'json' ? renderWhyJson(why) : renderWhy(why), undefined);
    end(EXIT.clean);
  });
}
