import { visibleLines } from '../analysis/base/visible.js';
import { Command, CommanderError } from 'commander';
import { addCheck } from './commands/check.js';
import { addEvidence } from './commands/evidence.js';
import { addExplain } from './commands/explain.js';
import { addFix } from './commands/fix.js';
import { addGraph } from './commands/graph.js';
import { addWhy } from './commands/why.js';
import { addLink } from './commands/link.js';
import { addLsp } from './commands/lsp.js';
import { addModel } from './commands/model.js';
import { addScan } from './commands/scan.js';
import { addScanApart } from './commands/scan-apart.js';
import { addPlan } from './commands/plan.js';
import { addValidate } from './commands/validate.js';
import { addSummarize } from './commands/summarize.js';
import { GitFailure } from '../host/node/git/git.js';
import { CommandFailure, EXIT } from './failure.js';
import { beQuiet, complain } from './terminal.js';
import { VERSION } from './version.js';

export { divideScan } from './parts/parts.js';

/** Runs one command line; returns the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  let code: number = EXIT.clean;
  beQuiet(false);
  const program = createProgram((ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.failure;
    if (error instanceof GitFailure) complain(`--diff: ${error.message}`);
    else if (error instanceof CommandFailure) complain(error.message, error.more);
    else throw error;
    return EXIT.failure;
  }
}

function createProgram(end: (code: number) => void): Command {
  const program = new Command('lockorder')
    .description('Finds lock-order deadlocks in Linux kernel C, explains and fixes them.')
    .version(VERSION)
    .showHelpAfterError('(run lockorder --help, or lockorder COMMAND --help)')
    .exitOverride()
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({ writeErr: (text) => process.stderr.write(visibleLines(text)) });
  addScan(program, end);
  addScanApart(program, end);
  addFix(program, end);
  addExplain(program, end);
  addGraph(program, end);
  addWhy(program, end);
  addEvidence(program, end);
  addPlan(program, end);
  addValidate(program, end);
  addSummarize(program, end);
  addLink(program, end);
  addCheck(program, end);
  addModel(program, end);
  addLsp(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

/** A command and its words in their order, as its own help shows them, without its options. */
function termOf(command: Command): string {
  const words = command
    .usage()
    .replace(/\[options\] ?/, '')
    .replace(/ ?(?:--|\[compiler).*$/, '');
  return `${command.name()} ${words}`.trimEnd();
}
