import type { MacroItem } from '../../outline/types.js';
import type { Call, Lowering } from '../lowering/lowering.js';

/** A macro's body split into text and parameters. */
export interface MacroBody {
  readonly parts: readonly Part[];
  readonly parameters: number;
  readonly isVariadic: boolean;
}

interface Part {
  readonly text: string;
  /** Index of the parameter; -1 for plain text. */
  readonly parameter: number;
  /** `#parameter`. */
  readonly isString: boolean;
  /** After `##`: the blanks before it are removed. */
  readonly isPasted: boolean;
}

const bodies = new WeakMap<MacroItem, MacroBody>();
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*|\.?\d[\w.]*|\s+|##|[\s\S]/gu;

/** Splits a macro's body at its parameters; memoized per macro. */
export function splitMacro(macro: MacroItem): MacroBody {
  let body = bodies.get(macro);
  if (body === undefined) bodies.set(macro, (body = split(macro)));
  return body;
}

function split(macro: MacroItem): MacroBody {
  const names = new Map<string, number>();
  let isVariadic = false;
  for (const [index, parameter] of (macro.parameters ?? []).entries()) {
    if (parameter.endsWith('...')) {
      isVariadic = true;
      names.set(parameter === '...' ? '__VA_ARGS__' : parameter.slice(0, -3).trim(), index);
    } else names.set(parameter, index);
  }
  const parts: Part[] = [];
  let isPasted = false;
  let isString = false;
  for (const [text] of macro.body.matchAll(TOKEN)) {
    if (text === '##') {
      isPasted = true;
      while (
        parts.length > 0 &&
        parts[parts.length - 1]!.text.trim() === '' &&
        parts[parts.length - 1]!.parameter < 0
      )
        parts.pop();
      continue;
    }
    if (isPasted && text.trim() === '') continue;
    if (text === '#' && !isString) {
      isString = true;
      continue;
    }
    const parameter = names.get(text) ?? -1;
    if (isString && parameter < 0) parts.push({ text: '#', parameter: -1, isString: false, isPasted: false });
    parts.push({ text, parameter, isString: isString && parameter >= 0, isPasted });
    isPasted = false;
    isString = false;
  }
  return { parts, parameters: names.size, isVariadic };
}

/** The body with its parameters replaced. */
export function substitute(body: MacroBody, args: readonly string[]): string {
  let text = '';
  for (const part of body.parts) {
    if (part.parameter < 0) {
      text += part.text;
      continue;
    }
    const isLast = body.isVariadic && part.parameter === body.parameters - 1;
    const arg = isLast ? args.slice(part.parameter).join(', ') : (args[part.parameter] ?? '');
    // `, ## __VA_ARGS__` without arguments removes the comma too.
    if (isLast && arg === '' && part.isPasted) text = text.replace(/,\s*$/u, '');
    text += part.isString ? JSON.stringify(arg) : arg;
  }
  return text;
}

/** The arguments of a call as written; their nodes may be shorter if the sanitised text is. */
export function argumentTexts(l: Lowering, call: Call): string[] {
  const { source, text } = l.source.sanitised;
  return call.args.map((node, index) => {
    const next = call.args[index + 1];
    const end = next === undefined ? call.end - 1 : text.lastIndexOf(',', l.startOf(next) - 1);
    return source.slice(l.startOf(node), Math.max(end, l.endOf(node))).trim();
  });
}
