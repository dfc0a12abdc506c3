import { hashText } from '../../../base/hash.js';
import type { Span } from '../../../base/span.js';
import type { Confidence } from '../../../base/confidence.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionSummary, HeldLock, Turned } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding, StoryStep } from '../../types.js';
import type { ReversedFlag } from './conditions/reversed-flag.js';
import { wordsOfTurned } from './conditions/turned.js';
import { isReleasedUnseen } from '../self-deadlock/unseen-release.js';

/** A lock that some return statements keep. */
export interface Leak {
  /** The return statements, or the branches that skip a release. */
  readonly at: readonly Span[];
  readonly lock: HeldLock;
  readonly confidence: Confidence;
  /**
   * Distinguishes leaks of one function: ordinal of the kept lock over all exits, among the locks of its class, or among
   * those of rounds.
   */
  readonly ordinal: number | string;
  /** Whether the lock is acquired under one flag and released under another. */
  readonly isOther?: boolean;
  /** The condition of acquisition and release, if the path reverses it in between. */
  readonly turned?: Turned | undefined;
  /** The store that reverses the flag under which the lock is taken and released. */
  readonly reversed?: ReversedFlag;
}

/** Reports a lock that nothing visible ever releases. */
export function reportKept(context: CheckContext, summary: FunctionSummary, leak: Leak): Finding {
  const { fn } = summary;
  return report(context, summary, leak, (name) => ({
    message: `returns with ${name} held; neither ${fn.name}() nor any caller releases it`,
    assumes: `no other code releases ${name} for ${fn.name}()`,
  }));
}

/** Texts for a leak of a lock with this name. */
type Words = (name: string) => {
  readonly message: string;
  readonly assumes: string;
  /** What happens at the end, if it is not a return. */
  readonly last?: string;
  /** What happens between the acquisition and the end. */
  readonly between?: readonly StoryStep[];
};

/** Texts for a leak that other exits do not have. */
function ofOthers({ fn }: FunctionSummary): Words {
  return (name) => ({
    message: `returns with ${name} held; other return paths release it`,
    assumes: `no caller of ${fn.name}() releases ${name} after this return`,
  });
}

function ofOtherFlag({ fn }: FunctionSummary): Words {
  return (name) => ({
    message: `returns with ${name} held: ${fn.name}() takes and releases it under different conditions`,
    assumes: `the conditions under which ${fn.name}() takes and releases ${name} are never true at the same time`,
  });
}

function ofReversedFlag({ fn }: FunctionSummary, { at, isSet }: ReversedFlag): Words {
  const does = isSet ? 'sets' : 'clears';
  return (name) => ({
    message: `returns with ${name} held: ${fn.name}() ${does} the flag under which it takes and releases it`,
    assumes: `no other code releases ${name} for ${fn.name}()`,
    between: [
      {
        path: 0,
        file: fn.file,
        ...at,
        function: fn.name,
        text: `${does} the flag, so that the release is skipped`,
        held: [name],
      },
    ],
  });
}

export function wordsFor(summary: FunctionSummary, { isOther, turned, reversed }: Leak): Words | undefined {
  if (reversed !== undefined) return ofReversedFlag(summary, reversed);
  if (turned !== undefined) return (name) => wordsOfTurned(summary, turned, name);
  return isOther === true ? ofOtherFlag(summary) : undefined;
}

export function report(
  context: CheckContext,
  summary: FunctionSummary,
  leak: Leak,
  words = ofOthers(summary),
): Finding {
  const { classes } = context.around;
  const { fn } = summary;
  const { lock, ordinal } = leak;
  const isDoubtful = leak.confidence === 'high' && isReleasedUnseen(context, summary, lock, leak);
  const confidence = isDoubtful ? 'low' : leak.confidence;
  const key = keyOf(lock);
  const name = key === undefined ? 'the lock' : spoken(classes, key);
  const { message, assumes, last, between = [] } = words(name);
  const end = last === undefined ? { text: `returns with ${name} held`, named: [name] } : { text: last };
  const span = leak.at[0] ?? lock.site.span;
  const at = { file: fn.file, ...span, function: fn.name };
  return {
    id: hashText(`missing-unlock\n${fn.file}\n${fn.name}\n${key ?? lock.term.key}\n${ordinal}`),
    rule: 'missing-unlock',
    severity: 'warning',
    confidence,
    message,
    at,
    locks: key === undefined ? [] : [shown(classes, key)],
    story: [
      { path: 0, ...locationOf(lock.site), text: `takes ${name}`, held: [] },
      ...between,
      ...leak.at.map((where) => ({
        path: 0,
        file: fn.file,
        ...where,
        function: fn.name,
        ...end,
        held: [name],
      })),
    ],
    assumes: [{ reason: 'ownership', text: assumes }],
    witnesses: [witnessId(['missing-unlock', fn.file, fn.name, key ?? lock.term.key])],
    evidence: [],
    fixes: [],
  };
}
