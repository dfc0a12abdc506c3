import type { Models } from '../models/types.js';
import type { FileOutline, MacroItem } from '../outline/types.js';

/** The macros of a file, and which of them must be expanded where they are used. */
export class MacroTable {
  private readonly byName = new Map<string, MacroItem[]>();
  private readonly decided = new Map<MacroItem, boolean>();
  private readonly locking = new Map<string, boolean>();

  constructor(
    outline: FileOutline,
    private readonly models: Models,
  ) {
    for (const macro of outline.macros) {
      const list = this.byName.get(macro.name);
      if (list === undefined) this.byName.set(macro.name, [macro]);
      else list.push(macro);
    }
  }

  /** The function-like macro of this name that holds at a line, if it must be expanded. */
  toExpand(name: string, line: number): MacroItem | undefined {
    if (this.byName.size === 0) return undefined;
    const macro = this.at(name, line);
    return macro?.parameters !== undefined && this.mustExpand(macro) ? macro : undefined;
  }

  /** The object-like macro of this name that stands for more than a number or a text. */
  object(name: string, line: number): MacroItem | undefined {
    if (this.byName.size === 0) return undefined;
    const macro = this.at(name, line);
    if (macro === undefined || macro.parameters !== undefined) return undefined;
    return PLAIN_VALUE.test(macro.body) || macro.body.length > LONGEST_OBJECT ? undefined : macro;
  }

  shape(name: string): 'head' | 'statement' | undefined {
    const macro = this.byName.get(name)?.[0];
    if (macro === undefined) return undefined;
    const body = macro.body.trim();
    if (/^(for|while|if)\b/u.test(body) && !/[;}]$/u.test(body)) return 'head';
    const inner = /^(\w+)\s*\([^;]*\)$/u.exec(body)?.[1];
    if (
      inner !== undefined &&
      inner !== name &&
      (this.models.loopMacro(inner) !== undefined || this.shape(inner) === 'head')
    )
      return 'head';
    return 'statement';
  }

  /** Whether using this macro may take or release a lock, also through other macros of the file. */
  locks(name: string): boolean {
    let known = this.locking.get(name);
    if (known !== undefined) return known;
    this.locking.set(name, false);
    known = (this.byName.get(name) ?? []).some(
      (macro) => macro.lockSites > 0 || macro.calls.some((called) => this.locks(called)),
    );
    this.locking.set(name, known);
    return known;
  }

  private at(name: string, line: number): MacroItem | undefined {
    const list = this.byName.get(name);
    if (list === undefined) return undefined;
    if (list.length === 1) return list[0];
    const before = list.filter((macro) => macro.line < line);
    const candidates = before.length > 0 ? before : list;
    const last = candidates[candidates.length - 1]!;
    // In different `#if` arms the first is taken, as for arms that cannot all be kept; else the newest.
    return candidates.find((macro) => macro.condition !== last.condition) ?? last;
  }

  private mustExpand(macro: MacroItem): boolean {
    let known = this.decided.get(macro);
    if (known !== undefined) return known;
    this.decided.set(macro, false);
    known = this.decide(macro);
    this.decided.set(macro, known);
    return known;
  }

  private decide(macro: MacroItem): boolean {
    if (macro.body.length > LONGEST_BODY || macro.body.trim() === '') return false;
    if (macro.lockSites > 0 || LEAVES.test(macro.body)) return true;
    if (macro.calls.some((name) => name !== macro.name && this.isExpandable(name))) return true;
    if (changesParameter(macro)) return true;
    return this.isPure(macro);
  }

  private isExpandable(name: string): boolean {
    return (this.byName.get(name) ?? []).some(
      (macro) => macro.parameters !== undefined && this.mustExpand(macro),
    );
  }

  /** An expression that calls nothing but what the models see through. */
  private isPure(macro: MacroItem): boolean {
    const { models } = this;
    if (/[;{]/u.test(macro.body)) return false;
    return macro.calls.every(
      (name) =>
        macro.parameters?.includes(name) === true ||
        models.container(name) !== undefined ||
        models.transparent(name) !== undefined ||
        models.errorTest(name) !== undefined,
    );
  }
}

const LONGEST_BODY = 4000;
const LONGEST_OBJECT = 400;
const PLAIN_VALUE = /^\s*$|^[\s(]*[-~]?\s*(0[xX][\da-fA-F]+|\d+)[uUlL]*[\s)]*$|^\s*"/u;
const LEAVES = /\b(return|goto|break|continue|case|default)\b/u;

/** Assigns to a parameter, declares by it, or makes a statement or a name of it. */
function changesParameter(macro: MacroItem): boolean {
  for (const given of macro.parameters ?? []) {
    // `, ## __VA_ARGS__` pastes nothing.
    if (given.endsWith('...')) continue;
    const name = given;
    const word = name.replace(/\$/gu, '\\$');
    const changes = new RegExp(
      `\\b${word}\\b\\s*\\)?\\s*(?:=(?!=)|[-+*/|&^%]=|<<=|>>=|\\+\\+|--)|(?:\\+\\+|--)\\s*\\(?\\s*${word}\\b` +
        `|[;{}]\\s*${word}\\s*;|^\\s*${word}\\s*;|##\\s*${word}\\b|\\b${word}\\s*##|(?:->|\\.)\\s*${word}\\b|\\b\\w+[\\s*]+${word}\\s*[;=]`,
      'u',
    );
    if (changes.test(macro.body)) return true;
  }
  return false;
}
