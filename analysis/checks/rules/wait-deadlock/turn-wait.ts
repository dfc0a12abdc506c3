import { BOUNDS } from '../../../base/bounds.js';
import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { target } from '../../../graph/events/bounded.js';
import type { InTurn, Registration, WaitSlots } from '../../../graph/slots/slots.js';
import { runsOnlyIn } from '../../../graph/waits/queue-turns.js';
import { Waits, type OwnWait } from '../../../graph/waits/waits.js';
import type { FunctionRef } from '../../../link/types.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { Site } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import { withWays } from '../../story/told-ways.js';
import type { Finding } from '../../types.js';
import type { Completer } from './completions/completer-needs.js';
import type { CompletionWaits } from './completions/completion-wait.js';

/** What a function puts into a queue: where, and the handler of it. */
interface Put {
  readonly site: Site;
  readonly item: Term;
  readonly registration: Registration;
}

/**
 * Finds work that waits for a completion which only work behind it completes: the queue runs one item at a time, and the
 * waiting one has put the other into it.
 */
export class TurnWaits {
  private readonly waits: Waits;
  private readonly found = new Map<string, Finding>();

  constructor(
    private readonly context: CheckContext,
    private readonly slots: WaitSlots,
    private readonly completions: CompletionWaits,
    private readonly callers: KnownCallers,
  ) {
    this.waits = new Waits(context.around, (api) => api.awaits === 'completion' && api.arg !== undefined);
  }

  findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  consider(handler: FunctionRef): void {
    if (!this.waits.reach(handler, BOUNDS.callsInHandlerInFile)) return;
    for (const turn of this.slots.besides(handler)) {
      if (turn.others.length === 0) continue;
      for (let calls = 0; calls <= BOUNDS.callsInHandlerInFile; calls++)
        for (const wait of this.waits.tails(handler, calls, [], folderOf(handler.file)))
          this.judge(handler, turn, wait);
    }
  }

  private judge(
    handler: FunctionRef,
    turn: InTurn,
    { tail, effect, api }: OwnWait & { readonly tail: readonly Site[] },
  ): void {
    const waiter = tail.at(-1)?.fn ?? handler;
    const object = effect.args[api.arg ?? -1];
    const completers = object === undefined ? [] : this.completions.allOf(object, waiter);
    const [completer] = completers;
    if (object === undefined || completer === undefined) return;
    const puts = this.putBefore(tail, turn).filter(({ registration }) => registration.handler !== handler);
    const behind = new Set(puts.map(({ registration }) => registration.handler));
    const runsIn = (handlers: ReadonlySet<FunctionRef>, { fn }: Completer): boolean =>
      runsOnlyIn(this.callers, fn, handlers, BOUNDS.callersForEntry);
    if (!completers.every((one) => runsIn(behind, one))) return;
    const put =
      puts.find(({ registration }) => runsIn(new Set([registration.handler]), completer)) ?? puts[0];
    if (put === undefined) return;
    const [arrived] = this.context.proofs.arrive(tail);
    if (arrived === undefined) return;
    // It may be the work of another object.
    const isOwn = isBeside(arrived.args[api.arg ?? -1], put.item) || isBeside(object, put.item);
    const isNear = tail.length <= 2 || this.context.proofs.learnedSince(tail, 0, arrived.facts) === 0;
    const isSure = isOwn && isNear && put.registration.isDoubtful !== true && completers.length === 1;
    const finding = this.report({ handler, turn, tail, api, put, completer, object, isSure });
    if (!this.found.has(finding.id))
      this.found.set(finding.id, withWays(finding, [{ root: handler, facts: arrived.facts }]));
  }

