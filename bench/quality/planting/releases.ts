import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

const RELEASE =
  /^(\s+)((?:mutex_unlock|(?:raw_)?spin_unlock\w*|(?:read|write)_unlock\w*|up(?:_read|_write)?)\([^;]*\);)$/;
/** The same for interrupts, bottom halves and preemption. */
const SWITCH =
  /^(\s+)((?:local_irq_(?:restore|enable)|local_bh_enable|preempt_enable|put_cpu(?:_var|_ptr)?)\([^;]*\);)$/;
const LABEL = /^\s?(\w+):$/;
const JUMP = /^(\s+)(return\b[^;]*;|goto \w+;)$/;
const ERROR = /^(-\s*E\w+|NULL|ERR_PTR\(-E\w+\)|false)$/;

/** A label whose code releases a lock. */
interface ReleasingLabel {
  readonly name: string;
  /** Index of its line. */
  readonly at: number;
  readonly release: string;
  /** What replaces a jump to it to leave without the release. */
  readonly past: string;
  /** The variable that is returned behind the release. */
  readonly result: string | undefined;
}

/** The functions of a file with one exit that forgets a release which others do. */
export function forgottenReleases(text: string): Planted[] {
  return each(text, (lines) => [...withoutRelease(lines, RELEASE), ...pastRelease(lines, RELEASE)]);
}

/** The functions of a file with one exit that leaves disabled what others enable. */
export function forgottenSwitches(text: string): Planted[] {
  return each(text, (lines) => [...withoutRelease(lines, SWITCH), ...pastRelease(lines, SWITCH)]);
}

/** The functions of a file with one release in a form that does not restore interrupts, where others do. */
export function plainReleases(text: string): Planted[] {
  return each(text, (lines) =>
    lines.flatMap((line, at) => {
      const found =
        /^(\s+)((?:spin|read|write)_unlock)_(?:irqrestore|irq|bh)\(([^;,]*)(?:, [^;,]+)?\);$/.exec(line);
      const isElsewhere = lines.some((other, index) => index !== at && other.trim() === line.trim());
      if (!found || !isElsewhere) return [];
      return [replaced(lines, at, [`${found[1] ?? ''}${found[2] ?? ''}(${found[3] ?? ''});`])];
    }),
  );
}

/** The functions of a file with one exit that releases what it has not taken, through the label of the others. */
export function extraReleases(text: string): Planted[] {
  return each(text, toRelease);
}

function each(text: string, change: (lines: readonly string[]) => string[][]): Planted[] {
  return functionsOf(text).flatMap((fn: FunctionText) =>
    change(fn.whole.split('\n')).map((lines) => planted(fn, lines.join('\n'))),
  );
}

/** Without the release in front of a return or jump, where another one of the function remains. */
function withoutRelease(lines: readonly string[], pattern: RegExp): string[][] {
  return lines.flatMap((line, at) => {
    const release = pattern.exec(line)?.[2];
    const isLeaving = JUMP.test(lines[at + 1] ?? '');
    const isElsewhere = lines.some((other, index) => index !== at && pattern.exec(other)?.[2] === release);
    if (release === undefined || !isLeaving || !isElsewhere || LABEL.test(lines[at - 1] ?? '')) return [];
    return [withoutBraces([...lines.slice(0, at), ...lines.slice(at + 1)], at)];
  });
}

/** With a jump that goes past the release at its label, or that returns directly. */
function pastRelease(lines: readonly string[], pattern: RegExp): string[][] {
  const labels = labelsOf(lines, pattern);
  return lines.flatMap((line, at) => {
    const to = /^\s+goto (\w+);$/.exec(line)?.[1];
    const label = labels.find(({ name }) => name === to);
    if (label === undefined) return [];
    const assigned = /^\s+(\w+) = ([^;]+);$/.exec(lines[at - 1] ?? '');
    const isError = assigned?.[1] === label.result && ERROR.test(assigned?.[2] ?? '');
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    return [
      isError && label.past.startsWith('return')
        ? withoutBraces(
            [...lines.slice(0, at - 1), `${indent}return ${assigned?.[2] ?? ''};`, ...lines.slice(at + 1)],
            at - 1,
          )
        : [...lines.slice(0, at), indent + label.past, ...lines.slice(at + 1)],
    ];
  });
}

