import { append } from '../../base/lists.js';
import { guardsStatement, switchesOff } from '../../models/records/kinds.js';
import { FILE_START } from '../../base/span.js';
import type { MacroDefinition, Models } from '../../models/types.js';
import { isImpossible } from '../../outline/tokens/conditions.js';
import { literalsOf, opposite } from '../../outline/tokens/literals.js';
import type { Condition, MacroItem } from '../../outline/types.js';
import type { OutlinePart } from '../outline-part.js';

/** State that a call may switch and that its callers see as they see a lock. */
const SWITCHED: ReadonlySet<string | undefined> = new Set(['irq', 'bh', 'preempt', 'preempt-pagefault']);

/** Whether a call switches interrupts, bottom halves or preemption, and whether off. */
function switchOf(models: Models, name: string): 'off' | 'on' | undefined {
  const api = models.api(name);
  if (api?.change === undefined || !SWITCHED.has(api.context)) return undefined;
  return switchesOff(api.change) ? 'off' : 'on';
}

/** Whether the call switches interrupts, bottom halves or preemption. */
export function switchesState(models: Models, name: string): boolean {
  return switchOf(models, name) !== undefined;
}

/** Whether calls only switch something off, or only on: then they are one half of a section. */
function leavesSwitched(models: Models, calls: readonly string[]): boolean {
  return new Set(calls.flatMap((name) => switchOf(models, name) ?? [])).size === 1;
}

/** The macros of a file, and which of them must be expanded at their uses. */
export class MacroTable {
  private readonly byName = new Map<string, MacroItem[]>();
  private readonly decided = new Map<MacroItem, boolean>();
  private readonly locking = new Map<string, boolean>();

  constructor(
    outline: Pick<OutlinePart, 'macros'>,
    private readonly models: Models,
  ) {
    for (const macro of outline.macros) {
      append(this.byName, macro.name, macro);
    }
  }

  has(name: string): boolean {
    return this.byName.has(name) || this.models.expansion(name) !== undefined;
  }

  /** The definitions in the file; if it has none, the one that the models give. */
  private all(name: string): readonly MacroItem[] {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const given = this.models.expansion(name);
    if (given === undefined) return [];
    const made = [modelled(name, given)];
    this.byName.set(name, made);
    return made;
  }

  /** Whether the file defines the name unconditionally before a line. */
  isDefined(name: string, line: number): boolean {
    return this.byName.get(name)?.some((macro) => macro.condition === '' && macro.line < line) === true;
  }

  /** The definitions of a function-like macro that apply at a line; empty unless its calls must be expanded. */
  toExpand(name: string, line: number, condition: Condition): readonly MacroItem[] {
    const found = this.definitions(name, line, condition);
    const isExpanded =
      found.every((macro) => macro.parameters !== undefined) && found.some((macro) => this.mustExpand(macro));
    return isExpanded ? found : [];
  }

  /** The object-like macro of this name, if it expands to more than a number or a text. */
  object(name: string, line: number, condition: Condition): MacroItem | undefined {
    const macro = this.definitions(name, line, condition)[0];
    if (macro === undefined || macro.parameters !== undefined) return undefined;
    if (PLAIN_VALUE.test(macro.body) || macro.body.length > LONGEST_OBJECT || !isBalanced(macro.body))
      return undefined;
    return macro;
  }

  /** Resolves object-like macros that rename: `#define my_lock mutex_lock`. */
  alias(name: string, line: number): string {
    let at = name;
    for (let steps = 0; steps < MOST_ALIASES; steps++) {
      const macro = this.definitions(at, line, '')[0];
      if (macro === undefined || macro.parameters !== undefined || !IDENTIFIER.test(macro.body)) break;
      at = macro.body;
    }
    return at;
  }

  shape(name: string): 'head' | 'statement' | undefined {
    const [macro] = this.all(name);
    if (macro === undefined) return undefined;
    const body = macro.body.trim();
    if (isHead(macro)) return 'head';
    const inner = /^(\w+)\s*\([^;]*\)$/u.exec(body)?.[1];
    return inner !== undefined && inner !== name && this.heads(inner) ? 'head' : 'statement';
  }

  /** Whether a statement follows a call of this macro. */
  private heads(name: string): boolean {
    return (
      guardsStatement(this.models.scopeMacro(name)) ||
      this.models.loopMacro(name) !== undefined ||
      this.shape(name) === 'head'
    );
  }

  /** Whether using this macro may acquire or release a lock, directly or through other macros of the file. */
  locks(name: string): boolean {
    let known = this.locking.get(name);
    if (known !== undefined) return known;
    this.locking.set(name, false);
    known = this.all(name).some((macro) => this.isLocking(macro));
    this.locking.set(name, known);
    return known;
  }

  private isLocking(macro: MacroItem): boolean {
    if (DEFINITION.test(macro.body)) return false;
    if (macro.lockSites > 0 || macro.calls.some((called) => this.locks(called))) return true;
    if (leavesSwitched(this.models, macro.calls)) return true;
    const isAlias = macro.parameters === undefined && IDENTIFIER.test(macro.body);
    return isAlias && (this.models.lockApi(macro.body) !== undefined || this.locks(macro.body));
  }

