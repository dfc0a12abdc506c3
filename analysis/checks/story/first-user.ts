import type { FunctionRef, Program } from '../../link/types.js';
import { blockOf, memberStores } from '../../skeleton/lowering/events.js';
import { blocksBefore } from '../../skeleton/lowering/block-paths.js';
import type { BlockId, ExprId, Skeleton } from '../../skeleton/types.js';
import type { Site } from '../../summaries/state/types.js';

/** A test of a member that counts users: the number that one arm of it is for. */
interface CountTest {
  readonly member: string;
  readonly count: number;
  readonly arm: BlockId;
  readonly other: BlockId;
}

/**
 * What runs for the last user, if a path belongs to the first one: `if (!x->users) start(x); x->users++;` here, and
 * `if (x->users == 1) stop(x); x->users--;` in another function of the file.
 */
export function lastUsersBefore(program: Program, steps: readonly Site[]): readonly FunctionRef[] {
  return steps.flatMap(({ fn, event }) => {
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) return [];
    const block = blockOf(skeleton, event);
    if (block < 0) return [];
    const before = blocksBefore(skeleton.blocks, [block]);
    const leads = (id: BlockId): boolean => id === block || before.has(id);
    const counts = countTests(skeleton).filter(
      ({ member, count, arm, other }) =>
        count === 0 && leads(arm) && !leads(other) && isChanged(skeleton, member, '+'),
    );
    return counts.flatMap(({ member }) => lastUsers(program, fn.file, member));
  });
}

/** The functions of a file that do something for the last user and count it off. */
function lastUsers(program: Program, file: string, member: string): readonly FunctionRef[] {
  return [...(program.outline(file)?.functions.keys() ?? [])].flatMap((index) => {
    const fn = program.functionAt(file, index);
    const skeleton = fn === undefined ? undefined : program.skeleton(fn);
    if (fn === undefined || skeleton === undefined || !isChanged(skeleton, member, '-')) return [];
    const isLast = countTests(skeleton).some((test) => test.member === member && test.count <= 1);
    return isLast ? [fn] : [];
  });
}

/** Whether the function adds to the member, or takes from it. */
function isChanged(skeleton: Skeleton, member: string, op: '+' | '-'): boolean {
  return [...memberStores(skeleton)].some(({ event, target }) => {
    const value = skeleton.exprs[event.value];
    return target.name === member && value?.k === 'binary' && value.op === op;
  });
}

/** The branches that test a member for being zero or one number. */
function countTests({ blocks, exprs }: Skeleton): readonly CountTest[] {
  const memberOf = (id: ExprId): string | undefined => {
    const expr = exprs[id];
    return expr?.k === 'field' ? expr.name : undefined;
  };
  return blocks.flatMap(({ exit }): readonly CountTest[] => {
    if (exit.k !== 'branch') return [];
    const { condition, whenTrue, whenFalse } = exit;
    const expr = exprs[condition];
    const plain = memberOf(condition);
    if (plain !== undefined) return [{ member: plain, count: 0, arm: whenFalse, other: whenTrue }];
    if (expr?.k === 'unary' && expr.op === '!') {
      const member = memberOf(expr.base);
      return member === undefined ? [] : [{ member, count: 0, arm: whenTrue, other: whenFalse }];
    }
    if (expr?.k !== 'binary' || (expr.op !== '==' && expr.op !== '!=')) return [];
    const [member, number] = [memberOf(expr.left), exprs[expr.right]];
    if (member === undefined || number?.k !== 'constant') return [];
    const [arm, other] = expr.op === '==' ? [whenTrue, whenFalse] : [whenFalse, whenTrue];
    return [{ member, count: number.value, arm, other }];
  });
}
