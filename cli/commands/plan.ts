import { visible, visibleLines } from '../../analysis/base/visible.js';
import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { builtAs, type BuiltAs } from '../../analysis/evidence/validate/kbuild.js';
import { planText } from '../../analysis/evidence/validate/plan.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { fromHere, shellWord } from '../paths.js';
import { runSession } from '../session/session.js';
import type { CommandSession } from '../session/types.js';
import { writeResult } from '../terminal.js';
import { worldOf } from '../evidence/world.js';

export function addPlan(program: Command, end: (code: number) => void): void {
  const command = program
    .command('plan')
    .description('print how to reproduce a finding on a real kernel, and how to validate its fix')
    .usage('[options] [path...] <id>')
    .argument('<id...>', 'paths to analyse (default: the current directory), then the id of a finding');
  addCommonOptions(command).action(async (words: string[], options: CommonOptions) => {
    const id = words.at(-1) ?? '';
    const paths = words.slice(0, -1);
    const { root, config } = options;
    const where = [
      ...(root === undefined ? [] : ['--root', root]),
      ...(config === undefined ? [] : ['--config', config]),
      ...paths,
    ].map(shellWord);
    const text = await runSession(paths, { ...options, confidence: 'low' }, (session) => {
      const { findings } = session.snapshot.analysis;
      const finding = findings.find((each) => each.id === id);
      if (!finding) throw new CommandFailure(`no finding '${id}'`);
      const pathOf = fromHere(session.root);
      return planText(
        finding,
        worldOf(session),
        (file) => buildOf(session, file),
        where,
        (file) => visible(pathOf(file)),
      );
    });
    writeResult(visibleLines(text), undefined);
    end(EXIT.clean);
  });
}

/** The build rule from the makefile of the file's folder, or of a parent folder that lists the file with its path. */
function buildOf({ project }: CommandSession, file: string): BuiltAs | undefined {
  const object = basename(file, '.c');
  for (const name of ['Kbuild', 'Makefile']) {
    const folder = dirname(file);
    const content = project.read(folder === '.' ? name : `${folder}/${name}`);
    const built = 'text' in content ? builtAs(object, content.text) : undefined;
    if (built) return built;
  }
  return undefined;
}
