import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionRecord } from '../../../analysis/models/records/record.js';
import type { Definition, Definitions } from './definitions.js';

/** An unpacked kernel with what it defines. */
export interface Tree {
  readonly path: string;
  readonly version: string;
  readonly definitions: Definitions;
}

const LOCKING = /\b(\w*(?:lock|guard|down_|begin)\w*)\s*\(([^;]*?)\)/g;
/** Calls that are told apart by their argument. */
const GENERAL = /mutex|spin|down_|guard/;

/**
 * The locks that the text of a body names: the member or variable that a general call takes, and else the name of the call.
 */
export function locksNamed(body: string): ReadonlySet<string> {
  const found = new Set<string>();
  // `guard(mutex)(&x->lock)` names its lock in the second brackets.
  const calls = body.replace(/guard\(\w+\)\(/g, 'guard(');
  for (const [, call = '', given = ''] of calls.matchAll(LOCKING)) {
    const args = given.split(',');
    const taken = call.includes('guard') ? args.at(-1) : args[0];
    found.add(GENERAL.test(call) ? (/(\w+)\W*$/.exec(taken ?? '')?.[1] ?? call) : call);
  }
  return found;
}

/** The body of the function that is defined at a line; `undefined` if that is a declaration. */
export function bodyAt(text: string, line: number): string | undefined {
  const lines = text.split('\n').slice(line - 1);
  const end = lines.findIndex((one) => one.startsWith('}'));
  const whole = end < 0 ? '' : lines.slice(0, end).join('\n');
  const open = whole.indexOf('{');
  return open < 0 || whole.slice(0, open).includes(';') ? undefined : whole.slice(open);
}

/**
 * The trees in which a function that takes a lock for a short time takes none, or only others than in the newest tree, by the
 * words of its body: its record may have to say something else of these kernels.
 */
export function locksElsewhere(
  { name, transient }: FunctionRecord,
  trees: readonly Tree[],
): readonly string[] {
  if (transient === undefined) return [];
  const locksIn = ({ path, definitions }: Tree): ReadonlySet<string> | undefined => {
    const bodies = (definitions.get(name) ?? []).flatMap((one) => bodyOf(path, one) ?? []);
    return bodies.length === 0 ? undefined : new Set(bodies.flatMap((body) => [...locksNamed(body)]));
  };
  const newest = trees.at(-1);
  const now = newest && locksIn(newest);
  if (now === undefined || now.size === 0) return [];
  return trees.slice(0, -1).flatMap((tree) => {
    const then = locksIn(tree);
    if (then === undefined || [...then].some((lock) => now.has(lock))) return [];
    const told = then.size === 0 ? 'no lock' : [...then].join(', ');
    return [`${name} (${tree.version}): ${told}, not ${[...now].join(', ')}`];
  });
}

function bodyOf(tree: string, { file, line, kind }: Definition): string | undefined {
  return kind === 'function' ? bodyAt(readFileSync(join(tree, file), 'latin1'), line) : undefined;
}
