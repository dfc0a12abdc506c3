import type { FunctionRef } from '../../../link/types.js';
import { text } from '../../text/calls.js';
import { parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import type { FixInput } from '../../types.js';
import { brief } from '../between.js';

/** Functions followed below a call. */
const MOST_BELOW = 200;

/** What a call must leave alone. */
export interface MustNotTake {
  /** Lock class, as shown, that it must not take. */
  readonly lock: string;
  /** If set, the only class that it may take. */
  readonly under: string | undefined;
  /** Whether it must not sleep either. */
  readonly spins?: true;
}

/**
 * Why a call may take a lock, or wait for code that does; `undefined` if it does not. All of its callees must be visible
 * or known to the models.
 */
export function quietCall(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  quiet: MustNotTake,
): string | undefined {
  const { models, program } = input;
  const [callee] = parts(call);
  const shown = `\`${brief(code, call)}\` in between`;
  if (callee?.kind !== 'identifier') return `${shown} calls through a pointer`;
  const name = text(code, callee);
  const own = known(input, name, quiet);
  if (own === 'quiet') return undefined;
  if (own !== undefined) return `${shown} ${own}`;
  const reached = program.resolveCall(name, code.file);
  if (reached.length === 0) return `the source of ${name}() is not available`;
  const open = [...reached];
  const seen = new Set<FunctionRef>(open);
  for (const fn of open) {
    const reason = speaks(input, fn, quiet);
    if (reason !== undefined) return `${shown} ${reason}`;
    for (const word of fn.item?.calls ?? []) {
      const kind = known(input, word, quiet);
      if (kind === 'quiet' || models.lockApi(word) !== undefined) continue;
      if (kind !== undefined) return `${shown} ${kind}`;
      const below = program.resolveCall(word, fn.file);
      if (below.length === 0) return `the source of ${word}() is not available`;
      for (const each of below) {
        if (seen.has(each)) continue;
        seen.add(each);
        open.push(each);
      }
    }
    if (seen.size > MOST_BELOW) return `${shown} calls too many functions`;
  }
  return undefined;
}

/** `quiet` for a function that takes no lock; why another one must not be called; `undefined` if the models do not say. */
function known({ models }: FixInput, name: string, { spins }: MustNotTake): string | undefined {
  // Whichever of its bodies is visible: one for a kernel without the feature may be empty.
  if (spins && models.sleepsInside(name) !== undefined) return `may sleep in ${name}()`;
  const api = models.api(name);
  if (models.isInert(name) || models.accessesDevice(name) || models.errorTest(name) !== undefined)
    return 'quiet';
  if (models.transparent(name) !== undefined || models.isConditionalBug(name)) return 'quiet';
  if (api === undefined) return undefined;
  if (api.k === 'wait' || api.k === 'sleep') return 'waits';
  return api.k === 'free' || api.k === 'query' || api.k === 'context' ? 'quiet' : undefined;
}

/** What a function itself does that is not quiet. */
function speaks(input: FixInput, fn: FunctionRef, { lock, under }: MustNotTake): string | undefined {
  if ((fn.item?.indirectCalls.length ?? 0) > 0) return `calls through a pointer in ${fn.name}()`;
  const { graph } = input.analysis;
  const taken = [...new Set(input.analysis.summary(fn)?.lockOf.values())].map(
    (key) => graph.classes.get(key)?.id,
  );
  const isLoud = taken.some((id) => id === lock || (under !== undefined && id !== under));
  if (isLoud) return `takes a lock in ${fn.name}()`;
  const isUnread =
    input.analysis.summary(fn) === undefined &&
    (fn.item?.calls ?? []).some((name) => input.models.lockApi(name) !== undefined);
  return isUnread ? `may take a lock in ${fn.name}()` : undefined;
}
