import { BOUNDS } from '../../base/bounds.js';
import type { CallSummary, Site } from '../../summaries/state/types.js';

/** The members whose addresses a call passes, as text. */
export function membersPassed({ args }: CallSummary): string {
  return args.flatMap((arg) => (arg.k === 'address' && arg.base.k === 'field' ? [arg.key] : [])).join();
}

/** Whether a call passes members of an object, others than earlier calls did: `clean(&p->tx); clean(&p->rx);`. */
export function isForAnother(call: CallSummary, before: ReadonlySet<string> | undefined): boolean {
  const members = membersPassed(call);
  return members !== '' && before !== undefined && before.size < BOUNDS.usesPerFile && !before.has(members);
}

/** Whether two paths differ only in the call by which a function passes another member. */
export function isOtherCall(one: readonly Site[], other: readonly Site[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ fn }, i) => fn === other[i]?.fn) &&
    one.at(-1)?.event === other.at(-1)?.event &&
    one.some(({ event }, i) => event !== other[i]?.event)
  );
}
