import { hashText } from '../../../base/hash.js';
import { absolute } from '../../../base/span.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Models } from '../../../models/types.js';
import type { FileOutline } from '../../../outline/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';
import { leadsOn } from '../unbalanced-unlock/second-release.js';

type Step = 'begin' | 'close' | 'end' | 'lock';

/** One use of a wound/wait acquire context by a function. */
interface Use {
  readonly step: Step;
  readonly event: EventId;
  readonly api: string;
  /** The acquire context. */
  readonly object: ExprId;
  /** The ww_class that the context is initialised for. */
  readonly lockClass: ExprId | undefined;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface Misuse {
  readonly rule: 'self-deadlock' | 'unbalanced-unlock';
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/**
 * Reports misuse of acquire contexts: a second context of the same class inside the first, so that neither can be made
 * to back off; a lock taken in a closed context; a context closed or ended twice. Only certain misuse within one
 * function counts.
 */
export function* misusedContexts(context: CheckContext, rule: Misuse['rule']): Generator<Finding> {
  const { program } = context.around;
  for (const [file, indices] of program.facts.of(usersIn)) {
    if (context.focus?.has(file) === false) continue;
    for (const index of indices) {
      const fn = program.functionAt(file, index);
      if (fn === undefined) continue;
      const skeleton = program.skeleton(fn);
      if (skeleton === undefined) program.demand(fn, 'path');
      else for (const finding of inFunction(context, fn, skeleton)) if (finding.rule === rule) yield finding;
    }
  }
}

/** Indices of functions that begin, close or end an acquire context. */
function usersIn(outline: FileOutline, models: Models): readonly number[] | undefined {
  const found = outline.functions.flatMap(({ calls }, index) =>
    calls.some((name) => models.api(name)?.acquireContext !== undefined) ? [index] : [],
  );
  return found.length === 0 ? undefined : found;
}

function* inFunction(context: CheckContext, fn: FunctionRef, skeleton: Skeleton): Generator<Finding> {
  const uses = usesIn(context.around.models, fn, skeleton);
  for (const first of uses) {
    for (const second of uses) {
      if (first === second) continue;
      const misuse = misuseOf(first, second);
      if (misuse === undefined || !leadsOn(skeleton, first.event, second.event)) continue;
      const isUndone = uses.some(
        (other) =>
          (other.step === 'end' || other.step === 'begin') &&
          other.object === first.object &&
          other !== first &&
          other !== second &&
          leadsOn(skeleton, first.event, other.event) &&
          leadsOn(skeleton, other.event, second.event),
      );
      if (!isUndone) yield report(fn, first, second, misuse);
    }
  }
}

function usesIn(models: Models, fn: FunctionRef, skeleton: Skeleton): readonly Use[] {
  const uses: Use[] = [];
  const objects = new Set<ExprId>();
  const at = (event: { readonly id: EventId; readonly at: Parameters<typeof absolute>[0] }) => ({
    event: event.id,
    ...absolute(event.at, fn.line),
  });
  for (const event of eventsOf(skeleton)) {
    if (event.k !== 'context') continue;
    const api = models.api(event.api);
    const object = event.args[api?.arg ?? -1];
    if (api?.acquireContext === undefined || object === undefined) continue;
    objects.add(object);
    const lockClass = event.args[api.classArg ?? -1];
    uses.push({ step: api.acquireContext, api: event.api, object, lockClass, ...at(event) });
  }
  for (const event of eventsOf(skeleton)) {
    if (event.k !== 'try' && event.k !== 'acquire') continue;
    const object = event.args.find((arg) => objects.has(arg));
    if (object !== undefined)
      uses.push({ step: 'lock', api: event.api, object, lockClass: undefined, ...at(event) });
  }
  return uses;
}

function misuseOf(first: Use, second: Use): Misuse | undefined {
  if (first.step === 'begin' && second.step === 'begin')
    return first.lockClass !== undefined && first.lockClass === second.lockClass
      ? {
          rule: 'self-deadlock',
          severity: 'error',
          text: 'begins an acquire context within another of the same class',
        }
      : undefined;
  if (first.object !== second.object) return undefined;
  if (first.step === second.step && (first.step === 'close' || first.step === 'end'))
    return {
      rule: 'unbalanced-unlock',
      severity: 'warning',
      text: `${first.step === 'end' ? 'ends' : 'closes'} a context twice`,
    };
  if ((first.step === 'close' || first.step === 'end') && second.step === 'lock')
    return {
      rule: 'self-deadlock',
      severity: 'error',
      text: 'takes a lock in an acquire context that is already done',
    };
  return undefined;
}

function report(fn: FunctionRef, first: Use, second: Use, { rule, severity, text }: Misuse): Finding {
  const place = ({ line, column, endLine, endColumn }: Use) => ({
    file: fn.file,
    line,
    column,
    endLine,
    endColumn,
    function: fn.name,
  });
  const identity = [rule, 'acquire-context', fn.file, fn.name, text];
  return {
    id: hashText(identity.join('\n')),
    rule,
    severity,
    confidence: 'high',
    message: `${second.api}() ${text}`,
    at: place(second),
    locks: [],
    story: [
      { path: 0, ...place(first), text: `calls ${first.api}()`, held: [] },
      { path: 0, ...place(second), text, held: [] },
    ],
    assumes: [],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}
