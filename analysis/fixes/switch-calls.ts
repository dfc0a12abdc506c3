import { LineTable, type Span } from '../base/span.js';
import type { IrqForm } from '../models/variants.js';
import { lockCall, text, type LockCall } from './calls.js';
import { isAsWritten, parts, walk, type FunctionCode } from './code.js';
import { overlap, type TextEdit } from './edits.js';
import { flagsVariable, type FlagsVariable } from './flags.js';
import { openFunction } from './source.js';
import type { FixInput, Region } from './types.js';

/** A lock operation of a file that is to switch something else beside the lock. */
export interface Rewrite {
  readonly file: string;
  readonly at: Span;
  readonly form: IrqForm;
}

/** Edits by file, and the calls they change. */
export interface Rewritten {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly regions: readonly Region[];
}

/** Which variable a function keeps the interrupt state in; `undefined`: none can be had. */
export type ChooseFlags = (code: FunctionCode) => FlagsVariable | undefined;

/**
 * Writes lock operations in another form: `spin_lock(&x)` as `spin_lock_irqsave(&x, flags)`, its variable
 * declared once per function. The reason when one of them cannot be written so.
 */
export function rewriteCalls(
  input: FixInput,
  rewrites: readonly Rewrite[],
  chooseFlags: ChooseFlags = (code) => flagsVariable(code, input.models),
): Rewritten | string {
  const edits = new Map<string, TextEdit[]>();
  const regions: Region[] = [];
  const variables = new Map<string, FlagsVariable>();
  for (const rewrite of distinct(rewrites)) {
    const code = openFunction(input, rewrite.file, { file: rewrite.file, ...rewrite.at });
    if (typeof code === 'string') return `${code} (${rewrite.file}:${rewrite.at.line})`;
    const call = callAt(input, code, rewrite.at);
    if (!call || call.form === 'helper')
      return `line ${rewrite.at.line} of ${rewrite.file} does not call the locking functions itself`;
    const own = edits.get(rewrite.file) ?? [];
    edits.set(rewrite.file, own);
    const changed = rewriteCall(input, code, call, rewrite.form, () => {
      const place = `${rewrite.file}:${code.item.start}`;
      const known = variables.get(place) ?? chooseFlags(code);
      if (known === undefined) return undefined;
      if (!variables.has(place) && known.declaration) own.push(known.declaration);
      variables.set(place, known);
      return known.name;
    });
    if (typeof changed === 'string') return changed;
    own.push(...changed);
    regions.push({ file: rewrite.file, start: call.node.start, end: call.node.end });
  }
  for (const [file, own] of edits) if (overlap(own)) return `the edits in ${file} would overlap`;
  return { edits, regions };
}

function distinct(rewrites: readonly Rewrite[]): Rewrite[] {
  const known = new Map<string, Rewrite>();
  for (const one of rewrites) known.set(`${one.file}:${one.at.line}:${one.at.column}`, one);
  return [...known.values()];
}

/** The lock operation written at a place. */
export function callAt(
  input: FixInput,
  code: FunctionCode,
  at: Pick<Span, 'line' | 'column'>,
): LockCall | undefined {
  const start = new LineTable(code.text).offsetOf(at.line, at.column);
  for (const node of walk(code.body)) {
    const call = node.start === start ? lockCall(code, input.models, node) : undefined;
    if (call) return call;
  }
  return undefined;
}

function rewriteCall(
  { models }: FixInput,
  code: FunctionCode,
  call: LockCall,
  form: IrqForm,
  flags: () => string | undefined,
): TextEdit[] | string {
  const variant = models.irqVariant(call.api.name, form);
  const shown = text(code, call.node);
  if (!variant) return `${call.api.name}() has no such form`;
  if (call.form !== 'call') return rewriteScope(code, call, variant.name);
  const [callee, list] = parts(call.node);
  if (!callee || !list || !isAsWritten(code, call.node.start, call.node.end))
    return `\`${shown}\` is not written as a plain call`;
  const edits: TextEdit[] = [{ start: callee.start, end: callee.end, text: variant.name }];
  const given = parts(list);
  const old = call.api.flagsArg === undefined ? undefined : given[call.api.flagsArg];
  if (variant.flagsArg === undefined) {
    const before = call.api.flagsArg === undefined ? undefined : given[call.api.flagsArg - 1];
    if (old && before) edits.push({ start: before.end, end: old.end, text: '' });
    else if (old) return `\`${shown}\` keeps the interrupt state first`;
    return edits;
  }
  const name = flags();
  if (name === undefined) return `${code.item.name}() has no name left for the interrupt state`;
  if (old) return [...edits, { start: old.start, end: old.end, text: name }];
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
