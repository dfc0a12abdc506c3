import { visibleLines } from '../../analysis/base/visible.js';
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { joinEvidence } from '../../analysis/evidence/join/join.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import {
  reported,
  reversedEdges,
  subjectOf,
  subjectWithId,
  type Subject,
} from '../../analysis/evidence/validate/subjects.js';
import {
  renderValidationJson,
  renderValidationText,
} from '../../analysis/evidence/validate/validation-report.js';
import { validate, type ValidationVerdict } from '../../analysis/evidence/validate/validate.js';
import type { SourceWorld } from '../../analysis/evidence/join/world.js';
import { createModels } from '../../analysis/models/index.js';
import { readAll } from '../evidence/evidence.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { writeResult } from '../terminal.js';
import { withWorld } from '../evidence/world.js';

interface ValidateOptions extends CommonOptions {
  readonly format: 'text' | 'json';
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Exit codes of this command (docs/evidence.md). */
const CODES: Readonly<Record<ValidationVerdict, number>> = {
  fixed: EXIT.clean,
  'not-fixed': EXIT.findings,
  'not-exercised': 3,
};

export function addValidate(program: Command, end: (code: number) => void): void {
  const command = program
    .command('validate')
    .description('compare two runs: whether the bug is gone, and whether the second run exercised its path')
    .usage('[options] [path...] [id] --before <file...> --after <file...>')
    .argument('[id...]', 'paths to analyse (default: the current directory), then the id of a finding')
    .requiredOption('--before <file...>', 'logs and tables of the run that shows the bug')
    .requiredOption('--after <file...>', 'logs and tables of the run with the fix')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'));
  addCommonOptions(command).action(async (words: string[], options: ValidateOptions) => {
    const last = words.at(-1);
    const id = last === undefined || existsSync(last) ? undefined : last;
    const paths = id === undefined ? words : words.slice(0, -1);
    const earlier = await readAll(options.before);
    const later = await readAll(options.after);
    const code = await withWorld(
      [...earlier, ...later],
      options,
      (world) => {
        const models = world?.models ?? createModels();
        const before = joinEvidence(earlier, models, world);
        const after = joinEvidence(later, models, world);
        const validation = validate(subjectsOf(id, before, world), before, after);
        const render = options.format === 'json' ? renderValidationJson : renderValidationText;
        writeResult(visibleLines(render(validation)), undefined);
        return CODES[validation.verdict];
      },
      paths,
    );
    end(code);
  });
}

/** What to validate: the given finding, otherwise all reversed edges, otherwise all reports. */
function subjectsOf(
  id: string | undefined,
  before: Evidence,
  world: SourceWorld | undefined,
): readonly Subject[] {
  if (id === undefined) {
    const circles = reversedEdges(before);
    const subjects = circles.length > 0 ? circles : reported(before);
    if (subjects.length === 0) {
      throw new CommandFailure('--before shows no lock inversion and no report: nothing to validate');
    }
    return subjects;
  }
  const finding = world?.analysis.findings.find((each) => each.id === id);
  if (finding) return [subjectOf(finding, before)];
  const keys = new Map(
    [...(world?.analysis.graph.classes.values() ?? [])].map((lock) => [lock.id, lock.key]),
  );
  const subject = subjectWithId(id, before, (shown) => keys.get(shown));
  if (!subject) throw new CommandFailure(`no finding '${id}', in the source or in --before`);
  return [{ ...subject, finding: id }];
}
