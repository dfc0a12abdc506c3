import type { Span } from '../../base/span.js';
import type { SwitchedCall } from '../../graph/interrupts/sections.js';
import { callAt, lockCallAt, lockCalls, text, type LockCall } from '../text/calls.js';
import { isAsWritten, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { overlap, type TextEdit } from '../text/edits.js';
import { flagsVariable, ownFlagsVariable, type FlagsVariable } from '../text/flags.js';
import { openFunction } from '../text/source.js';
import type { FixInput, Region } from '../types.js';

/** Edits by file, and the regions they change. */
export interface Rewritten {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly regions: readonly Region[];
}

/**
 * Rewrites lock operations in another form: `spin_lock(&x)` as `spin_lock_irqsave(&x, flags)`, with its variable
 * declared once per function. Returns the reason if one of them cannot be rewritten.
 */
export function rewriteCalls(input: FixInput, calls: readonly SwitchedCall[]): Rewritten | string {
  const edits = new Map<string, TextEdit[]>();
  const regions: Region[] = [];
  const variables = new Map<string, FlagsVariable>();
  for (const wanted of distinct(calls)) {
    const { file } = wanted.fn;
    const { line } = wanted.at;
    const code = openFunction(input, file, { file, ...wanted.at });
    if (typeof code === 'string') return `${code} (${file}:${line})`;
    const call = nodeAt(input, code, wanted.at);
    if (!call) return `line ${line} of ${file} does not call the locking functions itself`;
    const inner = endsFirst(input, code, call, wanted);
    if (inner !== undefined)
      return `${inner} is still held at line ${line}, where interrupts would be enabled again`;
    const own = edits.get(file) ?? [];
    edits.set(file, own);
    const changed = rewriteCall(input, code, call, wanted, () => {
      if (wanted.pairedWith !== undefined) return stateOf(input, code, wanted.pairedWith);
      const place = `${file}:${code.item.start}`;
      const places = calls
        .filter(({ fn }) => fn === wanted.fn)
        .map(({ at }) => code.lines.offsetOf(at.line, at.column));
      const known =
        variables.get(place) ??
        (wanted.needsOwnState === true ? ownFlagsVariable(code) : flagsVariable(code, input.models, places));
      if (known === undefined) return undefined;
      if (!variables.has(place) && known.declaration) own.push(known.declaration);
      variables.set(place, known);
      return known.name;
    });
    if (typeof changed === 'string') return changed;
    own.push(...changed);
    regions.push({ file, start: call.node.start, end: call.node.end });
  }
  for (const [file, own] of edits) if (overlap(own)) return `the edits in ${file} would overlap`;
  return { edits, regions };
}

/**
 * A lock that was taken with interrupts disabled inside of the section that this release ends, and is not released
 * there: the saved state is the one from before both.
 */
function endsFirst(
  { models }: FixInput,
  code: FunctionCode,
  call: Switch,
  { form }: SwitchedCall,
): string | undefined {
  if (call.form === 'switch' || call.api.op !== 'release' || (form !== 'irq' && form !== 'save'))
    return undefined;
  const before = lockCalls(code, models, code.body).filter(({ node }) => node.end <= call.node.start);
  const began = before.map(({ api, name }) => api.op !== 'release' && name === call.name).lastIndexOf(true);
  if (began < 0) return undefined;
  const inside = before.slice(began + 1);
  return inside
    .find(
      ({ api, form: written, name }, at) =>
        written === 'call' &&
        api.op !== 'release' &&
        api.irq !== undefined &&
        !inside.slice(at + 1).some((other) => other.api.op === 'release' && other.name === name),
    )
    ?.name.replace(/^&/, '');
}

function distinct(calls: readonly SwitchedCall[]): SwitchedCall[] {
  const known = new Map<string, SwitchedCall>();
  for (const one of calls) known.set(`${one.fn.file}:${one.at.line}:${one.at.column}`, one);
  return [...known.values()];
}

/** The flags variable that a call passes, as written. */
function stateOf(input: FixInput, code: FunctionCode, at: Span): string | undefined {
  const call = lockCallAt(code, input.models, at);
  const flags = call?.api.flagsArg === undefined ? undefined : call.arguments[call.api.flagsArg];
  return flags && text(code, flags).replace(/^&/, '');
}

/** A lock operation, or a call that only enables or disables interrupts. */
type Switch = LockCall | { readonly form: 'switch'; readonly node: CodeNode };

function nodeAt(input: FixInput, code: FunctionCode, at: Span): Switch | undefined {
  const call = lockCallAt(code, input.models, at);
  if (call) return call.form === 'helper' ? undefined : call;
  const node = callAt(code, at);
  return node && { form: 'switch', node };
}

function rewriteCall(
  { models }: FixInput,
  code: FunctionCode,
  call: Switch,
  { api, form }: SwitchedCall,
  flags: () => string | undefined,
): TextEdit[] | string {
  const variant = call.form === 'switch' ? models.savingSwitch(api) : models.irqVariant(api, form);
  const shown = text(code, call.node);
  if (!variant) return `${api}() has no variant of this form`;
  if (call.form === 'guard' || call.form === 'scoped') return rewriteScope(code, call, variant.name);
  const [callee, list] = parts(call.node);
  if (!callee || !list || !isAsWritten(code, call.node.start, call.node.end))
    return `\`${shown}\` is not written as a plain call`;
  const edits: TextEdit[] = [{ start: callee.start, end: callee.end, text: variant.name }];
  const given = parts(list);
  const oldArg = call.form === 'call' ? call.api.flagsArg : undefined;
  const old = oldArg === undefined ? undefined : given[oldArg];
  if (variant.flagsArg === undefined) {
    const before = oldArg === undefined ? undefined : given[oldArg - 1];
    if (old && before) edits.push({ start: before.end, end: old.end, text: '' });
    else if (old) return `\`${shown}\` keeps the interrupt state first`;
    return edits;
  }
  const state = flags();
  const isByAddress = 'flagsByAddress' in variant && variant.flagsByAddress;
  const name = state !== undefined && isByAddress ? `&${state}` : state;
  if (name === undefined) return `${code.item.name}() has no name for the interrupt state`;
  if (old) return [...edits, { start: old.start, end: old.end, text: name }];
  if (variant.flagsArg === 0) {
    const at = list.start + 1;
    return given.length > 0 ? `\`${shown}\` has arguments` : [...edits, { start: at, end: at, text: name }];
  }
  const before = given[variant.flagsArg - 1];
  if (!before) return `\`${shown}\` has no place for the interrupt state`;
  return [...edits, { start: before.end, end: before.end, text: `, ${name}` }];
}

/** `guard(spinlock)(&x)` and `scoped_guard(spinlock, &x)` name the form in their class. */
function rewriteScope(code: FunctionCode, call: LockCall, variant: string): TextEdit[] | string {
  const old = call.api.name.replace(/^\w+:/, '');
  const made = variant.replace(/^\w+:/, '');
  const written = code.text.slice(call.node.start, call.node.end);
  const at = new RegExp(`(?<![\\w$])${old}(?![\\w$])`).exec(written);
  if (!at) return `\`${text(code, call.node)}\` is not written as a plain guard`;
  const start = call.node.start + at.index;
  return [{ start, end: start + old.length, text: made }];
}
