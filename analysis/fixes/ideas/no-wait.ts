import type { FunctionRef } from '../../link/types.js';
import { handlersFor } from './awaited.js';
import { lockCall, text } from '../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../text/code.js';
import { toFileEdits } from '../text/edits.js';
import { nextMember } from '../text/pair.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const NO_WAIT = 'no-wait';

/**
 * Proposes to switch an interrupt off without sleeping. Where no lock is held, by waiting for the handler as it spins.
 * Under a lock that the handler takes, without waiting at all, where it is switched on again under the same lock: the lock
 * keeps the handler out in between. Nothing where a thread belongs to the handler, which only the sleeping call awaits.
 */
export function proposeNoWait(input: FixInput, code: FunctionCode, call: CodeNode): FixOutcome | undefined {
  const { models, finding } = input;
  const [callee, list] = parts(call);
  const name = callee ? text(code, callee) : '';
  const spinning = models.spinningWait(name);
  if (!callee || !list || spinning === undefined) return undefined;
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: NO_WAIT, reason }] });
  if (call.parent?.kind !== 'expression_statement') return refused(`the result of ${name}() is used`);
  const handlers = handlersFor(input, code, parts(list)[models.api(name)?.arg ?? 0]);
  if (handlers.length === 0) return refused(`the handler that ${name}() waits for is not in sight`);
  const threaded = handlers.find(({ isThread }) => isThread);
  if (threaded)
    return refused(`${threaded.fn.name}() runs in a thread, which nothing but ${name}() waits for`);
  const running = handlers.find(({ fn }) =>
    finding.story.some((step) => step.path === 0 && step.function === fn.name),
  );
  if (running) return refused(`${running.fn.name}() is the handler that it would wait for`);
  const [lock] = finding.locks;
  let variant = spinning;
  if (lock !== undefined) {
    const isTaken = handlers.every(({ fn }) => takes(input, fn, lock));
    const without = models.withoutWait(name);
    if (without !== undefined && isTaken) {
      if (!isSwitchedBack(input, code, call, name, list))
        return refused(`the handler may run once more behind the release of ${lock}`);
      variant = without;
    } else if (handlers.some(({ fn }) => takes(input, fn, lock)))
      return refused(`a handler takes ${lock}, and ${spinning}() would wait for it`);
  }
  const fix: ProposedFix = {
    title: `Call ${variant}() in ${code.item.name}(), which does not sleep`,
    kind: NO_WAIT,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start: callee.start, end: callee.end, text: variant }]),
    regions: [{ file: code.file, start: call.start, end: call.end }],
  };
  return { fixes: [fix], refusals: [] };
}

/** The function takes the lock itself, or something below it does, whatever the conditions. */
function takes(input: FixInput, from: FunctionRef, lock: string): boolean {
  const seen = new Set<FunctionRef>([from]);
  for (const fn of seen) {
    const keys = new Set(input.analysis.effects(fn)?.lockOf.values());
    if ([...keys].some((key) => input.analysis.graph.classes.get(key)?.id === lock)) return true;
    for (const callee of input.program.callees(fn)) seen.add(callee);
  }
  return false;
}

/** The same is switched on again in the same block, and the lock is released behind that. */
function isSwitchedBack(
  { models }: FixInput,
  code: FunctionCode,
  call: CodeNode,
  name: string,
  list: CodeNode,
): boolean {
  const back = models.switchedBack(name);
  const given = plainText(code, list);
  for (let at = call.parent && nextMember(call.parent); at !== undefined; at = nextMember(at)) {
    for (const node of all(at, 'call_expression')) {
      const [callee, words] = parts(node);
      if (callee && words && text(code, callee) === back && plainText(code, words) === given)
        return node.parent === at;
      if (lockCall(code, models, node)?.api.op === 'release') return false;
    }
  }
  return false;
}
