import { basename, dirname } from 'node:path/posix';
import type { FileEdit, Finding, Fix } from '../../analysis/checks/types.js';
import { scenario, story, wrap } from '../../analysis/report/explain.js';
import { git } from '../../host/node/git/git.js';
import { VERSION } from '../version.js';

/** What one mail changes in one file. */
export interface PatchedFile {
  readonly file: string;
  /** Unified, against the file as it is. */
  readonly patch: string;
  /** It can be sent as UTF-8. */
  readonly isPlain: boolean;
  readonly lines: readonly FileEdit[];
}

/** What git writes first for a mail that is no commit yet; the date is part of the format. */
const SEPARATOR = `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`;
/** Columns of a subject, as checkpatch counts them. */
const SUBJECT = 75;
/** Columns that folders may take of it. */
const PREFIX = 28;
/** Subjects of the history that are looked at. */
const HISTORY = 50;
const SHORT_HASH = 12;

/**
 * One fix as a mail that `git am` takes: a subject as the subsystem writes them, what goes wrong, and the diff. It is
 * from whoever runs this, and signed off by nobody: that is said by people.
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
    `Subject: [PATCH] ${subjectOf(root, fix, files[0]?.file ?? finding.at.file)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...wrap(sentence(finding.message)),
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
    // An empty line of context is a blank, which counts.
    ...files.map(({ patch }) => patch.replace(/^Index: .*\n=+\n/, '').replace(/\n+$/, '')),
    '-- ',
    `lockorder ${VERSION}`,
    '',
  ].join('\n');
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** No line of the text may be read as the beginning of the diff or of another mail. */
function quoted(line: string): string {
  return /^(?:---|diff -|Index: |From )/.test(line) ? ` ${line}` : line;
}

function sender(root: string): string {
  const asked = (key: string): string => answer(root, ['config', '--get', key]) ?? '';
  const [name, address] = [asked('user.name'), asked('user.email')];
  return name === '' || address === '' ? 'lockorder <lockorder@invalid>' : `${name} <${address}>`;
}

/** Git's answer; `undefined` where there is none. */
function answer(root: string, words: readonly string[]): string | undefined {
  try {
    return git(root, words).toString('utf8').trim();
  } catch {
    return undefined;
  }
}

/** `usb: gadget: lpc32xx_udc: take lock with interrupts off`: in front stands what commits of the file begin with. */
function subjectOf(root: string, fix: Fix, file: string): string {
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
  const title = shortened(fix.title, SUBJECT - prefix.length);
  return prefix + (isSmall ? title.charAt(0).toLowerCase() + title.slice(1) : title);
}

/** What a file is called where no history tells. */
function prefixOf(file: string): string {
  const folders = dirname(file)
    .split('/')
    .filter((part) => part !== '.' && part !== 'drivers');
  const name = basename(file).replace(/\.\w+$/, '');
  const parts = [...folders.filter((part) => part !== name), name];
  const prefix = (): string => parts.map((part) => `${part}: `).join('');
  // The subsystem and the file say most.
  while (parts.length > 2 && prefix().length > PREFIX) parts.splice(-2, 1);
  return prefix();
}

/** Without what explains it, then without its last words. */
function shortened(title: string, columns: number): string {
  let first = title;
  for (const end of [/, | in (?=\w+\(\))/, / (?:after|before) /])
    if (first.length > columns) [first = title] = first.split(end);
  if (first.length <= columns) return first;
  const words = first.split(' ');
  while (words.length > 3 && words.join(' ').length > columns) words.pop();
  return words.join(' ');
}

/**
 * The commit that brought the wrong side, where git shows it for certain: all lines that the fix replaces came with it,
 * and everything else that the story passes through was there already.
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

/** Numbers, in the file as it is, of the lines that a patch takes away. */
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

/** The commit that a line came with; `undefined` for one that no commit tells, or that was there from the start. */
function blamed(root: string, file: string, line: number): string | undefined {
  const range = `${line},${line}`;
  const told = answer(root, ['blame', '--porcelain', '-L', range, '--', file]);
  const [hash] = /^[0-9a-f]{40}/.exec(told ?? '') ?? [];
  return hash === undefined || /^0+$/.test(hash) || /^boundary$/m.test(told ?? '') ? undefined : hash;
}
