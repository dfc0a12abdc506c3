import type { StoryStep } from '../../checks/types.js';
import { shortName } from '../../graph/orders/side.js';
import { isDeclared } from '../../link/names/declared.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockMode } from '../../models/types.js';
import { calledOtherwise, isHeldAround, isHeldAt, isNamed, stepsBetween } from '../text/callers.js';
import { callAt, lockCallAt, lockCalls, text, type LockCall } from '../text/calls.js';
import { all, identifiers, isList, parts, walk, type CodeNode, type FunctionCode } from '../text/code.js';
import {
  applyTextEdits,
  lineBreakAt,
  lineStart,
  overlap,
  toFilesEdits,
  type TextEdit,
} from '../text/edits.js';
import { leadingDeclarations, withoutStateVariable } from '../text/flags.js';
import { hasDirective, withCommentKept, withoutBlock, withoutStatement } from '../text/layout.js';
import { nextMember } from '../text/pair.js';
import { localTypes } from '../text/path.js';
import { callWith, headOf } from '../text/head.js';
import { isPassedOn } from '../moves/passed-on.js';
import { openFunction } from '../text/source.js';
import { declareBeside, declareHere } from './exported-variant.js';
import { asserted, wrapperOf, type Work } from './wrapper.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../types.js';

export const SPLIT_VARIANT = 'split-variant';

/**
 * Proposes to split off the body of a function as `__f()`, which asserts the lock that `f()` took. `f()` then takes the
 * lock around `__f()`, and callers that hold the lock call `__f()`. Only for functions that hold the lock from their
 * beginning to every return, so that other callers do no more under the lock than before.
 */
export function proposeSplitVariant(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planSplit(input, id);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: SPLIT_VARIANT, reason: plan }] };
  const { code, variant, edits, regions } = plan;
  const fix: ProposedFix = {
    title: `Split ${variant}() off ${code.item.name}() for callers that hold ${shortName(id)}`,
    kind: SPLIT_VARIANT,
    verified: false,
    edits: toFilesEdits(edits, (file) => input.textOf(file)),
    regions,
    untaken: id,
    added: [{ file: code.file, name: variant, of: code.item.name }],
  };
  return { fixes: [fix], refusals: [] };
}

