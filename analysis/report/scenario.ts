import type { Finding } from '../checks/types.js';
import { shortNames } from '../graph/orders/side.js';
import { groupBy } from './formats/text.js';

/** The interleaving that deadlocks, as lockdep prints it below "Possible unsafe locking scenario". */
export interface Scenario {
  readonly cpus: readonly string[];
  /** In temporal order: what the CPU of that number does. */
  readonly rows: readonly { readonly cpu: number; readonly text: string }[];
}

/** `undefined` for rules whose bug is not a deadlock between locks. */
export function scenarioOf(finding: Finding): Scenario | undefined {
  const name = shortNames(finding.locks);
  const lock = name(finding.locks[0] ?? '');
  const alone = (...texts: readonly string[]): Scenario => ({
    cpus: ['CPU0'],
    rows: texts.map((text) => ({ cpu: 0, text })),
  });
  switch (finding.rule) {
    case 'lock-order-cycle': {
      const sides = sidesOf(finding);
      return {
        cpus: sides.map((_, index) => `CPU${index}`),
        rows: [
          ...sides.map(({ held }, cpu) => ({ cpu, text: `lock(${name(held)});` })),
          ...sides.map(({ wanted }, cpu) => ({ cpu, text: `lock(${name(wanted)});` })).reverse(),
        ],
      };
    }
    case 'self-deadlock':
      return alone(`lock(${lock});`, `lock(${lock});`);
    case 'irq-inversion':
      return finding.locks.length > 1
        ? interrupted(finding.locks.map(name))
        : alone(`lock(${lock});`, '<Interrupt>', `  lock(${lock});`);
    default:
      return undefined;
  }
}

/**
 * The lock that the interrupted code holds, each lock that another task holds while it waits for the previous one, and the
 * handler's lock.
 */
function interrupted(locks: readonly string[]): Scenario {
  const takes = (cpu: number, lock: string | undefined): Scenario['rows'][number] => ({
    cpu,
    text: `lock(${lock ?? ''});`,
  });
  const others = locks.slice(1).map((_, at) => at + 1);
  return {
    cpus: locks.map((_, cpu) => `CPU${cpu}`),
    rows: [
      takes(0, locks[0]),
      ...others.map((cpu) => takes(cpu, locks[cpu])),
      ...others.map((cpu) => takes(cpu, locks[cpu - 1])),
      { cpu: 0, text: '<Interrupt>' },
      { cpu: 0, text: `  lock(${locks.at(-1) ?? ''});` },
    ],
  };
}

/** Where one of the `count` sides of a story runs. */
export function sideTitle({ rule }: Pick<Finding, 'rule'>, side: number, count: number): string {
  if (count === 1) return 'What happens';
  if (side === 0) return 'On one CPU';
  return rule === 'irq-inversion' && side === count - 1 ? 'In an interrupt on that CPU' : 'On another CPU';
}

/** One side of a cycle. */
export interface CycleSide {
  readonly held: string;
  readonly wanted: string;
}

/** What each side of the story holds and waits for; in the order of the cycle if the story does not say. */
export function sidesOf({ locks, story }: Finding): readonly CycleSide[] {
  const last = groupBy(story, (step) => step.path).map((side) => side.at(-1));
  return locks.map((lock, index): CycleSide => {
    const step = last[index];
    const wanted = locks.find((other) => other === step?.takes?.lock);
    const held = locks.find((other) => other !== wanted && step?.held.includes(other));
    if (wanted !== undefined && held !== undefined) return { held, wanted };
    return { held: lock, wanted: locks[(index + 1) % locks.length] ?? lock };
  });
}

/**
 * The order that the other sides of a cycle follow, outermost lock first: the declaration that makes the
 * finding's own side the wrong one. `undefined` if there is no such order.
 */
export function rightOrder(finding: Finding): readonly string[] | undefined {
  if (finding.rule !== 'lock-order-cycle' || new Set(finding.locks).size !== finding.locks.length)
    return undefined;
  const sides = sidesOf(finding);
  const isHere = ({ file, line, column }: Finding['at']): boolean =>
    file === finding.at.file && line === finding.at.line && column === finding.at.column;
  const wrong = finding.story.find((step) => isHere(step))?.path ?? sides.length - 1;
  const order: string[] = [];
  let next = sides[wrong]?.wanted;
  while (next !== undefined && !order.includes(next)) {
    order.push(next);
    const from = next;
    next = sides.find(({ held }, index) => index !== wrong && held === from)?.wanted;
  }
  return order.length === finding.locks.length ? order : undefined;
}
