import { isAbsolute, join } from 'node:path';
import { Option, type Command } from 'commander';
import type { Confidence, Finding, FixRefusal, RuleId } from '../../analysis/checks/types.js';
import { isOrderFile } from '../../analysis/base/paths.js';
import { plural } from '../../analysis/report/formats/text.js';
import { SKIP_TEXT } from '../../host/api.js';
import { contentKey } from '../../host/node/cache/cache.js';
import { encode } from '../../host/node/files/read.js';
import { replaceFiles, type Replacement } from '../../host/node/files/write.js';
import { CommandFailure, EXIT } from '../failure.js';
import { addCommonOptions, confidenceOption, rulesOption, type CommonOptions } from '../options.js';
import { fromHere, shellWord } from '../paths.js';
import { obstacle } from '../patch/applicable.js';
import { renderMail, type PatchedFile } from '../patch/mail.js';
import { selectFixes, type ChosenFix, type Selection } from '../patch/patch.js';
import { edited, editsByFile, renderPatch } from '../../host/patch.js';
import { hasLostPaths } from '../session/mention.js';
import { runSession } from '../session/session.js';
import type { CommandSession } from '../session/types.js';
import { message, shownExactly, writeResult } from '../terminal.js';

interface FixOptions extends CommonOptions {
  readonly rules?: readonly RuleId[];
  readonly confidence: Confidence;
  readonly write?: boolean;
  readonly format: 'diff' | 'mbox';
}

export function addFix(program: Command, end: (code: number) => void): void {
  const command = program
    .command('fix')
    .description('print verified fixes as a unified diff, or apply them')
    .argument('[path...]')
    .addOption(rulesOption())
    .addOption(confidenceOption())
    .addOption(
      new Option('--format <format>', 'one diff, or one mail per fix for git am')
        .choices(['diff', 'mbox'])
        .default('diff'),
    )
    .addOption(new Option('--write', 'apply the fixes to the files').conflicts('format'));
  addCommonOptions(command).action(async (paths: string[], options: FixOptions) => {
    end(
      await runSession(paths, { ...options, fixFor: () => true }, (session) => {
        const { findings } = session.snapshot;
        const selection = selectFixes(findings, session.snapshot.program);
        const { refusals = new Map<string, readonly FixRefusal[]>() } = session.snapshot;
        mention(selection, findings, refusals, options.write === true, fromHere(session.root));
        if (options.write === true) write(session, selection);
        else if (options.format === 'mbox') mail(session, selection);
        else print(session, selection);
        const left = findings.length - (options.write === true ? selection.chosen.length : 0);
        if (hasLostPaths(session)) return EXIT.failure;
        return left > 0 ? EXIT.findings : EXIT.clean;
      }),
    );
  });
}

function mention(
  { chosen, postponed }: Selection,
  findings: readonly Finding[],
  refusals: ReadonlyMap<string, readonly FixRefusal[]>,
  isWritten: boolean,
  pathOf: (file: string) => string,
): void {
  for (const [{ finding, fix }, ...others] of byChange(chosen)) {
    const first = placeIn(finding, pathOf);
    const also = new Set(others.map((other) => placeIn(other.finding, pathOf)));
    also.delete(first);
    message(`${first}: ${fix.title}${also.size === 0 ? '' : `; also mends ${[...also].join(', ')}`}`);
  }
  for (const { at } of postponed) {
    message(
      `${pathOf(at.file)}:${at.line}: its fix overlaps another one; ${isWritten ? 'run again' : 'run again after --write'}`,
    );
  }
  const suggested = findings.flatMap((finding) =>
    (refusals.get(finding.id) ?? []).flatMap(({ suggestion }) =>
      suggestion === undefined ? [] : [{ ...finding, suggestion }],
    ),
  );
  for (const { at, id, suggestion } of suggested)
    message(`${pathOf(at.file)}:${at.line}: suggestion: ${suggestion}; lockorder explain ${id} shows it`);
  if (suggested.length > 0)
    message(
      `${plural(suggested.length, 'suggestion')}, to be reviewed before use; "fixes": "all" in lockorder.json turns them into edits`,
    );
  const isSuggested = new Set(suggested.map(({ id }) => id));
  const without = findings.length - chosen.length - postponed.length - isSuggested.size;
  if (without > 0) message(`${plural(without, 'finding')} without a fix; lockorder explain ID says why`);
}

