import type { FileEdit, Finding, Fix } from '../../analysis/checks/types.js';
import { scenario, story, wrap } from '../../analysis/report/explain.js';
import { git } from '../../host/node/git/git.js';
import { VERSION } from '../version.js';
import { prefixOf } from './prefix.js';
import { shortened } from './subject.js';

/** The change of one mail in one file. */
export interface PatchedFile {
  readonly file: string;
  /** Unified diff against the present file. */
  readonly patch: string;
  /** Whether it can be sent as UTF-8. */
  readonly isPlain: boolean;
  readonly lines: readonly FileEdit[];
}

/** First line that git writes for a mail without a commit; the date is part of the format. */
const SEPARATOR = `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`;
/** Width of a subject in columns, as checkpatch counts them. */
const SUBJECT = 75;
/** Number of subjects read from the history. */
const HISTORY = 50;
const SHORT_HASH = 12;

/**
 * A fix as a mail for `git am`: a subject in the subsystem's style, the problem, and the diff. The sender is the user;
 * there is no Signed-off-by, since only a person can give it.
 */
export function renderMail(
  root: string,
  { finding, fix }: { readonly finding: Finding; readonly fix: Fix },
  files: readonly PatchedFile[],
): string {
  const fixes = fixesTag(root, finding, files);
  const drawn = scenario(finding);
  return [
    SEPARATOR,
    `From: ${sender(root)}`,
    `Subject: [PATCH] ${subjectOf(root, { finding, fix }, files[0]?.file ?? finding.at.file)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...wrap(sentence(told(finding))),
    '',
    ...story(finding).map(quoted),
    '',
    ...(drawn.length > 0 ? [...drawn.map((line) => line.trimEnd()), ''] : []),
    ...wrap(
      `${sentence(fix.title)} Found by reading the source (lockorder ${VERSION}, ${finding.rule}), not by running it.`,
    ),
    '',
    ...(fixes === undefined ? [] : [fixes, '']),
    '---',
    // An empty context line is a blank, which must stay.
    ...files.map(({ patch }) => patch.replace(/^Index: .*\n=+\n/, '').replace(/\n+$/, '')),
    '-- ',
    `lockorder ${VERSION}`,
    '',
  ].join('\n');
}

/** The finding's message, with the function that it is about as its subject. */
function told({ message, at, story: steps }: Finding): string {
  const doer = steps.find(({ file, line }) => file === at.file && line === at.line)?.function;
  const isVerb = /^[a-z]+s /.test(message);
  return isVerb && doer !== undefined ? `${doer}() ${message}` : message;
}

/**
 * The text as a sentence: it begins with a capital, unless it begins with the name of a function, and ends with a
 * stop.
 */
function sentence(text: string): string {
  const first = /^\w+\(/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** Indents a line that would read as the beginning of the diff or of another mail. */
function quoted(line: string): string {
  return /^(?:---|diff -|Index: |From )/.test(line) ? ` ${line}` : line;
}

function sender(root: string): string {
  const asked = (key: string): string => answer(root, ['config', '--get', key]) ?? '';
  const [name, address] = [asked('user.name'), asked('user.email')];
  return name === '' || address === '' ? 'lockorder <lockorder@invalid>' : `${name} <${address}>`;
}

/** Git's output in a folder; `undefined` if git fails. */
export function answer(root: string, words: readonly string[]): string | undefined {
  try {
    return git(root, words).toString('utf8').trim();
  } catch {
    return undefined;
  }
}

/** `usb: gadget: lpc32xx_udc: take lock with interrupts off`: the prefix is the one that commits of the file use. */
function subjectOf(
  root: string,
  { finding, fix }: { readonly finding: Finding; readonly fix: Fix },
  file: string,
): string {
  const subjects = (answer(root, ['log', `-n${HISTORY}`, '--format=%s', '--', file]) ?? '').split('\n');
  const counts = new Map<string, number>();
  for (const subject of subjects) {
    const [, prefix] = /^((?:[\w./,+-]+(?: [\w./-]+)?: )+)/.exec(subject) ?? [];
    if (prefix !== undefined && !/^(?:Merge|Revert)\b/.test(prefix))
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const [prefix = prefixOf(file)] = [...counts].sort((a, b) => b[1] - a[1]).map(([known]) => known);
  const after = subjects
    .filter((subject) => subject.startsWith(prefix))
    .map((subject) => subject.charAt(prefix.length));
  const isSmall = after.filter((first) => /[a-z]/.test(first)).length > after.length / 2;
  const title = shortened(fix.title, SUBJECT - prefix.length, finding.locks);
  return prefix + (isSmall ? title.charAt(0).toLowerCase() + title.slice(1) : title);
}

/**
 * The commit that introduced the bug, if git shows it for certain: all lines that the fix replaces come from it, and
 * everything else in the story is older.
 */
function fixesTag(root: string, finding: Finding, files: readonly PatchedFile[]): string | undefined {
  const commits = new Set<string>();
  for (const { file, patch } of files) {
    for (const line of removedLines(patch)) commits.add(blamed(root, file, line) ?? '');
  }
  const [commit = '', ...others] = commits;
  if (commit === '' || others.length > 0) return undefined;
  for (const { file, line } of finding.story) {
    const older = blamed(root, file, line);
    if (older === undefined) return undefined;
    if (older !== commit && answer(root, ['merge-base', '--is-ancestor', older, commit]) === undefined)
      return undefined;
  }
  const subject = answer(root, ['show', '-s', '--format=%s', commit]);
  return subject === undefined ? undefined : `Fixes: ${commit.slice(0, SHORT_HASH)} ("${subject}")`;
}

/** Line numbers, in the present file, of the lines that a patch removes. */
function removedLines(patch: string): number[] {
  const found: number[] = [];
  let at = 0;
  for (const line of patch.split('\n')) {
    const [, start] = /^@@ -(\d+)/.exec(line) ?? [];
    if (start !== undefined) at = Number(start);
    else if (line.startsWith('---') || line.startsWith('+')) continue;
    else if (line.startsWith('-')) found.push(at++);
    else if (line.startsWith(' ')) at++;
  }
  return found;
}

/** The commit that introduced a line; `undefined` for an uncommitted line or one of the root commit. */
function blamed(root: string, file: string, line: number): string | undefined {
  const range = `${line},${line}`;
  const told = answer(root, ['blame', '--porcelain', '-L', range, '--', file]);
  const [hash] = /^[0-9a-f]{40}/.exec(told ?? '') ?? [];
  return hash === undefined || /^0+$/.test(hash) || /^boundary$/m.test(told ?? '') ? undefined : hash;
}
