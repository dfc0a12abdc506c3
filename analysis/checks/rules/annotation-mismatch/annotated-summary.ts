import { hashText } from '../../../base/hash.js';
import { readArgument } from '../../../summaries/interpret/declared.js';
import { ANY, NEGATIVE, POSITIVE, ZERO } from '../../../summaries/facts/fact.js';
import { showTerm } from '../../../summaries/locks/terms.js';
import type { FunctionSummary, ExitEffect, LockRef, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { annotationsOf } from '../../../link/calls/annotations.js';
import { ACQUIRES, NO_LOCK_NAME, PROMISES, RELEASES } from '../../../models/asserted.js';
import type { FunctionAnnotation } from '../../../outline/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { AnnotationPlan } from '../../engine/plans.js';
import { locationOf, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

interface Mismatch {
  readonly what: string;
  readonly site: Site;
  readonly lock: LockRef;
  readonly certain: boolean;
  readonly plan?: Pick<AnnotationPlan, 'word' | 'where'>;
}

/** Findings where a function's code contradicts its own lock annotations. */
export function* annotatedSummary(context: CheckContext, summary: FunctionSummary): Generator<Finding> {
  const { fn } = summary;
  const isAtDefinition = (fn.item?.annotations.length ?? 0) > 0;
  const annotations = annotationsOf(context.around.program, fn);
  for (const present of annotations) {
    const promise = PROMISES.get(present.name);
    if (promise === undefined) continue;
    const { success, lock } = readArgument(promise, present.argument);
    const name = plain(lock);
    if (name === '' || NO_LOCK_NAME.test(name)) continue;
    const others = annotations.filter((other) => other !== present && plain(other.argument) === name);
    const says = (what: string): boolean => others.some((other) => PROMISES.get(other.name) === what);
    const is = (lock: LockRef): boolean => isCalled(context, summary, lock, name);
    const found =
      promise === 'holds'
        ? ofHolder(summary, is, says('releases'))
        : promise === 'releases'
          ? ofReleaser(summary, is, says('acquires'))
          : promise === 'may-acquire'
            ? ofTrier(summary, is, success)
            : ofAcquirer(summary, is, says('releases'));
    if (found !== undefined) yield report(context, summary, present, isAtDefinition, found);
  }
}

/** `__must_hold`: held at entry; also at exit, unless the function is declared to release it as well. */
function ofHolder(
  summary: FunctionSummary,
  is: (lock: LockRef) => boolean,
  releases: boolean,
): Mismatch | undefined {
  const taken = summary.acquires.find(
    ({ lock, site, locksets, nonBlocking }) =>
      is(lock) &&
      site.via === undefined &&
      !nonBlocking &&
      locksets.some((m) => !m.released.some(is) && m.held.length === 0),
  );
  if (taken !== undefined) {
    // Locks that it released and may acquire again.
    const { lock, site } = taken;
    const isBack = summary.uses.some((use) => use.k === 'release' && use.ended === 'foreign' && is(use.lock));
    if (!isBack)
      return { what: 'takes {lock}, which it declares its callers hold', site, lock, certain: true };
  }
  if (releases) return undefined;
  const lost = summary.rawExits.filter((exit) => exit.released.some(is));
  const release = summary.uses.find(
    ({ k, ended, lock }) => k === 'release' && ended === 'foreign' && is(lock),
  );
  if (lost.length === 0 || release === undefined) return undefined;
  const isAlways = lost.length === summary.rawExits.length;
  return {
    what: `returns with {lock} released, which it declares is held throughout`,
    site: release.site,
    lock: release.lock,
    certain: isAlways,
    ...(isAlways ? { plan: { word: RELEASES, where: 'instead' } } : {}),
  };
}

/** `__releases`: held at entry, not at exit. */
function ofReleaser(
  summary: FunctionSummary,
  is: (lock: LockRef) => boolean,
  retakes: boolean,
): Mismatch | undefined {
  const release = summary.uses.find(
    ({ k, ended, lock }) => k === 'release' && ended === 'foreign' && is(lock),
  );
  if (release === undefined || retakes) return undefined;
  const again = summary.acquires.find(({ lock, site }) => is(lock) && site.via === undefined);
  const isBack = (exit: ExitEffect): boolean => !exit.released.some(is);
  if (again === undefined || !summary.rawExits.every(isBack)) return undefined;
  return {
    what: `takes {lock} again before it returns, and is only declared to release it`,
    site: again.site,
    lock: again.lock,
    certain: true,
    plan: { word: ACQUIRES, where: 'behind' },
  };
}

/** `__acquires`: not held at entry, held at exit. */
function ofAcquirer(
  summary: FunctionSummary,
  is: (lock: LockRef) => boolean,
  releases: boolean,
): Mismatch | undefined {
  const holds = (exit: ExitEffect): boolean => exit.acquired.some(is);
  const release = summary.uses.find(
    ({ k, ended, lock }) => k === 'release' && ended === 'foreign' && is(lock),
  );
  const taken = summary.acquires.find(({ lock, site }) => is(lock) && site.via === undefined);
  if (taken === undefined) return undefined;
  if (release !== undefined && !releases && release.site.span.line < taken.site.span.line) {
    const isBack = summary.rawExits.every((exit) => !exit.released.some(is));
    if (!isBack) return undefined;
    return {
      what: `releases {lock} of its callers first, and is only declared to acquire it`,
      site: release.site,
      lock: release.lock,
      certain: true,
      plan: { word: RELEASES, where: 'before' },
    };
  }
  if (releases || summary.rawExits.some(holds)) return undefined;
  // Acquired and released on every return path.
  if (!summary.rawExits.every((exit) => exit.ended.has(taken.lock.term.key))) return undefined;
  return {
    what: `returns without {lock}, which it is declared to acquire`,
    site: taken.site,
    lock: taken.lock,
    certain: summary.level === 0,
  };
}

/** `__cond_acquires`: held at exit with the stated result, and only then. */
function ofTrier(
  summary: FunctionSummary,
  is: (lock: LockRef) => boolean,
  success: 'zero' | 'nonzero',
): Mismatch | undefined {
  const taken = summary.acquires.find(({ lock, site }) => is(lock) && site.via === undefined);
  if (taken === undefined) return undefined;
  const good = success === 'zero' ? ZERO : NEGATIVE | POSITIVE;
  for (const { signs, acquired, ended } of summary.rawExits) {
    const held = acquired.find(is);
    const [mayBeGood, mayFail] = [(signs & good) !== 0, (signs & ~good) !== 0];
    if (!mayFail && held === undefined && ended.has(taken.lock.term.key)) {
      const what = `returns ${success} without {lock}, although that result is declared to mean that it is held`;
      return { what, site: taken.site, lock: taken.lock, certain: true };
    }
    // A result whose value is unknown may depend on the lock.
    if (mayFail && signs !== ANY && held?.certain === true) {
      const result = success === 'zero' ? 'nonzero' : 'zero';
      const what = `returns ${result} with {lock} held, which it is declared to hold on ${success} only`;
      return { what, site: held.site, lock: held, certain: !mayBeGood };
    }
  }
  return undefined;
}

function report(
  context: CheckContext,
  summary: FunctionSummary,
  present: FunctionAnnotation,
  isAtDefinition: boolean,
  { what, site, lock, certain, plan }: Mismatch,
): Finding {
  const { classes } = context.around;
  const { fn } = summary;
  const key = keyOf(lock);
  const name = key === undefined ? present.argument : spoken(classes, key);
  const id = hashText(
    ['annotation-mismatch', 'effects', fn.file, fn.name, present.name, plain(present.argument)].join('\n'),
  );
  if (plan !== undefined && isAtDefinition)
    context.annotationPlans.set(id, { file: fn.file, function: fn.name, present, ...plan });
  const nameSpan = fn.item?.nameSpan ?? site.span;
  return {
    id,
    rule: 'annotation-mismatch',
    severity: 'warning',
    confidence: summary.gaps.length > 0 ? 'low' : certain ? 'high' : 'medium',
    message: `${fn.name}() ${what.replace('{lock}', name)} (${present.name})`,
    at: locationOf(site),
    locks: key === undefined ? [] : [context.around.classes.info(key)?.id ?? key],
    story: [
      {
        path: 0,
        file: fn.file,
        ...nameSpan,
        function: fn.name,
        text: `is declared ${present.name}(${present.argument})`,
        held: [],
      },
      { path: 0, ...locationOf(site), text: what.replace('{lock}', name), held: [] },
    ],
    assumes: [{ reason: 'annotation', text: `${present.argument} in ${present.name}() means ${name}` }],
    witnesses: [witnessId(['annotation-mismatch', fn.file, fn.name, present.name, plain(present.argument)])],
    evidence: [],
    fixes: [],
  };
}

/** Whether the annotation names this lock. */
function isCalled({ around }: CheckContext, { fn }: FunctionSummary, lock: LockRef, name: string): boolean {
  const parameters = around.program.skeleton(fn)?.parameters ?? [];
  const shown = plain(showTerm(lock.term, (index) => parameters[index]?.name ?? ''));
  return shown === name;
}

/** An expression normalised as annotations write it. */
function plain(text: string): string {
  return text.replaceAll(/[\s&()*]/g, '').replaceAll('->', '.');
}