function placeIn({ at }: Finding, pathOf: (file: string) => string): string {
  return `${pathOf(at.file)}:${at.line}`;
}

/** What was chosen, with the findings together that one and the same change repairs. */
function byChange(chosen: readonly ChosenFix[]): readonly (readonly [ChosenFix, ...ChosenFix[]])[] {
  const changes = new Map<string, [ChosenFix, ...ChosenFix[]]>();
  for (const one of chosen) {
    const identity = JSON.stringify(one.fix.edits);
    const known = changes.get(identity);
    if (known === undefined) changes.set(identity, [one]);
    else known.push(one);
  }
  return [...changes.values()];
}

function print(session: CommandSession, selection: Selection): void {
  const files = [...editsByFile(selection)];
  // `patch -p1` and `git apply` resolve paths against the current folder and refuse those that lead out of it.
  const pathOf = fromHere(session.root);
  const isHere = files.every(([file]) => !isAbsolute(pathOf(file)));
  if (!isHere) message(`apply the patch with: patch -p1 -d ${shellWord(session.root)}`);
  const patches = files.map(([file, edits]) => {
    const { text, isNew } = contentOf(session, file);
    return renderPatch(isHere ? pathOf(file) : file, text, edited(text, edits), isNew);
  });
  writeResult(shownExactly(patches.join('')), undefined);
}

/** Writes each fix as a mail of its own, against the present files. */
function mail(session: CommandSession, { chosen }: Selection): void {
  const mails: string[] = [];
  const obstacles = new Map<string, string>();
  // One change may repair several findings: the first one gets the mail.
  for (const [one] of byChange(chosen)) {
    const patches = [...editsByFile({ chosen: [one] })].map(([file, edits]): PatchedFile => {
      const { text, encoding, bom, isNew } = contentOf(session, file);
      const after = edited(text, edits);
      const why = isNew ? undefined : obstacle(session.root, file, text, encode(text, encoding, bom));
      if (why !== undefined) obstacles.set(file, why);
      const patch = renderPatch(file, text, after, isNew);
      return { file, patch, isPlain: encoding === 'utf-8' || /^[\0-\x7f]*$/.test(patch), lines: edits };
    });
    const odd = patches.find(({ isPlain }) => !isPlain);
    if (odd)
      message(
        `${fromHere(session.root)(odd.file)}: not UTF-8, so it cannot be mailed; use lockorder fix --write`,
      );
    else mails.push(renderMail(session.root, one, patches));
  }
  const pathOf = fromHere(session.root);
  for (const [file, why] of obstacles) message(`${pathOf(file)}: ${why}`);
  writeResult(shownExactly(mails.join('\n')), undefined);
}

function write(session: CommandSession, selection: Selection): void {
  const replacements = [...editsByFile(selection)].map(([file, edits]): Replacement => {
    const { text, encoding, bom, isNew } = contentOf(session, file);
    return {
      path: join(session.root, file),
      before: isNew ? undefined : contentKey(encode(text, encoding, bom)),
      bytes: encode(edited(text, edits), encoding, bom),
    };
  });
  const bad = replaceFiles(session.root, replacements);
  if (bad.length > 0) {
    throw new CommandFailure(
      'nothing was changed',
      bad.map(({ path, why }) => `${path}: ${why}`),
    );
  }
  for (const { path } of replacements) message(`${fromHere(session.root)(path)}: fixed`);
}

/** The text that the fix was made for; fails if the file has changed since. */
function contentOf(session: CommandSession, file: string) {
  const content = session.project.analysed(file);
  if (isOrderFile(file) && 'skipped' in content && content.skipped === 'not-found')
    return { text: '', encoding: 'utf-8', bom: false, isNew: true } as const;
  if ('skipped' in content) throw new CommandFailure(`${file}: ${SKIP_TEXT[content.skipped]}`);
  return { ...content, isNew: false };
}
