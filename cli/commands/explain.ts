import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Finding, FixRefusal } from '../../analysis/checks/types.js';
import { explainFinding } from '../../analysis/report/explain.js';
import { compareFindings } from '../../analysis/report/order.js';
import { runToEnd } from '../../analysis/workspace/index.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { rootPath } from '../../host/node/files/list.js';
import { CommandFailure, EXIT } from '../failure.js';
import { patchOf } from '../../host/patch.js';
import { addCommonOptions, type CommonOptions } from '../options.js';
import { findingFromHere, patchPaths } from '../paths.js';
import { locate } from '../place.js';
import { recallResult } from '../parts/recall.js';
import { runSession } from '../session/session.js';
import type { CommandSession } from '../session/types.js';
import { writeResult } from '../terminal.js';
import { MOST_FILES } from '../evidence/wanted-files.js';

export function addExplain(program: Command, end: (code: number) => void): void {
  const command = program
    .command('explain')
    .description('explain one finding, given by its id or by a line on its path')
    .usage('[options] [path...] <id | file:line>')
    .argument('<finding...>', 'paths to analyse (default: the current directory), and the finding');
  addCommonOptions(command).action(async (words: string[], options: CommonOptions) => {
    const { paths, wanted } = divided(words);
    if (!PLACE.test(wanted) && existsSync(wanted))
      throw new CommandFailure(
        `'${wanted}' is a path; name a line of a file, as FILE:LINE, or the id of a finding`,
      );
    const text =
      (await recalled(paths, wanted, options)) ??
      (await besideTheLine(paths, wanted, options)) ??
      (await analysed(widest(paths, wanted, options), wanted, options));
    if (text === undefined) throw new CommandFailure(notFound(wanted));
    writeResult(text, undefined);
    end(EXIT.clean);
  });
}

/**
 * The finding is the last word. It may stand anywhere else, too, where only one word looks like a finding: the last
 * one is a path then.
 */
function divided(words: readonly string[]): { readonly paths: readonly string[]; readonly wanted: string } {
  const named = words.filter((word) => (ID.test(word) || PLACE.test(word)) && !existsSync(word));
  const at = named.length === 1 ? words.indexOf(named[0] ?? '') : words.length - 1;
  return { paths: words.filter((_, index) => index !== at), wanted: words[at] ?? '' };
}

/**
 * Explains from the kept result of the last scan of the paths. Where that knows of a suggestion at best, the folders of
 * the finding are analysed to show it.
 */
async function recalled(
  paths: readonly string[],
  wanted: string,
  options: CommonOptions,
): Promise<string | undefined> {
  const known = await recallResult(paths, options, (root, { findings, refusals = [] }) => {
    const reasons = new Map(refusals);
    const here = findingFromHere(root);
    const found = select(root, findings, wanted);
    const text = toldOf(found, (finding) => explainFinding(here(finding), reasons.get(finding.id)));
    const waiting = found.filter(({ id }) => reasons.get(id)?.some(hasSuggestion) === true);
    const folders = new Set(waiting.flatMap(({ story }) => story.map(({ file }) => dirname(file))));
    return text === undefined ? undefined : { root, text, folders: [...folders].sort() };
  });
  if (known === undefined || known.folders.length === 0) return known?.text;
  const { root, text, folders } = known;
  const closer = await analysed(
    folders.map((folder) => resolve(root, folder)),
    wanted,
    { ...options, root },
  );
  return closer ?? text;
}

function hasSuggestion({ suggestion, untried }: FixRefusal): boolean {
  return suggestion !== undefined || untried === true;
}

/** Explains from an analysis of the line's folder, which contains all places of most findings. */
async function besideTheLine(
  paths: readonly string[],
  wanted: string,
  options: CommonOptions,
): Promise<string | undefined> {
  const [, file] = PLACE.exec(wanted) ?? [];
  if (file === undefined) return undefined;
  const { root } = locate(paths, options);
  if (![resolve(file), resolve(root, file)].some((path) => existsSync(path))) {
    throw new CommandFailure(`${file}: no such file`);
  }
  const folder = dirname(file);
  return paths.includes(folder) ? undefined : analysed([folder], wanted, options);
}

/** The paths to analyse as a last resort: the given ones, otherwise the current folder unless it is too large. */
function widest(paths: readonly string[], wanted: string, options: CommonOptions): readonly string[] {
  if (paths.length > 0) return paths;
  const { root, paths: given, config } = locate(paths, options);
  const { include = [], exclude = [] } = config;
  if (new DiskFiles(root).list(given, { include, exclude }).files.length > MOST_FILES) {
    throw new CommandFailure(
      `${notFound(wanted)} in the last scan; name its directory: lockorder explain DIR ${wanted}`,
    );
  }
  return ['.'];
}

async function analysed(
  paths: readonly string[],
  wanted: string,
  options: CommonOptions,
): Promise<string | undefined> {
  // The user has seen the finding, so its confidence does not matter.
  return runSession(paths, { ...options, confidence: 'low' }, async (session: CommandSession) => {
    const { root, snapshot, project } = session;
    const [here, pathOf] = [findingFromHere(root), patchPaths(root)];
    // Suppressed findings can be explained, too.
    const found = select(root, snapshot.analysis.findings, wanted);
    const fixer = found.length > 0 ? await project.fixer() : undefined;
    return toldOf(found, (finding) => {
      const result = fixer && runToEnd(fixer.fixesOf(finding, snapshot));
      const { fixes = [], suggestions = [], refusals = [] } = result ?? {};
      const textOf = (file: string): string | undefined => {
        const content = project.analysed(file);
        return 'text' in content ? content.text : undefined;
      };
      const shown = suggestions.map((one) => ({ ...one, patch: patchOf(one.fix, textOf, pathOf) }));
      return explainFinding(here({ ...finding, fixes }), refusals, shown);
    });
  });
}

const RULE = `\n${'-'.repeat(72)}\n\n`;

function toldOf(found: readonly Finding[], tell: (finding: Finding) => string): string | undefined {
  return found.length === 0 ? undefined : found.map(tell).join(RULE);
}

const PLACE = /^(.+):(\d+)$/;
const ID = /^[0-9a-f]{16}$/;

function notFound(wanted: string): string {
  return PLACE.test(wanted) ? `${wanted}: no finding passes through this line` : `no finding '${wanted}'`;
}

function select(root: string, all: readonly Finding[], wanted: string): Finding[] {
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
