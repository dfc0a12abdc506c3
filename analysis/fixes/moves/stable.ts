import { text } from '../text/calls.js';
import { lastWord } from '../../base/words.js';
import { all, parts, type CodeNode } from '../text/code.js';
import { operator } from '../text/forms.js';
import type { Pair } from '../text/pair.js';
import { lockPath, rootsOf, valuePath, type LockPath } from '../text/path.js';

/**
 * Why the lock that is to be taken first may be a different one, or unsafe to access, before the other is taken;
 * `undefined` if it is not. Its expression must not load a pointer that the other lock protects. Pointers that the
 * other lock's expression also loads were already read without that lock.
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

/** Variables that point to the object that contains a lock, or to objects around it. */
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
 * A load protected by the other lock that determines a variable's value. A value read before that lock can be read
 * even earlier, unless the source shows that the pointer changes under the lock: then the function already reads it too
 * early, which a fix cannot repair.
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

/** All values that a local variable is set to. */
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