  /** What the functions on the way to a wait put into the queue before. */
  private putBefore(tail: readonly Site[], { queue }: InTurn): readonly Put[] {
    const before: Put[] = [];
    for (const step of tail) {
      const skeleton = this.context.around.program.skeleton(step.fn);
      if (skeleton === undefined) continue;
      for (const put of this.puts(step.fn, queue, BOUNDS.callsInHandler))
        if (canFollow(skeleton, put.site.event, step.event)) before.push(put);
    }
    return before;
  }

  /** What a function puts into a queue, itself or in callees, at its own sites and in its own terms. */
  private *puts(fn: FunctionRef, queue: string, calls: number): Generator<Put> {
    const { around } = this.context;
    const summary = around.summaryOf(fn);
    if (summary === undefined) return;
    for (const { k, api: name, args, site } of summary.apis) {
      const api = k === 'register' ? around.models.api(name) : undefined;
      const item = args[api?.itemArg ?? api?.arg ?? 0];
      if (api === undefined || item === undefined) continue;
      for (const registration of this.slots.putInto(queue, api, args, fn)) yield { site, item, registration };
    }
    for (const call of calls > 0 ? summary.calls : []) {
      const callee = target(call);
      if (callee === undefined || callee === fn) continue;
      for (const put of this.puts(callee, queue, calls - 1))
        yield { ...put, site: call.site, item: t.inCaller(put.item, call.args) };
    }
  }

  private report(told: {
    readonly handler: FunctionRef;
    readonly turn: InTurn;
    readonly tail: readonly Site[];
    readonly api: OwnWait['api'];
    readonly put: Put;
    readonly completer: Completer;
    readonly object: Term;
    readonly isSure: boolean;
  }): Finding {
    const { handler, turn, tail, api, put, completer, object, isSure } = told;
    const { classes } = this.context.around;
    const last = tail.at(-1);
    const slot = this.slots.slotOf(object, 'object', last?.fn.file ?? handler.file) ?? '';
    const [what, queue] = [shown(classes, slot), shown(classes, turn.queue)];
    const behind = `${put.registration.handler.name}()`;
    const isTimed = api.timed === true;
    const through = tail.length > 1 ? ` through ${tail[1]?.fn.name ?? ''}()` : '';
    const id = ['wait-deadlock', 'turn', handler.file, handler.name, turn.queue, slot].join('\n');
    const { at, by } = put.registration;
    return {
      id: hashText(id),
      rule: 'wait-deadlock',
      severity: isTimed ? 'warning' : 'error',
      confidence: isSure ? 'high' : 'medium',
      message: `${isTimed ? 'stalls until the timeout: ' : ''}waits for ${what} with ${api.name}()${through}, which ${completer.fn.name}() completes; ${queue} runs ${behind} only after ${handler.name}()`,
      at: locationOf(tail[0] ?? put.site),
      locks: [],
      story: [
        { path: 0, ...locationOf(put.site), text: `puts the work of ${behind} into ${queue}`, held: [] },
        ...tellChain(classes, tail, { text: `waits for ${what}`, waitsWith: api.name }, 0),
        { path: 1, ...at, function: by, text: `makes ${behind} the handler of that work`, held: [] },
        {
          path: 1,
          ...locationOf(completer.effect.site),
          text: `calls ${completer.effect.api}() for ${what}`,
          held: [],
        },
      ],
      assumes: [
        { reason: 'completers', text: `nothing else completes ${what}` },
        ...(isSure ? [] : [{ reason: 'same-instance' as const, text: `all refer to the same ${what}` }]),
      ],
      witnesses: [witnessId(['wait-deadlock', 'turn', slot, turn.queue, handler.name, ...siteNames(tail)])],
      evidence: [],
      fixes: [],
    };
  }
}

/** Whether two objects are parts of one, or are variables, each of which exists once. */
function isBeside(one: Term | undefined, other: Term): boolean {
  if (one === undefined) return false;
  const [root, beside] = [t.rootOf(one), t.rootOf(other)];
  return root.k === 'global' ? beside.k === 'global' : root.k !== 'opaque' && root.key === beside.key;
}
