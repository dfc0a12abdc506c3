import { baseOf } from '../../../base/ctype.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Site } from '../../../summaries/state/types.js';

/**
 * Whether the path leaves the file it begins in and comes, through an operation, to another implementation than the one
 * that this file has: `counter_push(mine)` calls the operations of that counter, not those of another driver.
 */
export function goesToOtherImplementation(around: Surroundings, steps: readonly Site[]): boolean {
  const own = steps[0]?.fn.file ?? '';
  const variables = around.program.outline(own)?.variables ?? [];
  const types = new Set(variables.flatMap(({ type, isExtern }) => (isExtern ? [] : [baseOf(type)])));
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const target = steps[i + 1]?.fn.file;
    if (fn.file === own || target === own || target === fn.file) return false;
    const callee = ownCallAt(around.summaryOf(fn), event)?.callee;
    return callee?.k === 'field' && types.has(baseOf(callee.base.type));
  });
}

/**
 * Whether the path goes through the stub of a header, for a configuration without the function that the header declares in
 * another arm: that one may do something else.
 */
export function goesThroughStub({ program }: Surroundings, steps: readonly Site[]): boolean {
  return steps.some(({ fn }) => {
    const { item } = fn;
    const prototypes = item?.isStatic === true ? (program.outline(fn.file)?.prototypes ?? []) : [];
    return prototypes.some(({ name, isStatic }) => name === fn.name && !isStatic);
  });
}
