import { BOUNDS } from '../../base/bounds.js';
import type { EventId } from '../../skeleton/types.js';
import type { Evaluator } from './evaluate.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** A call's result, with callee and arguments. */
interface CallResult {
  readonly called: string | Term | undefined;
  readonly args: readonly Term[];
  readonly result: Term;
}

/** Names the values of one function's events. */
export class Results {
  private readonly known: (CallResult | undefined)[] = [];

  constructor(private readonly evaluator: Evaluator) {}

  /** `predicate` is the text of the query if repeating it yields the same answer. */
  of(event: { readonly id: EventId }, origin: string, predicate: string | undefined, type: string): Term {
    return t.result(this.evaluator.given(event.id), origin, predicate, type);
  }

  /** The result of a call; the same term while callee and arguments stay the same. */
  ofCall(
    event: { readonly id: EventId },
    called: string | Term | undefined,
    args: readonly Term[],
    type: string,
  ): Term {
    const old = this.known[event.id];
    if (old !== undefined && old.called === called && old.result.type === type && isSame(old.args, args))
      return old.result;
    const name = typeof called === 'string' ? called : (called?.key ?? '');
    const asked = `${name}(${args.map((a) => a.key).join(',')})`;
    const result = this.of(event, name, asked.length > BOUNDS.predicateText ? undefined : asked, type);
    this.known[event.id] = { called, args, result };
    return result;
  }
}

function isSame(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((term, i) => term === b[i]);
}
