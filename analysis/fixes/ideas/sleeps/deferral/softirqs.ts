import type { FunctionRef } from '../../../../link/types.js';
import { irqForm } from '../../../../models/variants.js';
import type { ExecutionContext } from '../../../../models/types.js';
import { functionsBelow } from '../../../moves/below.js';
import type { StoredMember } from '../../../moves/stored-member.js';
import { lockCalls, text } from '../../../text/calls.js';
import { all, parts, type FunctionCode } from '../../../text/code.js';
import { leadingDeclarations } from '../../../text/flags.js';
import type { FixInput } from '../../../types.js';

/** What runs in softirqs, and which waits end it. */
const AWAITED: ReadonlyMap<ExecutionContext, string> = new Map([
  ['timer', 'timer'],
  ['tasklet', 'tasklet'],
  ['softirq', 'napi'],
]);

/**
 * Why a function may need that no softirq runs meanwhile on its processor, which a process does not exclude: the file has a
 * timer, a tasklet or a poll that the function does not wait for, and the function calls others of the driver outside of sections
 * of a spinlock. Operations of the table are stopped with the queue.
 */
export function besideSoftirqs(
  input: FixInput,
  code: FunctionCode,
  fn: FunctionRef,
  { record }: StoredMember,
): string | undefined {
  const { program, analysis, models } = input;
  const { file } = code;
  if (isExcluding(input, code)) return undefined;
  const waits = new Set<string>(
    [...functionsBelow(program, [fn])].flatMap(({ item }) =>
      (item?.calls ?? []).flatMap((name) => models.api(name)?.awaits ?? []),
    ),
  );
  for (const [index, item] of (program.outline(file)?.functions ?? []).entries()) {
    const other = program.functionAt(file, index);
    if (other === undefined || other === fn) continue;
    const entry = analysis.inspection
      .entries(other)
      .find(({ context, member }) => AWAITED.has(context) && member?.record !== record);
    if (entry !== undefined && !waits.has(AWAITED.get(entry.context) ?? ''))
      return `${item.name}(), ${entry.title}, may run beside ${fn.name}() in a process`;
  }
  return undefined;
}

/** Whether a function calls others of the driver in sections of a spinlock only, which keep softirqs out there. */
function isExcluding({ program, models }: FixInput, code: FunctionCode): boolean {
  const locks = lockCalls(code, models, code.body).filter(
    ({ form, api, node }) =>
      form === 'call' && api.sleeps !== true && node.parent?.parent?.start === code.body.start,
  );
  const sections = locks.flatMap(({ api, name, node: { start } }, at) => {
    // A plain acquisition is written in the form that disables bottom halves.
    const isSwitched = irqForm(api) !== 'plain' || models.irqVariant(api.name, 'bh') !== undefined;
    const end = locks.slice(at + 1).find((one) => one.api.op === 'release' && one.name === name)?.node.end;
    return api.op === 'acquire' && isSwitched && end !== undefined ? [{ start, end }] : [];
  });
  const first = leadingDeclarations(code).at(-1)?.end ?? code.body.start;
  return all(code.body, 'call_expression').every((call) => {
    const [callee] = parts(call);
    if (
      callee === undefined ||
      call.end <= first ||
      sections.some(({ start, end }) => start <= call.start && call.end <= end)
    )
      return true;
    if (callee.kind !== 'identifier') return false;
    const name = text(code, callee);
    return (
      models.lockApi(name) !== undefined ||
      program.resolveCall(name, code.file).every(({ file }) => file !== code.file)
    );
  });
}
