/** Repairs of one kind, drawn from findings in real trees and judged by reading (bench/truth/judged-repairs-*.json). */
interface Judged {
  readonly right: number;
  readonly drawn: number;
}

/** So many have to be drawn, and all of them right, before a kind is offered as an edit. */
const ENOUGH = 20;

/**
 * Kinds without a row were never drawn. What counts was drawn since the conditions of the kind last changed, or passes them as they
 * are now; the files of verdicts keep the others. A kind whose conditions grow weaker begins again at nothing.
 */
const judged: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  ['atomic', { right: 2, drawn: 2 }],
  ['irq-safe', { right: 25, drawn: 25 }],
  ['irq-state', { right: 3, drawn: 3 }],
  ['no-wait', { right: 9, drawn: 9 }],
  ['outside', { right: 2, drawn: 2 }],
  ['prepared-clock', { right: 3, drawn: 3 }],
  ['release', { right: 2, drawn: 2 }],
  ['reorder', { right: 1, drawn: 1 }],
  ['soft-timer', { right: 1, drawn: 1 }],
  ['split-variant', { right: 6, drawn: 6 }],
  ['untake', { right: 1, drawn: 1 }],
  ['wait', { right: 3, drawn: 3 }],
]);

/** How a kind of repair is offered: as an edit, or in words only, with the reason. */
export interface Standing {
  readonly as: 'edit' | 'suggestion';
  readonly reason: string;
}

/** What is known of a kind of repair from real findings decides how it is offered. */
export function standingOf(kind: string): Standing {
  const { right, drawn } = judged.get(kind) ?? { right: 0, drawn: 0 };
  const isProven = drawn >= ENOUGH && right === drawn;
  const told =
    drawn === 0
      ? `no repair of the kind ${kind} in real code was judged yet`
      : `${right} of ${drawn} repairs of the kind ${kind} in real code were right`;
  return {
    as: isProven ? 'edit' : 'suggestion',
    reason: isProven ? told : `${told}; ${ENOUGH} are asked for`,
  };
}
