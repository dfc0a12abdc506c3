import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Confidence, RuleId } from '../analysis/checks/types.js';
import { CONFIDENCES, RULE_IDS } from '../analysis/report/rules.js';

/** Options of every command that analyses source. */
export interface CommonOptions {
  readonly root?: string;
  readonly config?: string;
  readonly jobs?: number;
  /** `true` unless `--cache DIR` (the folder) or `--no-cache` (false). */
  readonly cache: string | boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option('--root <dir>', 'the source tree (default: the nearest directory that looks like one)')
    .option('--config <file>', 'settings (default: lockorder.json in the root)')
    .option('-j, --jobs <n>', 'number of threads (default: one per CPU)', parseCount)
    .option('--cache <dir>', 'where results are kept between runs (default: $XDG_CACHE_HOME/lockorder)')
    .option('--no-cache', 'do not keep results between runs');
}

export function rulesOption(): Option {
  return new Option('--rules <ids>', 'only these rules, separated by commas').argParser(parseRules);
}

export function confidenceOption(): Option {
  return new Option('--confidence <level>', 'minimum confidence to report')
    .choices(CONFIDENCES)
    .default('high' satisfies Confidence);
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('It must be a positive integer.');
  return count;
}

function parseRules(text: string): RuleId[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const rule = RULE_IDS.find((id) => id === word);
      if (!rule) throw new InvalidArgumentError(`No rule '${word}'. Rules: ${RULE_IDS.join(', ')}.`);
      return rule;
    });
}