interface Split {
  readonly code: FunctionCode;
  readonly variant: string;
  /** By file. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly regions: readonly Region[];
}

function planSplit(input: FixInput, id: string): Split | string {
  const { finding, program, models } = input;
  const [call, taken] = finding.story.slice(-2);
  if (finding.confidence !== 'high') return `it is not certain that ${id} is the lock held`;
  if (!call || !taken || finding.story.length < 3) return `${id} is not taken again in another function`;
  const [target, ...others] = program.resolveCall(taken.function, call.file);
  if (!target || others.length > 0 || target.file !== taken.file)
    return `${taken.function}() shares its name with another function`;
  const code = openFunction(input, taken.file, taken);
  if (typeof code === 'string') return code;
  const took = lockCallAt(code, models, taken);
  if (took === undefined || !(took.form === 'call' || took.form === 'guard') || took.api.op !== 'acquire')
    return `${id} is not taken by a plain call`;
  const assertion = models.assertion(took.api.name);
  const head = headOf(code);
  if (assertion === undefined || typeof head === 'string')
    return typeof head === 'string' ? head : `nothing asserts that ${id} is held`;
  const calls = callsHolding(input, code, target, { id, taken, took });
  if (typeof calls === 'string') return calls;
  const variant = variantName(input, code);
  if (variant === undefined) return `other functions already have the candidate names`;
  const work = workOf(input, code, took, assertion);
  if (typeof work === 'string') return work;
  const wrapper = wrapperOf(code, head, variant, work);
  if (wrapper === undefined) return `${taken.function}() leaves no free name for its result`;
  const at = startWithComment(code);
  const lineBreak = lineBreakAt(code.text, code.body.start);
  const { start } = code.item;
  const { end } = code.body;
  const early = calls.some(({ file, name }) => file === code.file && name.start < start);
  const here = early ? declareHere(code, head.as(variant)) : undefined;
  if (early && here === undefined) return `${taken.function}() is not declared before all of its callers`;
  const callers = new Set(calls.map(({ file }) => file).filter((file) => file !== code.file));
  const declared = callers.size === 0 ? undefined : declareBeside(input, target, variant, callers);
  if (typeof declared === 'string') return declared;
  const own = declared ? head.seenAs(variant) : head.as(variant);
  const split = `${own}${work.body}${lineBreak}${lineBreak}`;
  const parted: TextEdit[] =
    at === start
      ? [{ start, end, text: split + head.own + wrapper }]
      : [
          { start: at, end: at, text: split },
          { start, end, text: head.own + wrapper },
        ];
  const edits = new Map<string, TextEdit[]>([[code.file, here ? [here, ...parted] : parted]]);
  for (const { file, name } of calls)
    edits.set(file, [...(edits.get(file) ?? []), renaming(input.textOf(file), name, variant)]);
  if (declared) edits.set(declared.file, [...(edits.get(declared.file) ?? []), declared.edit]);
  if ([...edits.values()].some(overlap)) return 'the edits would overlap';
  const regions = [
    { file: code.file, start, end },
    ...calls.map(({ file, name }) => ({ file, start: name.start, end: name.end })),
  ];
  return { code, variant, edits, regions };
}

// ---- the callers that hold the lock

interface Taken {
  readonly id: string;
  readonly taken: StoryStep;
  readonly took: LockCall;
}

/** The name of the function in a call. */
interface Named {
  readonly file: string;
  readonly name: CodeNode;
}

/** Gives a call another name; its lines stay aligned. */
function renaming(whole: string | undefined, name: CodeNode, variant: string): TextEdit {
  const call = name.parent;
  const isLong = call !== undefined && whole?.slice(call.start, call.end).includes('\n') === true;
  return isLong
    ? { start: name.start, end: call.end, text: callWith({ text: whole ?? '' }, call, variant) }
    : { start: name.start, end: name.end, text: variant };
}

/** The function's name in each call made with the lock held, or the reason against a split. */
function callsHolding(
  input: FixInput,
  code: FunctionCode,
  target: FunctionRef,
  { id, taken, took }: Taken,
): readonly Named[] | string {
  const found = new Map<string, Named>();
  const lock = { id, mode: took.api.mode };
  for (const { rule, confidence, story } of [input.finding, ...input.analysis.findings]) {
    const [call, again] = story.slice(-2);
    const isTold =
      rule === input.finding.rule &&
      confidence === 'high' &&
      story.length > 2 &&
      again?.file === taken.file &&
      again.line === taken.line &&
      again.column === taken.column;
    if (!call || !isTold) continue;
    const caller = openFunction(input, call.file, call);
    if (typeof caller === 'string') return caller;
    const node = callAt(caller, call);
    const name = node && parts(node)[0];
    if (!node || name?.kind !== 'identifier' || text(caller, name) !== code.item.name)
      return `${code.item.name}() is not called by its name`;
    if (!isHeldAround(input, call, lock))
      return `${caller.item.name}() does not hold ${id} on every path to the call`;
    // Another caller may hold the lock of another object.
    const isSame = !isOfObject(code, took) || isPassedOn(input, code, took, caller, node);
    const shared = isSame ? undefined : calledOtherwise(input, stepsBetween(story));
    if (shared !== undefined) return shared;
    for (const other of [name, ...otherCalls(input, code, caller, node, { ...lock, took })])
      found.set(`${call.file}:${other.start}`, { file: call.file, name: other });
  }
  const written = code.text.match(new RegExp(`(?<!\\w)${code.item.name}\\s*\\(`, 'g'))?.length ?? 0;
  // The head of the definition counts as one.
  if (!isNamed(input, target) && written <= found.size + 1)
    return `every caller of ${code.item.name}() holds ${id}`;
  return [...found.values()];
}

/** Whether a lock is reached through an argument or a lookup, rather than being a variable of its own. */
function isOfObject(code: FunctionCode, { lock, api }: LockCall): boolean {
  if (lock === undefined) return api.implicit === undefined;
  const locals = localTypes(code);
  return [...identifiers(code, lock)].some((word) => locals.has(word));
}

/** The function's name in the other calls that a caller makes for the same object, with the lock held. */
function otherCalls(
  input: FixInput,
  code: FunctionCode,
  caller: FunctionCode,
  call: CodeNode,
  lock: { readonly id: string; readonly mode: LockMode; readonly took: LockCall },
): readonly CodeNode[] {
  const declared = declarationsFor(code, lock.took);
  if (typeof declared === 'string' || !(lock.took.lock ?? lock.took.api.implicit)) return [];
  const named = lock.took.lock ? [lock.took.lock, ...declared] : declared;
  const words = new Set(named.flatMap((node) => [...identifiers(code, node)]));
  const leading = code.item.parameters.flatMap(({ name }, at) => (words.has(name) ? [at] : []));
  const objectOf = (node: CodeNode): string => {
    const given = parts(parts(node)[1] ?? node);
    return leading.map((at) => (given[at] ? text(caller, given[at]) : '')).join(', ');
  };
  const changing = new Set(
    all(caller.body, 'assignment_expression').map((node) => text(caller, parts(node)[0] ?? node)),
  );
  const object = objectOf(call);
  if (leading.length > 0 && [...changing].some((word) => object.includes(word))) return [];
  return all(caller.body, 'call_expression').flatMap((node) => {
    const [name] = parts(node);
    if (name?.kind !== 'identifier' || text(caller, name) !== code.item.name) return [];
    const span = caller.lines.span(node.start, node.end);
    const isHeld = isHeldAt(input, lock.id, { file: caller.file, ...span }, lock.mode);
    return isHeld && objectOf(node) === object ? [name] : [];
  });
}

function variantName(input: FixInput, { file, item }: FunctionCode): string | undefined {
  const { program } = input;
  const names = item.name.startsWith('_')
    ? [`${item.name}_locked`]
    : [`__${item.name}`, `${item.name}_locked`];
  return names.find(
    (name) =>
      !isDeclared(program, name, file) &&
      !new RegExp(`(?<!\\w)${name}(?!\\w)`).test(input.textOf(file) ?? ''),
  );
}

// ---- the body without the lock, and the function that takes it

function workOf(input: FixInput, code: FunctionCode, took: LockCall, assertion: string): Work | string {
  const { name } = code.item;
  if (!isWhole(code)) return `${name}() is changed by a macro`;
  const take = statementOf(took.node);
  if (take?.parent !== code.body) return `${name}() does not always take the lock`;
  const own = lockCalls(code, input.models, code.body).filter((call) => call.name === took.name);
  const releases = own.filter(({ api }) => api.op === 'release');
  const [release] = releases;
  const isScoped = took.form === 'guard';
  if (isScoped ? own.length > 1 : !release || own.length !== releases.length + 1)
    return `${name}() does not take the lock once`;
  const edits: TextEdit[] = [];
  for (const { node, form } of releases) {
    const statement = statementOf(node);
    const next = statement && nextMember(statement);
    const isEnd = next === undefined ? statement?.parent === code.body : next.kind === 'return_statement';
    if (form !== 'call' || !statement || !isEnd) return `${name}() does more after it releases the lock`;
    const edit = withoutBlock(code, statement, next) ?? withoutStatement(code, statement);
    if (edit === undefined) return `other code shares a line with a release of the lock`;
    edits.push(withCommentKept(code, edit, statement));
  }
  const unlocked = all(code.body, 'return_statement').filter(
    (left) =>
      !isScoped &&
      left.start > take.start &&
      !releases.some(({ node }) => statementOf(node) === previous(left)),
  );
  if (unlocked.length > 0) return `${name}() returns without releasing the lock`;
  const words = took.lock ? text(code, took.lock) : took.api.implicit && '';
  if (words === undefined || took.lockSource !== code.text)
    return 'no expression in the function names the lock';
  const declarations = declarationsFor(code, took);
  if (typeof declarations === 'string') return declarations;
  const early = beforehand(input, code, take, [took.node, ...declarations]);
  if (early !== undefined) return early;
  const state = withoutStateVariable(code, [took, ...releases]);
  if (state === undefined) return `${name}() also uses the interrupt state for something else`;
  edits.push(...state, ...asserted(code, take, `${assertion}(${words});`));
  if (overlap(edits)) return 'the edits would overlap';
  const shifted = edits.map((edit) => ({
    ...edit,
    start: edit.start - code.body.start,
    end: edit.end - code.body.start,
  }));
  const body = applyTextEdits(text(code, code.body), shifted);
  return { body, took, release, declarations };
}

/** Whether the parser saw the whole function: no preprocessor branch and no return is hidden from it. */
function isWhole({ text: whole, body, comments }: FunctionCode): boolean {
  let written = whole.slice(body.start, body.end);
  for (const { start, end } of comments.filter((one) => one.start > body.start))
    written =
      written.slice(0, start - body.start) + ' '.repeat(end - start) + written.slice(end - body.start);
  return (
    !hasDirective(written, 0, written.length) &&
    (written.match(/\breturn\b/g)?.length ?? 0) === all(body, 'return_statement').length
  );
}

/**
 * Why the lock must not be taken before the statements that precede the section; `undefined` if it may. If they test a
 * part of the lock's expression, the lock may not exist when the test fails.
 */
function beforehand(
  { models }: FixInput,
  code: FunctionCode,
  take: CodeNode,
  words: readonly CodeNode[],
): string | undefined {
  const used = new Set(words.flatMap((node) => [...identifiers(code, node)]));
  for (const member of parts(code.body)) {
    if (member.start >= take.start) return undefined;
    const isPlain = /^(?:declaration|comment|expression_statement|if_statement)$/.test(member.kind);
    const jumps = [...walk(member)].some(({ kind }) =>
      /^(?:goto|labeled|while|do|for|switch)_statement$/.test(kind),
    );
    if (!isPlain || jumps) return `${code.item.name}() does more before it takes the lock`;
    const waits = all(member, 'call_expression').find((call) => {
      const [callee] = parts(call);
      return callee !== undefined && models.api(text(code, callee))?.k === 'wait';
    });
    if (waits) return `\`${text(code, waits)}\` comes before the section`;
    const tested = all(member, 'if_statement').flatMap((choice) => parts(choice).slice(0, 1));
    const own = tested.flatMap((test) => [...identifiers(code, test)]).find((word) => used.has(word));
    if (own !== undefined) return `${code.item.name}() tests ${own} before it takes the lock`;
  }
  return undefined;
}

/** Declarations that initialise variables in the lock's expression, in order, and that of the flags variable. */
function declarationsFor(code: FunctionCode, { lock, api, arguments: given }: LockCall): CodeNode[] | string {
  const locals = localTypes(code);
  const own = new Set(code.item.parameters.map(({ name }) => name));
  const declared = leadingDeclarations(code);
  const needed = new Set<CodeNode>();
  const open = lock ? [...identifiers(code, lock)] : [];
  for (let word = open.pop(); word !== undefined; word = open.pop()) {
    const isChanged = all(code.body, 'assignment_expression').some(({ children: [target] }) => {
      return target?.kind === 'identifier' && text(code, target) === word;
    });
    if (isChanged) return `${word} is not the same throughout ${code.item.name}()`;
    if (own.has(word) || !locals.has(word)) continue;
    const found = declared.find((one) =>
      parts(one).some(
        (part) => part.kind === 'init_declarator' && declaredName(code, parts(part)[0]) === word,
      ),
    );
    const value = found && parts(found)[1];
    if (!found || parts(found).length !== 2 || !value) return `${word} is not declared with its value`;
    if (needed.has(found)) continue;
    needed.add(found);
    open.push(...identifiers(code, value));
  }
  const flags = api.flagsArg === undefined ? undefined : given[api.flagsArg];
  const state =
    flags && declared.find((one) => parts(one).some((part) => text(code, part) === text(code, flags)));
  if (flags && !state) return `${text(code, flags)} is not declared in a plain form`;
  return declared.filter((one) => needed.has(one) || one === state);
}

function declaredName(code: FunctionCode, declarator: CodeNode | undefined): string | undefined {
  const name = declarator && all(declarator, 'identifier').at(-1);
  return name && text(code, name);
}

/** The statement of a list that consists of the call only. */
function statementOf(call: CodeNode): CodeNode | undefined {
  const statement = call.parent;
  return statement?.kind === 'expression_statement' && isList(statement.parent) ? statement : undefined;
}

function previous(member: CodeNode): CodeNode | undefined {
  const above = member.parent?.children.slice(0, member.index) ?? [];
  return above.filter(({ named, kind }) => named && kind !== 'comment').at(-1);
}

/** Offset of the comment directly above the function, or of the function if there is none. */
function startWithComment({ text: whole, item }: FunctionCode): number {
  const at = lineStart(whole, item.start);
  const above = /(?:^|\n)([ \t]*\/\*(?:(?!\*\/)[^])*\*\/[ \t]*\r?\n)$/.exec(whole.slice(0, at));
  return above?.[1] === undefined ? at : at - above[1].length;
}
