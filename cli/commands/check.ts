import type { Command } from 'commander';
import type { Confidence, RuleId } from '../../analysis/checks/types.js';
import { renderGcc } from '../../analysis/report/formats/gcc.js';
import { CommandFailure, EXIT } from '../failure.js';
import { fromHere } from '../paths.js';
import { addCommonOptions, confidenceOption, rulesOption, type CommonOptions } from '../options.js';
import { hasLostPaths, mentionUnfinished } from '../session/mention.js';
import { runSession } from '../session/session.js';
import { writeResult } from '../terminal.js';
import { exitCode, failOnOption, type FailLevel } from './scan.js';

interface CheckOptions extends CommonOptions {
  readonly rules?: readonly RuleId[];
  readonly confidence: Confidence;
  readonly failOn: FailLevel;
}

export function addCheck(program: Command, end: (code: number) => void): void {
  const command = program
    .command('check')
    .description(
      'print the findings of one file like compiler warnings, for make C=2 CHECK="lockorder check"',
    )
    .usage('[options] <file> [compiler arguments, which are ignored]')
    .argument('<file...>')
    .allowUnknownOption()
    .addOption(rulesOption())
    .addOption(confidenceOption())
    .addOption(failOnOption('never'));
  addCommonOptions(command).action(async (words: string[], options: CheckOptions) => {
    const file = sourceOf(words);
    if (file === undefined) throw new CommandFailure('check: none of the arguments is a C file');
    end(
      // make checks the files beside it as well, each by itself.
      await runSession([file], { ...options, isAlone: true }, (session) => {
        const { root, snapshot } = session;
        mentionUnfinished(session);
        writeResult(renderGcc(snapshot.findings, fromHere(root)), undefined);
        return hasLostPaths(session) ? EXIT.failure : exitCode(snapshot.findings, options.failOn);
      }),
    );
  });
}

/** Compiler options that take the next argument. */
const WITH_VALUE =
  /^-(?:I|D|U|o|x|include|imacros|isystem|iquote|idirafter|MF|MT|MQ|Xpreprocessor|arch|target)$/;

/** The source file among a compiler's arguments: make puts it last, a person first. */
export function sourceOf(words: readonly string[]): string | undefined {
  return words
    .filter((word, index) => !word.startsWith('-') && !WITH_VALUE.test(words[index - 1] ?? ''))
    .filter((word) => /\.[ch]$/.test(word))
    .at(-1);
}
