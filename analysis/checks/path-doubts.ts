import { ZERO } from '../effects/fact.js';
import { someTerm } from '../effects/terms.js';
import type { Effects, Site } from '../effects/types.js';
import type { ProofRun } from '../graph/proofs.js';
import type { Arrived } from '../graph/replay.js';
import { directoryOf } from '../link/domains.js';
import type { Program } from '../link/types.js';

/** Off on every way to a place in a function, not only on some. */
export function isAlwaysOff(
  effects: Effects | undefined,
  place: Site | undefined,
  what: 'irq' | 'bh' | 'preempt',
): boolean {
  const all = [...(effects?.calls ?? []), ...(effects?.apis ?? []), ...(effects?.acquires ?? [])];
  return all
    .filter(({ site }) => site.via === undefined && site.event === place?.event)
    .every(({ moments }) =>
      moments.every(({ context }) => (what === 'irq' ? context.irq === 'off' : context[what] > 0)),
    );
}

/**
 * A callee goes by the state of objects that others set up: it belongs to another directory than the first step, or
 * allocates only what is not there yet.
 */
export function isDecidedElsewhere(
  program: Program,
  proofs: ProofRun,
  steps: readonly Site[],
  arrived: Arrived,
): boolean {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined || steps.length === 1) return false;
  if (directoryOf(last.fn.file) !== directoryOf(first.fn.file))
    return proofs.learnedSince(steps, 0, arrived.facts) > 0 || goesByFields(program, steps.slice(1), arrived);
  return fillsWhatIsEmpty(program, last, arrived);
}

/** The way through these functions went by what a field holds, beyond that a pointer is one. */
export function goesByFields(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  const fields = new Set<string>();
  for (const { fn } of steps) {
    const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
    const note = (id: number): void => {
      const expr = exprs[id];
      if (expr?.k === 'field') fields.add(expr.name);
      else if (expr?.k === 'unary' || expr?.k === 'cast') note(expr.base);
      else if (expr?.k === 'binary') [expr.left, expr.right].forEach(note);
    };
    for (const { exit } of blocks) if (exit.k === 'branch') note(exit.condition);
  }
  for (const { term, fact } of arrived.facts.known()) {
    const isPointer = term.type.endsWith('*') && (fact.signs & ZERO) === 0;
    if (!isPointer && someTerm(term, (part) => part.k === 'field' && fields.has(part.name))) return true;
  }
  return false;
}

/** What a call returns goes into a field that was empty on the way: it may be full for this caller. */
function fillsWhatIsEmpty(program: Program, { fn, event }: Site, arrived: Arrived): boolean {
  const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
  const fields = new Set<string>();
  for (const { events } of blocks) {
    for (const one of events) {
      if (one.k !== 'assign') continue;
      const target = exprs[one.target];
      let value = exprs[one.value];
      while (value?.k === 'cast') value = exprs[value.base];
      if (target?.k === 'field' && value?.k === 'result' && value.event === event) fields.add(target.name);
    }
  }
  if (fields.size === 0) return false;
  for (const { term, fact } of arrived.facts.known())
    if (term.k === 'field' && fields.has(term.name) && fact.signs === ZERO) return true;
  return false;
}