/** With a jump to the releasing label in front of the acquisition, or behind a release. */
function toRelease(lines: readonly string[]): string[][] {
  return labelsOf(lines, RELEASE).flatMap((label) => {
    const lock = /\((.*?)(?:,[^,]*)?\);$/.exec(label.release)?.[1] ?? '';
    const taken = lines.findIndex((line) => /lock\w*\(|down\w*\(/.test(line) && line.includes(`(${lock}`));
    return lines.flatMap((line, at) => {
      const [, indent = '', jump] = JUMP.exec(line) ?? [];
      const isReleased = RELEASE.exec(lines[at - 1] ?? '')?.[2] === label.release;
      const isFree = at < taken || (isReleased && at < label.at);
      if (jump === undefined || !isFree || at > label.at) return [];
      if (jump === label.past) return [replaced(lines, at, [`${indent}goto ${label.name};`])];
      const value = /^return (.*);$/.exec(jump)?.[1] ?? '';
      if (label.result === undefined || !ERROR.test(value)) return [];
      const both = [`${indent}${label.result} = ${value};`, `${indent}goto ${label.name};`];
      if (lines[at - 1]?.endsWith('{') === true || isReleased) return [replaced(lines, at, both)];
      const test = lines[at - 1] ?? '';
      if (!/^\s+if \(.*\)$/.test(test)) return [];
      const outer = indent.slice(0, -1);
      return [[...lines.slice(0, at - 1), `${test} {`, ...both, `${outer}}`, ...lines.slice(at + 1)]];
    });
  });
}

function replaced(lines: readonly string[], at: number, by: readonly string[]): string[] {
  return [...lines.slice(0, at), ...by, ...lines.slice(at + 1)];
}

/** The labels that begin with a release, if leaving behind it takes one statement. */
function labelsOf(lines: readonly string[], pattern: RegExp): ReleasingLabel[] {
  return lines.flatMap((line, at) => {
    const name = LABEL.exec(line)?.[1];
    const release = pattern.exec(lines[at + 1] ?? '')?.[2];
    const next = lines[at + 2] === '' ? lines[at + 3] : lines[at + 2];
    const after = LABEL.exec(next ?? '')?.[1];
    const returned = JUMP.exec(next ?? '')?.[2];
    const past = after === undefined ? returned : `goto ${after};`;
    if (name === undefined || release === undefined || past === undefined) return [];
    return [{ name, at, release, past, result: /^return (\w+);$/.exec(past)?.[1] }];
  });
}

/** Without the braces around the line, if nothing else is between them. */
function withoutBraces(lines: readonly string[], at: number): string[] {
  const [opens = '', closes = ''] = [lines[at - 1], lines[at + 1]];
  if (!/^\s+if \(.*\) \{$/.test(opens) || !/^\s+\}$/.test(closes)) return [...lines];
  return [
    ...lines.slice(0, at - 1),
    opens.replace(/ \{$/, ''),
    ...lines.slice(at, at + 1),
    ...lines.slice(at + 2),
  ];
}

const RELEASED =
  /\b((?:mutex|(?:raw_)?spin|read|write)_unlock(?:_bh|_irq)?|up_(?:read|write))\(&(\w+)->([\w.>-]+)\);/;

/** The functions of a file that release a lock by calling another one of the file, releasing it again right behind. */
export function releasesTwice(text: string): Planted[] {
  const functions = functionsOf(text);
  const releasing = functions.flatMap(({ name, whole }) => {
    const [, release = '', owner = '', lock = ''] = RELEASED.exec(whole) ?? [];
    const head = whole.slice(0, whole.indexOf('\n{'));
    const at = parametersOf(head).findIndex((parameter) => new RegExp(`\\*${owner}$`).test(parameter));
    const takes = new RegExp(`(?:_lock\\w*|down_\\w+)\\(&${owner}->${lock}\\b`).test(whole);
    return release === '' || at !== 0 || takes ? [] : [{ name, release, lock }];
  });
  return functions.flatMap((fn) =>
    releasing.flatMap(({ name, release, lock }) =>
      [
        ...fn.whole.matchAll(new RegExp(`^([ \\t]+)${name}\\((&?)(\\w+(?:->\\w+)*)[,)][^;\\n]*;\\n`, 'gm')),
      ].flatMap(({ 0: all, 1: indent = '', 2: address, 3: owner = '', index }) => {
        if (fn.name === name || address !== '') return [];
        const end = fn.index + index + all.length;
        const again = `${indent}${release}(&${owner}->${lock});\n`;
        return [{ name: fn.name, start: end, end, text: again }];
      }),
    ),
  );
}

/** The declarations of the parameters in a function's head. */
function parametersOf(head: string): readonly string[] {
  return head.slice(head.indexOf('(') + 1, head.lastIndexOf(')')).split(',');
}

/** The locks that the functions of a file take, by function: each with the operation and what is written before its name. */
function ownLocks(functions: readonly FunctionText[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    functions.map(({ name, whole }) => [
      name,
      [...whole.matchAll(/\b(?:mutex_lock|spin_lock(?:_irqsave|_irq|_bh)?)\(&([\w>.-]*?)(\w+)[,)]/g)].map(
        ([, , lock = '']) => lock,
      ),
    ]),
  );
}

/** The functions of a file that release a lock in front of a call which takes it, releasing it behind. */
export function releasesBehindCalls(text: string): Planted[] {
  const functions = functionsOf(text);
  const locks = ownLocks(functions);
  const form =
    /^([ \t]+)(?:mutex_unlock|spin_unlock(?:_irqrestore|_irq|_bh)?)\(&[\w>.-]*?(\w+)(?:, flags)?\);\n(?:\n?)(\1(\w+)\([^;{}]*\);\n)/gm;
  return functions.flatMap((fn) =>
    [...fn.whole.matchAll(form)].flatMap(({ 0: found, 2: lock = '', 3: call = '', 4: name = '', index }) => {
      if (name === fn.name || locks.get(name)?.includes(lock) !== true) return [];
      const release = found.slice(0, found.length - call.length).trimEnd();
      return [
        planted(fn, `${fn.whole.slice(0, index)}${call}${release}\n${fn.whole.slice(index + found.length)}`),
      ];
    }),
  );
}
