import { text } from '../text/calls.js';
import { all, lastWord, parts, type CodeNode } from '../text/code.js';
import { operator } from '../text/forms.js';
import type { Pair } from '../text/pair.js';
import { lockPath, rootsOf, valuePath, type LockPath } from '../text/path.js';

/**
 * Whether the lock that is to be taken first is the same, and as safe to touch, before the other is taken:
 * the reason why not, or nothing. It must not be reached through what the other lock protects; pointers that
 * the way to the other lock reads as well were read without it before.
 */
export function unstable(pair: Pair): string | undefined {
  const moved = lockPath(pair, pair.inner);
  const other = lockPath(pair, pair.outer);
  if (moved.opaque) return `${moved.opaque.text} may give another lock before ${pair.outerId} is taken`;
  for (const load of moved.loads.keys()) {
    if (!other.loads.has(load)) return reached(pair, load);
  }
  const around = embedding(pair, other);
  const seen = new Set<string>();
  for (const local of moved.locals) {
    const load = comesFrom(pair, local, around, seen);
    if (load !== undefined) return reached(pair, load);
  }
  return undefined;
}

function reached(pair: Pair, through: string): string {
  return `${through}, through which ${pair.innerId} is reached, may be protected by ${pair.outerId}`;
}

/** The variables that stand for the object a lock is in, and for objects around that one. */
function embedding(pair: Pair, path: LockPath): Set<string> {
  const found = rootsOf(path);
  for (const name of found) {
    for (const value of definitions(pair, name)) {
      const origin = valuePath(pair, value);
      if (!origin.opaque && origin.loads.size === 0) for (const root of rootsOf(origin)) found.add(root);
    }
  }
  return found;
}

/**
 * A read of what the other lock protects that a variable got its value from. A value read before that lock
 * was taken is as good in front of it, unless the source shows that the pointer changes under the lock: then
 * the function reads it too early, and what it should do is not for a fix to say.
 */
function comesFrom(
  pair: Pair,
  name: string,
  around: ReadonlySet<string>,
  seen: Set<string>,
): string | undefined {
  if (seen.has(name)) return undefined;
  seen.add(name);
  for (const value of definitions(pair, name)) {
    const origin = valuePath(pair, value);
    for (const [words, names] of origin.loads) {
      const isProtected = [...names].some((each) => around.has(each)) || origin.globals.has(words);
      const last = lastWord(words);
      if (isProtected && last !== undefined && isSetUnder(pair, last, words !== last)) return words;
    }
    for (const local of origin.locals) {
      const through = comesFrom(pair, local, around, seen);
      if (through !== undefined) return through;
    }
  }
  return undefined;
}

/** Whether a function of this file assigns a variable or field of this name and takes the other lock. */
export function isSetUnder(
  { code, models, program, outer }: Pick<Pair, 'code' | 'models' | 'program' | 'outer'>,
  word: string,
  isField: boolean,
): boolean {
  const lockName = lastWord(outer.name) ?? '';
  const assignment = new RegExp(`(?<${isField ? '=->|\\.' : '!\\w|->|\\.'})${word}\\s*=(?!=)`);
  const calls = new RegExp(`(\\w+)\\s*\\((?:\\w+\\)\\s*\\()?[^;{}()]*\\b${lockName}\\s*[,)]`, 'g');
  return (program.outline(code.file)?.functions ?? []).some((other) => {
    if (other.start === code.item.start) return false;
    const body = code.text.slice(other.bodyStart, other.end);
    const takes = (call: string): boolean => {
      const op = models.lockApi(call)?.op;
      return op === 'acquire' || op === 'try' || models.scopeMacro(call) !== undefined;
    };
    return assignment.test(body) && [...body.matchAll(calls)].some((call) => takes(call[1] ?? ''));
  });
}

/** Every expression that a local variable is set to. */
function definitions(pair: Pair, name: string): CodeNode[] {
  const { code } = pair;
  const found: CodeNode[] = [];
  for (const node of [...all(code.body, 'init_declarator'), ...all(code.body, 'assignment_expression')]) {
    const [target, value] = parts(node);
    if (!target || !value || operator(node) !== '=') continue;
    if (text(code, target).replace(/^[\s*]+/, '') === name) found.push(value);
  }
  return found;
}
