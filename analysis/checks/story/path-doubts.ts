import { ZERO, type Fact } from '../../effects/fact.js';
import type { Surroundings } from '../../effects/step.js';
import { someTerm } from '../../effects/terms.js';
import type { Term } from '../../effects/terms.js';
import { matchHeld } from '../../effects/held.js';
import type { Effects, HeldLock, Site } from '../../effects/types.js';
import type { ProofRun } from '../../graph/proofs.js';
import type { Arrived } from '../../graph/replay.js';
import { folderOf } from '../../base/paths.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';

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

/** Every run of its function comes there: no branch before it. */
export function isUnconditional(program: Program, { fn, event }: Site): boolean {
  const blocks = program.skeleton(fn)?.blocks ?? [];
  const seen = new Set<number>();
  for (let id = 0; !seen.has(id);) {
    seen.add(id);
    const block = blocks[id];
    if (block === undefined) return false;
    if (block.events.some((one) => one.id === event)) return true;
    if (block.exit.k !== 'goto') return false;
    id = block.exit.to;
  }
  return false;
}

/**
 * A callee goes by the state of objects that others set up: it belongs to another directory than the first step,
 * allocates only what is not there yet, does so for objects whose table has some function, or is such a function.
 */
export function isDecidedElsewhere(
  around: Surroundings,
  proofs: ProofRun,
  steps: readonly Site[],
  arrived: Arrived,
  isHandler: boolean,
): boolean {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined || steps.length === 1) return false;
  const { program } = around;
  // A handler is there for objects of one kind.
  if (!isHandler && asksTable(program, steps.slice(1), arrived)) return true;
  if (goesElsewhereByPointer(around, steps)) return true;
  if (folderOf(last.fn.file) !== folderOf(first.fn.file))
    return proofs.learnedSince(steps, 0, arrived.facts) > 0 || goesByFields(program, steps.slice(1), arrived);
  return fillsWhatIsEmpty(program, last, arrived);
}

/** A step goes through a pointer to code of another directory: who fills it in means some objects, not these perhaps. */
function goesElsewhereByPointer(around: Surroundings, steps: readonly Site[]): boolean {
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const call = around
      .effectsOf(fn)
      ?.calls.find(({ site }) => site.via === undefined && site.event === event);
    const next = steps[i + 1]?.fn.file ?? fn.file;
    return call?.callee !== undefined && folderOf(next) !== folderOf(fn.file);
  });
}

/** One of these functions releases the lock, in one of its outcomes. */
export function endsOnOtherWays(around: Surroundings, steps: readonly Site[], lock: HeldLock): boolean {
  const releases = (fn: FunctionRef): boolean =>
    around.effectsOf(fn)?.exits.some(({ released }) => released.some((one) => matchHeld([lock], one) >= 0)) ??
    false;
  return steps.some(({ fn }) => releases(fn));
}

/** The way through these functions went by what a field holds, beyond that a pointer is one and a value a new one. */
export function goesByFields(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  const fields = fieldsAsked(program, steps);
  const changes = changesOf(program, steps, arrived);
  for (const { term, fact } of arrived.facts.known()) {
    const isPointer = term.type.endsWith('*') && (fact.signs & ZERO) === 0;
    if (
      !isPointer &&
      !changes.has(term.key) &&
      someTerm(term, (part) => part.k === 'field' && fields.has(part.name))
    )
      return true;
  }
  return false;
}

/**
 * Conditions on the way that let everything through but the value which is there already: `if (n != p->n) set(p, n);`,
 * where the way goes on to store it. By key of the term.
 */
export function changesOf(program: Program, steps: readonly Site[], arrived: Arrived): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const { fn } of steps) {
    const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
    for (const { events } of blocks) {
      for (const one of events) {
        const target = one.k === 'assign' ? exprs[one.target] : undefined;
        if (target?.k === 'field') stored.add(target.name);
      }
    }
  }
  const changes = new Set<string>();
  for (const { term, fact } of arrived.facts.known()) {
    const isOther =
      term.k === 'field'
        ? stored.has(term.name) && fact.equals === undefined && fact.differs?.some((value) => value !== 0)
        : term.k === 'operation' &&
          (term.op === '!=' ? isPresent(fact) : term.op === '==' && fact.signs === ZERO) &&
          term.operands.some((part) => part.k === 'field' && stored.has(part.name)) &&
          !term.operands.some((part) => part.k === 'constant' && part.value === 0);
    if (isOther === true) changes.add(term.key);
  }
  return changes;
}

/** The way through these functions is one for objects of a kind: their table of functions has a certain one. */
function asksTable(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  const fields = fieldsAsked(program, steps);
  for (const { term, fact } of arrived.facts.known())
    if (term.k === 'field' && fields.has(term.name) && isPresent(fact) && term.type.includes('(*'))
      return true;
  return false;
}

function isPresent({ signs }: Fact): boolean {
  return (signs & ZERO) === 0;
}

/** Fields that branches of these functions ask about. */
function fieldsAsked(program: Program, steps: readonly Site[]): ReadonlySet<string> {
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
  return fields;
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

/** Worked out from constants alone, such as the mask of a bit. */
export function isComputed(part: Term, models: Models): boolean {
  if (part.k !== 'result' || !models.isInert(part.origin)) return false;
  return part.predicate !== undefined && /\((#-?\d+,?)+\)$/u.test(part.predicate);
}

/**
 * A callee goes on by what another function says of a number that it was given: for the number of one call that is
 * always the same, and which it is nobody here works out.
 */
export function isDecidedByNumber(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  return steps.slice(1).some(({ fn }) => {
    const { blocks = [], exprs = [], parameters = [] } = program.skeleton(fn) ?? {};
    const isNumber = (id: number): boolean => {
      const expr = exprs[id];
      if (expr?.k === 'address' || expr?.k === 'cast') return isNumber(expr.base);
      const type = expr?.k === 'parameter' ? (parameters[expr.index]?.type ?? '') : '';
      return type !== '' && !/[*\])]$|^(?:struct|union) /u.test(type);
    };
    const asked = new Set<string>();
    for (const { events } of blocks)
      for (const event of events)
        if (event.k === 'call' && event.args.some(isNumber)) asked.add(`!${fn.file}:${fn.name}:e${event.id}`);
    for (const { term, fact } of arrived.facts.known())
      if ((fact.signs & ZERO) === 0 && someTerm(term, ({ key }) => asked.has(key))) return true;
    return false;
  });
}
