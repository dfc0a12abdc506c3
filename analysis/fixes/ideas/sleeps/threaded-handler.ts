import type { ThreadedVariant } from '../../../models/types.js';
import { waitRank } from '../../../graph/orders/side.js';
import type { FunctionRef } from '../../../link/types.js';
import type { FunctionItem } from '../../../outline/types.js';
import { driverFiles } from '../../moves/driver.js';
import { functionAt } from '../../text/callers.js';
import { callAt, text } from '../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits, type TextEdit } from '../../text/edits.js';
import { callWith } from '../../text/head.js';
import { withoutWords } from '../../text/layout.js';
import { usesOf } from '../../moves/stored-member.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { chainOf } from './flags/flags-at.js';

export const THREADED_HANDLER = 'threaded-handler';

/**
 * Proposes to run an interrupt handler that sleeps in a thread, with the interrupt disabled until it is done. Refuses if
 * the handler is used for anything else, if a lock that spins is held around the sleep, if the interrupt is shared, since the others would wait as well, if code waits
 * for the handler in a way that does not wait for a thread, or if the handler itself waits for something, which may be
 * another interrupt.
 */
export function proposeThreadedHandler(input: FixInput): FixOutcome {
  const [first, second] = input.finding.story;
  const fn = first?.entry === 'hardirq' && second ? functionAt(input, second) : undefined;
  if (fn === undefined) return { fixes: [], refusals: [] };
  const plan = planThread(input, fn);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: THREADED_HANDLER, reason: plan }] };
  const { code, edits } = plan;
  const fix: ProposedFix = {
    title: `Run ${fn.name}() in a thread, where it may sleep`,
    kind: THREADED_HANDLER,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: edits.map(({ start, end }) => ({ file: code.file, start, end })),
  };
  return { fixes: [fix], refusals: [] };
}

interface ThreadPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
}

function planThread(input: FixInput, fn: FunctionRef): ThreadPlan | string {
  const { file, name, item } = fn;
  if (item?.isStatic !== true || input.program.includedBy(file).length > 0)
    return `${name}() may be used by others`;
  const last = chainOf(input.finding.story).at(-1);
  const sleeping = last && openFunction(input, last.file, last);
  const call = typeof sleeping === 'object' && last ? callAt(sleeping, last) : undefined;
  const [callee] = call ? parts(call) : [];
  if (typeof sleeping !== 'object' || callee === undefined) return 'the sleeping call is not known';
  if (input.models.api(text(sleeping, callee))?.k === 'wait')
    return `${name}() waits for something, which may need this interrupt`;
  const spun = last?.held.find((id) => isSpinning(input, id));
  if (spun !== undefined) return `${spun} is held as well, under which a thread must not sleep either`;
  return planRegistration(input, fn, item);
}

/** Whether the lock with this shown id spins. */
function isSpinning({ analysis }: FixInput, id: string): boolean {
  const found = [...analysis.graph.classes.values()].find((lock) => lock.id === id);
  return found === undefined || waitRank(found.kind) !== 2;
}

function planRegistration(
  input: FixInput,
  { file, name }: FunctionRef,
  item: FunctionItem,
): ThreadPlan | string {
  const { program } = input;
  const plain = withoutWords(input.textOf(file) ?? '');
  const [use, more] = usesOf(plain, name, item);
  if (use === undefined || more !== undefined) return `${name}() is also used elsewhere`;
  const around = program.outline(file)?.functions.find(({ start, end }) => start <= use && use < end);
  const code = around && openFunction(input, file, { file, ...around.nameSpan });
  if (code === undefined) return `where ${name}() is registered is not known`;
  if (typeof code === 'string') return code;
  const registered = registration(input, code, use);
  if (registered === undefined) return `${name}() is not registered by a plain call`;
  const { call, callee, given, variant, flags } = registered;
  const written = flagsOf(code, flags, variant);
  if (written === undefined) return `${text(code, flags)} may mean something else for a thread`;
  if (!isAsWritten(code, call.start, call.end)) return 'a macro changes the registration';
  const other = driverFiles(program, file)
    .flatMap((each) => program.outline(each)?.functions ?? [])
    .find((one) => waitsShort(input, one));
  if (other) return `${other.name}() waits for a handler, and not for a thread`;
  const whole = code.text;
  const changed = [
    whole.slice(callee.end, given.start),
    'NULL, ',
    whole.slice(given.start, flags.start),
    written,
    whole.slice(flags.end, call.end),
  ].join('');
  const edit = {
    start: callee.start,
    end: call.end,
    text: callWith(code, call, variant.name, changed),
  };
  return { code, edits: [edit] };
}

interface Registration {
  readonly call: CodeNode;
  readonly callee: CodeNode;
  /** The argument that is the handler. */
  readonly given: CodeNode;
  readonly flags: CodeNode;
  readonly variant: ThreadedVariant;
}

/** The call that registers the handler named at an offset. */
function registration({ models }: FixInput, code: FunctionCode, at: number): Registration | undefined {
  for (const call of all(code.body, 'call_expression')) {
    const [callee, list] = parts(call);
    const name = callee?.kind === 'identifier' ? text(code, callee) : '';
    const { handlerArg, forcedArg } = models.api(name) ?? {};
    const variant = models.threaded(name);
    if (!callee || !list || variant === undefined || handlerArg === undefined || forcedArg === undefined)
      continue;
    const given = parts(list)[handlerArg];
    const flags = parts(list)[forcedArg];
    if (given && flags && given.start === at) return { call, callee, given, flags, variant };
  }
  return undefined;
}

/** The flags for a thread; `undefined` if one of them is not known to mean the same. */
function flagsOf(code: FunctionCode, flags: CodeNode, { flag, kept }: ThreadedVariant): string | undefined {
  const words = text(code, flags).split(/\s*\|\s*/);
  if (words.length === 1 && words[0] === '0') return flag;
  if (!words.every((word) => kept.includes(word))) return undefined;
  return words.includes(flag) ? words.join(' | ') : [...words, flag].join(' | ');
}

/** Whether a function calls something that waits for interrupt handlers, but not for their threads. */
function waitsShort({ models }: FixInput, { calls }: FunctionItem): boolean {
  return calls.some((name) => models.api(name)?.withoutThread === true);
}
