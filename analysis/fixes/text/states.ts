import { text } from './calls.js';
import { identifiers, parts, walk, type CodeNode, type FunctionCode } from './code.js';
import { nextMember } from './pair.js';

/** Whether a lock is held at a place: a set of {@link FREE} and {@link HELD}, empty where no path leads. */
export type HeldState = number;
export const FREE: HeldState = 1;
export const HELD: HeldState = 2;

/**
 * What a call does to the lock. `mayFail`: only on some of its paths; the result of a `take` shows which one ran.
 * `mayFailTested`: likewise, but where no code tests the result it takes the lock.
 */
export interface CallEffect {
  readonly op: 'take' | 'give';
  readonly mayFail: boolean;
  readonly mayFailTested?: true;
}

/** The states in which the statements of a function are reached, and its jumps leave. */
export interface States {
  /** By statement; a labelled statement includes what jumps to its label. */
  readonly before: ReadonlyMap<CodeNode, HeldState>;
  /** State in which the end of a statement is reached. */
  readonly after: ReadonlyMap<CodeNode, HeldState>;
}

const JUMPS = /^(?:return|goto|break|continue)_statement$/;
/** Passes over the body; each adds at least one state to a label. */
const MOST_PASSES = 64;

/**
 * Follows one lock through a function's statements. Conditions are not correlated, so a state may come from paths that
 * never run. `undefined` if the text has a form that is not supported.
 */
export function statesOf(
  code: FunctionCode,
  effectOf: (call: CodeNode) => CallEffect | undefined,
): States | undefined {
  const walker = new Walker(code, effectOf);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    walker.changed = false;
    walker.statement(code.body, FREE);
    if (walker.isUnclear) return undefined;
    if (!walker.changed) return walker;
  }
  return undefined;
}

class Walker implements States {
  readonly before = new Map<CodeNode, HeldState>();
  readonly after = new Map<CodeNode, HeldState>();
  changed = false;
  isUnclear = false;
  private readonly labels = new Map<string, HeldState>();
  private readonly breaks: HeldState[] = [];
  private readonly continues: HeldState[] = [];
  /** Branches that run only if the lock was not taken. */
  private readonly failures = new Set<CodeNode>();

  constructor(
    private readonly code: FunctionCode,
    private readonly effectOf: (call: CodeNode) => CallEffect | undefined,
  ) {}

  statement(node: CodeNode, before: HeldState): HeldState {
    const state = this.failures.has(node) ? FREE & (before === 0 ? 0 : FREE) : before;
    this.before.set(node, (this.before.get(node) ?? 0) | state);
    const after = this.inside(node, state);
    this.after.set(node, (this.after.get(node) ?? 0) | after);
    return after;
  }

  private inside(node: CodeNode, state: HeldState): HeldState {
    switch (node.kind) {
      case 'compound_statement':
      case 'else_clause':
        return parts(node).reduce((at, member) => this.statement(member, at), state);
      case 'labeled_statement': {
        const [name, first] = parts(node);
        const all = state | (this.labels.get(name ? text(this.code, name) : '') ?? 0);
        this.before.set(node, (this.before.get(node) ?? 0) | all);
        return first ? this.statement(first, all) : all;
      }
      case 'if_statement':
        return this.branch(node, state);
      case 'while_statement':
      case 'do_statement':
      case 'for_statement':
      case 'macro_head':
        return this.loop(node, state);
      case 'switch_statement':
        return this.cases(node, state);
      case 'return_statement':
        this.calls(node, state);
        return 0;
      case 'goto_statement': {
        const [name] = parts(node);
        this.jump(name ? text(this.code, name) : '', state);
        return 0;
      }
      case 'break_statement':
        this.add(this.breaks, state);
        return 0;
      case 'continue_statement':
        this.add(this.continues, state);
        return 0;
      case 'case_statement':
      case 'computed_goto':
      case 'macro_case':
        this.isUnclear = true;
        return state;
      default:
        return this.calls(node, state);
    }
  }

  private branch(node: CodeNode, state: HeldState): HeldState {
    const [condition, arm, otherwise] = parts(node);
    const tested = condition ? this.calls(condition, state) : state;
    const then = arm ? this.statement(arm, tested) : tested;
    return then | (otherwise ? this.statement(otherwise, tested) : tested);
  }

  private loop(node: CodeNode, state: HeldState): HeldState {
    const isDo = node.kind === 'do_statement';
    const body = loopBody(node);
    const head = parts(node).filter((part) => part !== body);
    const test = (now: HeldState): HeldState => head.reduce((at, part) => this.calls(part, at), now);
    let at = state;
    for (let pass = 0; pass < 3; pass++) {
      this.breaks.push(0);
      this.continues.push(0);
      const begins = isDo ? at : test(at);
      const end = body ? this.statement(body, begins) : begins;
      const round = end | (this.continues.pop() ?? 0);
      const ends = isDo ? test(round) : round;
      const left = this.breaks.pop() ?? 0;
      if (!isNever(this.code, head)) at |= ends;
      if (pass === 2) return left | (isEndless(this.code, node, head) ? 0 : isDo ? ends : at | begins);
    }
    return at;
  }

