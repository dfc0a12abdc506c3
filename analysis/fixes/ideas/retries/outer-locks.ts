import { lockCalls, text } from '../../text/calls.js';
import type { CodeNode, FunctionCode } from '../../text/code.js';
import type { FixInput } from '../../types.js';

/** Code in front of an acquisition, without the locks that it takes, and how they are released. */
export interface OuterLocks {
  readonly front: readonly CodeNode[];
  /** The statements that release them, the last one taken first. */
  readonly releases: readonly string[];
}

/**
 * The locks that a function takes by plain statements in front of another one, if it releases each in one way only. What
 * else is in front, and what takes a lock in any other way, stays.
 */
export function outerLocks({ models }: FixInput, code: FunctionCode, front: readonly CodeNode[]): OuterLocks {
  const all = lockCalls(code, models, code.body);
  const left: CodeNode[] = [];
  const releases: string[] = [];
  for (const statement of front) {
    const taken = all.find(
      ({ node }) => node.parent === statement && statement.kind === 'expression_statement',
    );
    const isPlain = taken?.form === 'call' && taken.api.op === 'acquire' && taken.api.flagsArg === undefined;
    const ends = all.filter(
      ({ api, name, form }) =>
        form === 'call' &&
        api.op === 'release' &&
        name === taken?.name &&
        api.implicit === taken.api.implicit,
    );
    const written = new Set(ends.map(({ node }) => `${text(code, node)};`));
    const [release] = written;
    if (!isPlain || release === undefined || written.size > 1) left.push(statement);
    else releases.unshift(release);
  }
  return { front: left, releases };
}