  /**
   * The definitions of a name that may apply at a line, newest first, with distinct conditions. All but the last apply
   * only under their condition.
   */
  definitions(name: string, line: number, condition: Condition): readonly MacroItem[] {
    const list = this.all(name);
    if (list.length < 2) return list;
    const before = list.filter((macro) => macro.line < line);
    const found: MacroItem[] = [];
    const outer = literalsOf(condition);
    for (const macro of [...(before.length > 0 ? before : list)].reverse()) {
      if (
        literalsOf(macro.condition).some(
          (literal) => isImpossible(literal) || outer.includes(opposite(literal)),
        )
      )
        continue;
      if (found.some((one) => one.condition === macro.condition)) continue;
      found.push(macro);
      if (macro.condition === '' || found.length === MOST_DEFINITIONS) break;
    }
    return found.length > 0 ? found : list.slice(0, 1);
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
    if (macro.body.length > LONGEST_BODY || macro.body.trim() === '' || !isBalanced(macro.body)) return false;
    // A list of values is not an expression.
    if (/^\s*\{/u.test(macro.body) && !macro.body.includes(';')) return false;
    if (macro.lockSites > 0 || LEAVES.test(macro.body) || leavesSwitched(this.models, macro.calls))
      return true;
    if (macro.calls.some((name) => name !== macro.name && this.isExpandable(name))) return true;
    if (changesParameter(macro)) return true;
    return this.isPure(macro);
  }

  private isExpandable(name: string): boolean {
    return this.all(name).some((macro) => macro.parameters !== undefined && this.mustExpand(macro));
  }

  /**
   * Whether the macro is an expression that calls only what the models handle, or the address of an array element: what
   * computes the index, such as a hash, does not change which lock class it is.
   */
  private isPure(macro: MacroItem): boolean {
    const { models } = this;
    if (/[;{]/u.test(macro.body)) return false;
    const besideIndices = ELEMENT.test(macro.body) ? withoutIndices(macro.body) : undefined;
    const isOfIndex = (name: string): boolean =>
      besideIndices !== undefined && !new RegExp(`\\b${name}\\s*\\(`, 'u').test(besideIndices);
    return macro.calls.every(
      (name) =>
        isOfIndex(name) ||
        macro.parameters?.includes(name) === true ||
        models.container(name) !== undefined ||
        models.companion(name) !== undefined ||
        models.transparent(name) !== undefined ||
        models.errorTest(name) !== undefined,
    );
  }
}

/** A macro that is written out wherever it is used, as it opens a scope there. */
function modelled(name: string, { parameters, body }: MacroDefinition): MacroItem {
  return { name, nameSpan: FILE_START, parameters, body, line: 0, condition: '', calls: [], lockSites: 1 };
}

/** The address of something, in any number of parentheses. */
const ELEMENT = /^[\s(]*&/u;

/** The text without what stands in square brackets. */
function withoutIndices(body: string): string {
  let text = body;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/\[[^[\]]*\]/gu, ' ');
  }
  return text;
}

/** Whether a macro is the head of a loop or branch, whose body stands where the macro is used. */
export function isHead({ body }: MacroItem): boolean {
  const text = body.trim();
  return /^(for|while|if)\b/u.test(text) && !/[;}]$/u.test(text);
}

/** Whether braces are balanced. A macro that leaves a brace open cannot be expanded on its own. */
function isBalanced(body: string): boolean {
  let depth = 0;
  for (const letter of body) {
    if (letter === '{') depth++;
    else if (letter === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/** A macro that defines a function is never called inside one. */
const DEFINITION =
  /^\s*(static|extern|typedef)\b|^\s*(inline|struct|union|enum|void|int|unsigned|long|bool|s?size_t)\b[^;]*\{/u;
const MOST_DEFINITIONS = 3;
const IDENTIFIER = /^[A-Za-z_]\w*$/u;
const MOST_ALIASES = 8;
const LONGEST_BODY = 4000;
const LONGEST_OBJECT = 400;
/** Constants, including those made of other constants, texts, and lists of values. */
const PLAIN_VALUE = /^[^a-z&.]*$|^[\s(]*[-~]?\s*(0[xX][\da-fA-F]+|\d+)[uUlL]*[\s)]*$|^\s*["{]|\.\.\./u;
const LEAVES = /\b(return|goto|break|continue|case|default)\b/u;

/** Whether the macro assigns to a parameter, declares with it, or uses it as a statement or in a name. */
function changesParameter(macro: MacroItem): boolean {
  for (const given of macro.parameters ?? []) {
    // `, ## __VA_ARGS__` pastes nothing.
    if (given.endsWith('...')) continue;
    const name = given;
    const word = name.replace(/\$/gu, '\\$');
    const changes = new RegExp(
      `\\b${word}\\b\\s*\\)?\\s*(?:=(?!=)|[-+*/|&^%]=|<<=|>>=|\\+\\+|--)|(?:\\+\\+|--)\\s*\\(?\\s*${word}\\b` +
        `|[;{}]\\s*${word}\\s*;|^\\s*${word}\\s*;|(?:->|\\.)\\s*${word}\\b|\\b\\w+[\\s*]+${word}\\s*[;=]`,
      'u',
    );
    if (changes.test(macro.body)) return true;
  }
  return pastesParameter(macro);
}

/** Whether the macro makes a name of a parameter: what it names depends on how the argument is spelled. */
export function pastesParameter({ parameters, body }: MacroItem): boolean {
  return (
    parameters?.some((name) => {
      const word = name.replace(/\$/gu, '\\$');
      return !name.endsWith('...') && new RegExp(`##\\s*${word}\\b|\\b${word}\\s*##`, 'u').test(body);
    }) === true
  );
}
