import { calledName, callAt, text } from '../../text/calls.js';
import {
  all,
  isAsWritten,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { toFileEdits, type TextEdit } from '../../text/edits.js';
import { operator } from '../../text/forms.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const SPINNING_POLL = 'spinning-poll';

/** The longest time that a loop, with all its iterations, may spin, in microseconds. */
export const MOST_SPUN = 1000;

/** Calls followed below a function that reads a register. */
const MAX_DOWN = 3;

/**
 * Proposes to replace a short sleeping delay by a spinning one, which is correct for every caller. In a loop only if it
 * has few iterations and reads nothing but registers in between: the device continues while the processor is busy, and
 * other code does not. All such delays of the function that are reported for the lock change together, and in a callee those
 * of the same block. `outsideLoops` is the kind of the repair outside of loops.
 */
export function proposeSpinningDelay(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  outsideLoops: string,
): FixOutcome | undefined {
  const own = planDelay(input, code, call);
  if (own === undefined) return undefined;
  const { name, isPoll } = own;
  const kind = isPoll ? SPINNING_POLL : outsideLoops;
  if (own.edit === undefined) {
    const reason = `what the loop waits for may need the CPU that ${name}() keeps busy`;
    return { fixes: [], refusals: [{ kind, reason }] };
  }
  const other = isPoll ? undefined : sleepsBeside(input);
  if (other !== undefined)
    return {
      fixes: [],
      refusals: [{ kind, reason: `${other}() sleeps there as well, so that ${name}() alone is no repair` }],
    };
  const others = isPoll ? reportedBeside(input, code, call) : besideInCallee(input, call);
  const edits = [
    own.edit,
    ...others.flatMap((each) => {
      const plan = planDelay(input, code, each);
      return plan?.isPoll === isPoll ? (plan.edit ?? []) : [];
    }),
  ];
  const fix: ProposedFix = {
    title: `Delay without sleeping in ${code.item.name}()`,
    kind,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: edits.map(({ start, end }) => ({ file: code.file, start, end })),
  };
  return { fixes: [fix], refusals: [] };
}

interface DelayPlan {
  /** The spinning delay. */
  readonly name: string;
  readonly isPoll: boolean;
  /** Absent in a loop that may wait for other code. */
  readonly edit: TextEdit | undefined;
}

function planDelay(input: FixInput, code: FunctionCode, call: CodeNode): DelayPlan | undefined {
  const [callee, list] = parts(call);
  const delay = callee && input.models.spinningDelay(text(code, callee));
  const first = list && parts(list)[0];
  const length = first?.kind === 'number_literal' ? Number(text(code, first)) : NaN;
  if (delay === undefined || !(length <= delay.atMost) || !isAsWritten(code, call.start, call.end))
    return undefined;
  const { name } = delay;
  const edit = { start: call.start, end: call.end, text: `${name}(${length})` };
  const [loop, outer] = loopsAround(call);
  if (loop === undefined) return { name, isPoll: false, edit };
  const turns = outer === undefined ? turnsOf(input, code, loop) : NaN;
  const isPoll = turns * length <= MOST_SPUN && readsRegistersOnly(input, code, loop, call);
  return { name, isPoll, edit: isPoll ? edit : undefined };
}

/**
 * A call other than a delay that sleeps in the same section or handler: that has to move out of it, or to a process, and the
 * delay may move along.
 */
function sleepsBeside(input: FixInput): string | undefined {
  const [start] = input.finding.story;
  for (const { id, rule, confidence, story } of input.analysis.findings) {
    const [other, last] = [story[0], story.at(-1)];
    if (id === input.finding.id || rule !== input.finding.rule || confidence === 'low') continue;
    if (!start || !other || !last || other.file !== start.file) continue;
    if (other.line !== start.line || other.column !== start.column) continue;
    const code = openFunction(input, last.file, last);
    const call = typeof code === 'string' ? undefined : callAt(code, last);
    if (typeof code === 'string' || call === undefined) continue;
    const name = calledName(code, call);
    if (input.models.spinningDelay(name) === undefined) return name;
  }
  return undefined;
}

/** The other calls of a callee in the same block: of a callee that sleeps, a finding reports one call. */
function besideInCallee({ finding }: FixInput, call: CodeNode): CodeNode[] {
  const calls = finding.story.filter(({ path, calls }) => path === 0 && calls !== undefined);
  const statement = call.parent;
  const list = statement?.kind === 'expression_statement' ? statement.parent : undefined;
  if (calls.length === 0 || list === undefined) return [];
  return parts(list).flatMap((member) => {
    const [each] = member.kind === 'expression_statement' ? parts(member) : [];
    return each?.kind === 'call_expression' && each !== call ? [each] : [];
  });
}

/** The other calls of the function that findings report for the same section. */
function reportedBeside({ finding, analysis }: FixInput, code: FunctionCode, call: CodeNode): CodeNode[] {
  const [holds] = finding.story;
  const calls = analysis.findings.flatMap(({ rule, locks, story }) => {
    const last = story.at(-1);
    const isBeside = rule === finding.rule && locks[0] === finding.locks[0] && story[0]?.line === holds?.line;
    return isBeside && last?.file === code.file ? (callAt(code, last) ?? []) : [];
  });
  return [...new Set(calls)].filter((each) => each !== call);
}

/** The loops around a node, the innermost first. */
function loopsAround(node: CodeNode): CodeNode[] {
  const loops: CodeNode[] = [];
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (/^(?:while|do|for)_statement$|^macro_head$/.test(at.kind)) loops.push(at);
  return loops;
}

/** Maximum number of iterations of `for (n = 5; n > 0; n--)` or `for (n = 0; n < 5; n++)`; `NaN` for other loops. */
function turnsOf({ program }: FixInput, code: FunctionCode, loop: CodeNode): number {
  const [start, test, step, body] = loop.kind === 'for_statement' ? parts(loop) : [];
  if (!start || !test || !step || !body) return NaN;
  const [, counter = '', from = ''] = /^(\w+)=(\w+)$/.exec(plainText(code, start).replaceAll(' ', '')) ?? [];
  const tested = plainText(code, test).replaceAll(' ', '');
  const stepped = plainText(code, step).replaceAll(' ', '');
  const valueOf = (word: string): number =>
    /^\d+$/.test(word) ? Number(word) : (program.resolveConstant(word, code.file) ?? NaN);
  const isOwn = localTypes(code).has(counter) && !isSetIn(code, body, counter);
  if (!isOwn) return NaN;
  const isDown = stepped === `${counter}--` || stepped === `--${counter}`;
  if (isDown && (tested === `${counter}>0` || tested === counter)) return valueOf(from);
  const [, to = ''] = tested.startsWith(`${counter}<`) ? (/<(\w+)$/.exec(tested) ?? []) : [];
  const isUp = stepped === `${counter}++` || stepped === `++${counter}`;
  return isUp && from === '0' ? valueOf(to) : NaN;
}

function isSetIn(code: FunctionCode, body: CodeNode, name: string): boolean {
  return [...walk(body)].some((node) => {
    const isChange =
      /^(?:assignment|update)_expression$/.test(node.kind) ||
      (node.kind === 'pointer_expression' && operator(node) === '&');
    const target = isChange ? parts(node)[0] : undefined;
    return target !== undefined && text(code, target) === name;
  });
}

/** Whether a loop calls nothing but the delay and functions that read registers, and looks at no other memory. */
function readsRegistersOnly(input: FixInput, code: FunctionCode, loop: CodeNode, delay: CodeNode): boolean {
  const calls = all(loop, 'call_expression').filter((call) => call !== delay);
  const isPlain = calls.every((call) => {
    const [callee] = parts(call);
    return callee?.kind === 'identifier' && readsRegister(input, text(code, callee), code.file, MAX_DOWN);
  });
  const inCall = (node: CodeNode): boolean =>
    calls.some(({ start, end }) => start <= node.start && node.end <= end);
  const looks = [...walk(loop)].some(
    (node) =>
      /^(?:field|subscript|pointer)_expression$|^(?:goto|labeled)_statement$/.test(node.kind) &&
      !inCall(node),
  );
  const locals = localTypes(code);
  const others = all(loop, 'identifier').some((node) => {
    const name = text(code, node);
    const isConstant = input.program.resolveConstant(name, code.file) !== undefined || /^[A-Z]/.test(name);
    return !inCall(node) && node.parent !== delay && !locals.has(name) && !isConstant;
  });
  return calls.length > 0 && isPlain && !looks && !others;
}

/** Whether a function only accesses a device, itself or through another one. */
function readsRegister(input: FixInput, name: string, file: string, levels: number): boolean {
  if (input.models.accessesDevice(name)) return true;
  const [fn, ...others] = input.program.resolveCall(name, file);
  const { item } = fn ?? {};
  if (fn === undefined || item === undefined || others.length > 0 || levels === 0) return false;
  if (item.calls.length === 0 || item.indirectCalls.length > 0) return false;
  return item.calls.every((each) => readsRegister(input, each, fn.file, levels - 1));
}
