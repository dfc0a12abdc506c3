import { all, type CodeNode } from '../text/code.js';
import { loopBody, type HeldState, type States } from '../text/states.js';

export const LOOP = /^(?:while|do|for)_statement$|^macro_head$/;

/** The jumps to a place, and the states in which the code above it arrives there. */
export interface Arrivals {
  readonly jumps: readonly CodeNode[];
  readonly falls: HeldState;
  /** What a jump does, for messages. */
  readonly name: string;
}

/** What arrives behind a loop. Each round begins as the loop does, or as the round before it ended. */
export function pastLoop(states: States, loop: CodeNode): Arrivals {
  const own = (kind: string, nearest: RegExp): CodeNode[] =>
    all(loop, kind).filter((jump) => around(jump, nearest) === loop);
  const body = loopBody(loop);
  const ends = own('continue_statement', LOOP).map((jump) => states.before.get(jump) ?? 0);
  const begins = loop.kind === 'do_statement' ? 0 : (states.before.get(loop) ?? 0);
  const rounds = body ? (states.after.get(body) ?? 0) : 0;
  return {
    jumps: own('break_statement', /^(?:while|do|for|switch)_statement$|^macro_head$/),
    falls: ends.reduce((all, end) => all | end, begins | rounds),
    name: 'leaves the loop',
  };
}

/** The nearest node of a kind around another one. */
function around(node: CodeNode, kind: RegExp): CodeNode | undefined {
  let at = node.parent;
  while (at !== undefined && !kind.test(at.kind)) at = at.parent;
  return at;
}
