import { freeing, scopeBegin, scopeEnd } from '../../models/records/scope-names.js';
import type { DefinesScope } from '../../models/types.js';
import type { Outliner } from '../outliner.js';
import { hashUnits } from '../tokens/hash.js';
import { textOf } from '../tokens/symbols.js';
import { OPEN, T_DIRECTIVE, T_IDENTIFIER } from '../tokens/tokens.js';
import { argumentsIn, type TokenRange } from '../tokens/walk.js';
import type { CType } from '../../base/ctype.js';
import type { MadeBody, Parameter } from '../types.js';
import { calledNames, scanBody, sortedNames } from './bodies.js';
import { fillsOf } from './fills.js';
import { readDeclarator, readParameterList } from './declarators.js';
import { readSpecifiers } from './specifiers.js';

/** What the kernel's macros call the object of a scope, and how the parameter with its other members is called here. */
const OBJECT = '_T';
const REST = '_F';

/** Tokens [from, to) of one argument. */
/** A function to make of one argument, or of no argument but the text `behind`. */
interface Made {
  readonly name: string;
  readonly body: TokenRange | undefined;
  readonly before: string;
  readonly behind: string;
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  /** A function that the text `behind` calls. */
  readonly ends?: string;
}

/** A macro use at file scope that defines a class of guards or of `__free()`. */
class ScopeDefinition {
  private readonly made: Made[] = [];

  constructor(
    private readonly out: Outliner,
    private readonly word: number,
    private readonly args: readonly TokenRange[],
    private readonly form: DefinesScope,
  ) {}

  /** Notes the functions that the macro defines; false if its arguments cannot be read. */
  note(): boolean {
    const { form } = this;
    const named = this.nameOf(this.args[0]);
    const extension = form.extensionArg === undefined ? '' : this.nameOf(this.args[form.extensionArg]);
    const begin = this.argument(form.beginArg);
    const end = this.argument(form.endArg);
    const isMissing =
      (form.beginArg !== undefined && begin === undefined) ||
      (form.endArg !== undefined && end === undefined);
    if (named === undefined || extension === undefined || isMissing) return false;
    if (form.kind === 'free') this.free(named, end);
    else {
      if (end !== undefined) this.destructor(named, end);
      if (begin !== undefined) this.constructor_(named, extension, begin);
      if (form.extensionArg !== undefined) this.extended(named, extension);
    }
    // In the order of the text.
    this.made.sort((a, b) => (a.body?.from ?? 0) - (b.body?.from ?? 0));
    for (const one of this.made) this.add(one);
    return true;
  }

  private free(named: string, end: TokenRange | undefined): void {
    const parameters = [{ name: OBJECT, type: this.type() }];
    this.made.push({
      name: freeing(named),
      body: end,
      before: '{',
      behind: ';}',
      returns: 'void',
      parameters,
    });
  }

  private destructor(named: string, end: TokenRange): void {
    this.made.push({
      name: scopeEnd(named),
      body: end,
      before: '{',
      behind: ';}',
      returns: 'void',
      parameters: [
        { name: OBJECT, type: this.type() },
        { name: REST, type: '' },
      ],
    });
  }

  private constructor_(named: string, extension: string, begin: TokenRange): void {
    const { kind, isConditional } = this.form;
    const name = scopeBegin(named + extension);
    if (kind === 'value') {
      const parameters =
        this.form.parametersFrom === undefined ? [] : this.parameters(this.form.parametersFrom);
      const returns = this.type();
      this.made.push({ name, body: begin, before: '{return(', behind: ');}', returns, parameters });
      return;
    }
    const type = extension === '' ? this.type() : this.typeOfBase(named);
    const object = kind === 'none' ? [] : [{ name: OBJECT, type }];
    const parameters = [...object, { name: REST, type: '' }];
    const returned = kind === 'none' ? '1' : OBJECT;
    const made = { name, body: begin, returns: type, parameters };
    const success = this.argument(this.form.successArg);
    if (isConditional !== true) this.made.push({ ...made, before: '{', behind: `;return ${returned};}` });
    else if (success === undefined)
      this.made.push({ ...made, before: `{if(!_T||!(`, behind: `))return 0;return ${returned};}` });
    else {
      const test = this.textOf(success);
      const behind = `);if(!_T||!(${test}))return 0;return ${returned};}`;
      this.made.push({ ...made, before: '{int _RET=(', behind });
    }
  }

