import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { runToEnd } from '../../analysis/base/progress.js';
import { renderWhy, renderWhyJson } from '../../analysis/report/why.js';
import { classNamed } from '../class-named.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { fromHere } from '../paths.js';
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
      '<lock...>',
      'paths to analyse (default: the current directory), then two locks as scan names them',
    )
    .addOption(new Option('--format <format>', 'output format').choices(FORMATS).default('text'));
  addCommonOptions(command).action(async (words: string[], options: WhyOptions) => {
    const [paths, [first, second]] = divided(words, options.root);
    const { root, why } = await runSession(paths, { ...options, confidence: 'low' }, (session) =>
      settled(session, ({ root, snapshot: { analysis } }) => {
        const [one, other] = [first, second].map((name) => classNamed(analysis.graph, name));
        if (one === undefined || other === undefined || one === other) throw sameLock(one?.id ?? first);
        return { root, why: runToEnd(analysis.why(one.key, other.key)) };
      }),
    );
    writeResult(options.format === 'json' ? renderWhyJson(why) : renderWhy(why, fromHere(root)), undefined);
    end(EXIT.clean);
  });
}

/** The paths, and the names of the locks: the last two words. The analysis may take minutes, so mistakes are told before. */
function divided(
  words: readonly string[],
  root = '.',
): readonly [paths: readonly string[], locks: readonly [string, string]] {
  const isThere = (word: string): boolean => existsSync(word) || existsSync(resolve(root, word));
  const [first, second] = words.slice(-2);
  const path = words.slice(-2).find(isThere);
  if (path !== undefined || first === undefined || second === undefined) {
    const instead = path === undefined ? '' : `; '${path}' is a path`;
    throw new CommandFailure(`name two locks, as scan prints them, behind the paths${instead}`);
  }
  const paths = words.slice(0, -2);
  const lost = paths.find((word) => !isThere(word));
  if (lost !== undefined) throw new CommandFailure(`${lost}: no such file or directory`);
  if (first === second) throw sameLock(first);
  return [paths, [first, second]];
}

function sameLock(name: string): CommandFailure {
  return new CommandFailure(
    `both names mean one class, '${name}', which has no order with itself; a second lock of a class, taken while one is held, is reported by lockorder scan --rules self-deadlock,lock-order-cycle`,
  );
}