  private cases(node: CodeNode, state: HeldState): HeldState {
    const [condition, body] = parts(node);
    const chosen = condition ? this.calls(condition, state) : state;
    let at: HeldState = 0;
    let hasDefault = false;
    this.breaks.push(0);
    for (const member of body ? parts(body) : []) {
      if (member.kind !== 'case_statement') {
        this.isUnclear ||= member.kind !== 'declaration' && member.kind !== 'comment';
        continue;
      }
      const isDefault = member.children[0]?.kind === 'default';
      hasDefault ||= isDefault;
      const statements = isDefault ? parts(member) : parts(member).slice(1);
      at = statements.reduce((now, part) => this.statement(part, now), at | chosen);
    }
    return at | (this.breaks.pop() ?? 0) | (hasDefault ? 0 : chosen);
  }

  private jump(label: string, state: HeldState): void {
    const old = this.labels.get(label) ?? 0;
    if ((old | state) === old) return;
    this.labels.set(label, old | state);
    this.changed = true;
  }

  private add(stack: HeldState[], state: HeldState): void {
    const last = stack.pop();
    if (last === undefined) this.isUnclear = true;
    else stack.push(last | state);
  }

  /** The state after the calls of an expression, in text order. */
  private calls(node: CodeNode, state: HeldState): HeldState {
    let at = state;
    for (const call of walk(node)) {
      const effect = call.kind === 'call_expression' ? this.effectOf(call) : undefined;
      if (effect === undefined || at === 0) continue;
      if (effect.op === 'give') {
        at = effect.mayFail ? at | FREE : FREE;
        continue;
      }
      at = HELD;
      if (!effect.mayFail && effect.mayFailTested !== true) continue;
      const failure = failureBranch(this.code, call);
      if (failure !== undefined) this.failures.add(failure);
      else if (effect.mayFail && !isUntested(this.code, call)) this.isUnclear = true;
    }
    return at;
  }
}

function isEndless(code: FunctionCode, node: CodeNode, head: readonly CodeNode[]): boolean {
  if (node.kind === 'for_statement') return /^for\s*\([^;]*;\s*;/.test(text(code, node));
  const [condition] = head;
  return (
    /^(?:while|do)_statement$/.test(node.kind) &&
    condition !== undefined &&
    /^\(\s*(?:1|true)\s*\)$/.test(text(code, condition))
  );
}

/** Whether a loop has no second round: `do { … } while (0)`. */
function isNever(code: FunctionCode, [condition, ...more]: readonly CodeNode[]): boolean {
  return (
    condition !== undefined && more.length === 0 && /^\(\s*(?:0|false)\s*\)$/.test(text(code, condition))
  );
}

/** The statement that a loop repeats. */
export function loopBody(loop: CodeNode): CodeNode | undefined {
  const members = parts(loop);
  return loop.kind === 'do_statement' ? members[0] : members.at(-1);
}

/** Whether the result is kept in a variable that no condition reads: then the code relies on success. */
function isUntested(code: FunctionCode, call: CodeNode): boolean {
  const { parent } = call;
  const isKept = parent?.kind === 'assignment_expression' || parent?.kind === 'init_declarator';
  const [target] = isKept ? parts(parent) : [];
  const name = target && /\w+$/.exec(text(code, target))?.[0];
  if (name === undefined) return false;
  const tests = [...walk(code.body)].flatMap((node) =>
    /^(?:if|while|do|switch|for)_statement$|^conditional_expression$/.test(node.kind)
      ? parts(node).filter((part) => !/_statement$|^else_clause$/.test(part.kind))
      : [],
  );
  return !tests.some((test) => identifiers(code, test).has(name));
}

/** The branch that runs if the call failed: of the `if` around the call, or of the next one that tests its result. */
function failureBranch(code: FunctionCode, call: CodeNode): CodeNode | undefined {
  let at: CodeNode | undefined = call;
  while (at && !/_statement$|^declaration$/.test(at.kind)) at = at.parent;
  let test: CodeNode | undefined = at;
  if (at?.kind === 'expression_statement' || at?.kind === 'declaration') {
    const assignment = parts(at).at(-1);
    const isSetting = assignment && /^(?:assignment_expression|init_declarator)$/.test(assignment.kind);
    const [variable] = isSetting && assignment.start <= call.start ? parts(assignment) : [];
    test = nextMember(at);
    const condition = test && parts(test)[0];
    const names = [...(condition ? walk(condition) : [])].filter(({ kind }) => kind === 'identifier');
    if (!variable || !names.some((name) => text(code, name) === text(code, variable))) return undefined;
  }
  if (test?.kind !== 'if_statement') return undefined;
  const [, arm, otherwise] = parts(test);
  const last = arm?.kind === 'compound_statement' ? parts(arm).at(-1) : arm;
  return !otherwise && last && JUMPS.test(last.kind) ? arm : undefined;
}