  /** A class that extends another one ends as that one does, unless its beginning has failed. */
  private extended(named: string, extension: string): void {
    const { isConditional } = this.form;
    this.made.push({
      name: scopeEnd(named + extension),
      body: undefined,
      before: '{',
      behind: `${isConditional === true ? `if(${OBJECT})` : ''}${scopeEnd(named)}(${OBJECT},${REST});}`,
      returns: 'void',
      ends: scopeEnd(named),
      parameters: [
        { name: OBJECT, type: this.typeOfBase(named) },
        { name: REST, type: '' },
      ],
    });
  }

  private add({ name, body, before, behind, returns, parameters, ends: last }: Made): void {
    const { out, word, args } = this;
    const { scan } = out;
    const { starts, ends } = scan.tokens;
    const start = starts[word]!;
    const from = body === undefined ? ends[word]! : starts[body.from]!;
    const end = body === undefined ? from : ends[body.to - 1]!;
    const isObject = this.form.kind === 'object' || this.form.kind === 'none';
    const made: MadeBody = { from: from - start, before, behind, isObject };
    const facts = scanBody(scan.tokens, scan.symbols, body?.from ?? 0, body?.to ?? 0, [], false);
    const calls = calledNames(scan.symbols, facts);
    const text = `${name} ${before}${textOf(scan.units, from, end)}${behind}`;
    const units = Uint16Array.from(text, (letter) => letter.charCodeAt(0));
    out.functions.push({
      name,
      nameSpan: scan.tokenSpan(args[0]!.from),
      start,
      end,
      bodyStart: start,
      line: scan.lineAt(start),
      endLine: scan.lineAt(end),
      isStatic: true,
      isInline: true,
      section: '',
      returns,
      parameters,
      annotations: [],
      condition: scan.arms.conditionAt(word),
      hash: hashUnits(units, 0, units.length),
      calls: last === undefined ? calls : [...calls, last],
      indirectCalls: sortedNames(scan.symbols, facts.indirectCalls),
      references: sortedNames(scan.symbols, facts.references).filter((one) => one !== OBJECT),
      fills: fillsOf(scan, facts, { bodyStart: body?.from ?? 0, parameters, variables: out.variables }),
      lockSites: facts.lockSites,
      made,
    });
    if (body === undefined || body.from < (out.bodies[out.bodies.length - 1] ?? 0)) return;
    out.lockSites += facts.lockSites;
    out.bodies.push(body.from, body.to);
  }

  /** An argument that is given and not cut by a directive. */
  private argument(index: number | undefined): TokenRange | undefined {
    const found = index === undefined ? undefined : this.args[index];
    if (found === undefined || found.from >= found.to) return undefined;
    const { kinds } = this.out.scan.tokens;
    for (let at = found.from; at < found.to; at++) if (kinds[at] === T_DIRECTIVE) return undefined;
    return found;
  }

  private nameOf(arg: TokenRange | undefined): string | undefined {
    const { scan } = this.out;
    if (arg === undefined || arg.to !== arg.from + 1 || scan.tokens.kinds[arg.from] !== T_IDENTIFIER)
      return undefined;
    return scan.nameOf(arg.from);
  }

  /** The type of the object: the argument with the type, or a pointer to it. */
  private type(): CType {
    const { scan } = this.out;
    const arg = this.argument(this.form.typeArg);
    if (arg === undefined) return '';
    const spec = readSpecifiers(scan, arg.from, arg.to);
    const { type } = readDeclarator(scan, spec.next, arg.to, spec.base);
    return this.form.kind === 'object' ? scan.symbols.pointerTo(type) : type;
  }

  /** The type of the object of a class that this file has defined before. */
  private typeOfBase(named: string): CType {
    const base = this.out.functions.find(({ name }) => name === scopeBegin(named));
    return base?.returns ?? '';
  }

  private parameters(index: number): readonly Parameter[] {
    const first = this.args[index];
    const last = this.args[this.args.length - 1];
    return first === undefined || last === undefined
      ? []
      : readParameterList(this.out.scan, first.from, last.to);
  }

  private textOf({ from, to }: TokenRange): string {
    const { scan } = this.out;
    return textOf(scan.units, scan.tokens.starts[from]!, scan.tokens.ends[to - 1]!);
  }
}

/**
 * Notes the functions that `DEFINE_GUARD(…)` and similar macros define, under the names that the kernel gives them. Records a
 * gap if their text cannot be read.
 */
export function noteScopeDefinition(out: Outliner, word: number, close: number): void {
  const { scan } = out;
  const form = scan.models.definesScope(scan.nameOf(word));
  if (form === undefined || scan.tokens.kinds[word + 1] !== OPEN) return;
  const args = argumentsIn(scan, word + 2, close);
  if (!new ScopeDefinition(out, word, args, form).note()) out.gap('macro-expansion', word, scan.nameOf(word));
}
