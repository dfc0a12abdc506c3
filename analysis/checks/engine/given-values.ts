import { BOUNDS } from '../../base/bounds.js';
import { baseOf } from '../../base/ctype.js';
import { contradicts, factAmong, type Fact } from '../../summaries/facts/fact.js';
import type { Term } from '../../summaries/locks/terms.js';
import { FilesAround } from '../../graph/sight/around-header.js';
import { KnownCallers, passOtherwise } from '../../graph/sight/callers.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { FieldRef, FunctionRef } from '../../link/types.js';
import { wholeAnswer } from '../../link/whole-answers.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { EVERY_MEMBER } from '../../skeleton/expressions/operators.js';
import type { Event, ExprId, Skeleton } from '../../skeleton/types.js';
import type { CheckContext } from './check.js';
import { MadeFor } from '../story/made-for.js';
import { toldWays, type ToldWay } from '../story/told-ways.js';
import type { Assumption, Finding } from '../types.js';

/** The constants that all visible stores give to a member; `undefined` if some store gives another value. */
type Values = ReadonlySet<number> | undefined;

/**
 * Lowers the confidence of paths that need a value which no visible code provides: a case of a switch over a member
 * that is never set to that value, or a parameter for which all callers pass something else.
 */
export class GivenValues {
  private readonly callers: KnownCallers;
  private readonly filesAround: FilesAround;
  private readonly madeFor: MadeFor;
  private readonly members = new Map<string, Values>();

  constructor(private readonly context: CheckContext) {
    this.callers = new KnownCallers(context.collected);
    this.filesAround = new FilesAround(context.around.program);
    this.madeFor = new MadeFor(context.around.program);
  }

  /** The finding, with lower confidence if one of its paths needs such a value. */
  weighed(finding: Finding): Finding {
    if (finding.confidence === 'low') return finding;
    for (const way of toldWays(finding)) {
      const assumption = this.doubt(way);
      if (assumption !== undefined)
        return { ...finding, confidence: 'low', assumes: [...finding.assumes, assumption] };
    }
    return finding;
  }

  private doubt({ root, facts }: ToldWay): Assumption | undefined {
    for (const { term, fact } of facts.known()) {
      if (term.k !== 'field') continue;
      if ((fact.signs & this.madeFor.signsOf(term, root.file)) === 0)
        return { reason: 'path', text: `other code makes such an object with another ${term.name}` };
      if (!isChosen(fact)) continue;
      const values = this.valuesOf(term.base, term.name, root.file);
      // If no visible code sets the member at all, invisible code must.
      if (values === undefined || ![...values].some((value) => value !== 0)) continue;
      const given = factAmong([...new Set([0, ...values])].sort((a, b) => a - b));
      if (given !== undefined && contradicts(given, fact))
        return { reason: 'path', text: `code that was not analysed stores another value in ${term.name}` };
    }
    const isCalledOtherwise =
      root.item?.isStatic === true &&
      this.callers.of(root) !== undefined &&
      passOtherwise(this.callers, root, facts);
    return isCalledOtherwise
      ? {
          reason: 'path',
          text: `${root.name}() has a caller that was not analysed and passes other arguments`,
        }
      : undefined;
  }

  private valuesOf(object: Term, name: string, file: string): Values {
    const { program } = this.context.around;
    const field = program.resolveField(baseOf(object.type), name, file);
    if (field === undefined) return undefined;
    const key = `${field.owner.file}\n${field.owner.item.tag}\n${field.path.join('.')}`;
    return wholeAnswer(this.members, key, program, () => this.gather(field, name));
  }

  private gather(field: FieldRef, name: string): Values {
    const { program } = this.context.around;
    const functions = field.owner.item.kind === 'union' ? undefined : this.functionsNear(field);
    if (functions === undefined) return undefined;
    const values = new Set<number>();
    let isOpen = false;
    for (const fn of functions) {
      const skeleton = program.skeleton(fn);
      if (skeleton === undefined) {
        if (program.sourceUnavailable(fn)) return undefined;
        program.demand(fn, 'path');
        isOpen = true;
      } else if (!isOpen && !this.read(fn, skeleton, field, name, values)) return undefined;
    }
    return isOpen ? undefined : values;
  }

  /** Adds the values that a function stores in the member; false if it may store anything. */
  private read(
    fn: FunctionRef,
    skeleton: Skeleton,
    field: FieldRef,
    name: string,
    values: Set<number>,
  ): boolean {
    const { exprs } = skeleton;
    const isMember = (id: ExprId): boolean => {
      const expr = exprs[id];
      return expr?.k === 'field' && expr.name === name && this.isOwner(fn, skeleton, expr.base, field);
    };
    // Code that has the member's address may store anything.
    if (exprs.some((expr) => expr.k === 'address' && isMember(expr.base))) return false;
    for (const event of eventsOf(skeleton)) {
      if (event.k === 'assign' && isMember(event.target)) {
        const given = this.constants(fn, skeleton, event.value, 0);
        if (given === undefined) return false;
        for (const value of given) values.add(value);
      } else if (this.fillsRecord(fn, skeleton, event, field)) return false;
    }
    return true;
  }

  /**
   * Whether the event fills a whole record with data from outside the visible code: copied from a buffer, read from a
   * device.
   */
  private fillsRecord(fn: FunctionRef, skeleton: Skeleton, event: Event, field: FieldRef): boolean {
    if (event.k === 'assign') {
      const target = skeleton.exprs[event.target];
      // The record is cleared, which stores zero, or copied from another record, which is checked where that one is
      // filled.
      if (target?.k !== 'field' || target.name !== EVERY_MEMBER) return false;
      const value = skeleton.exprs[event.value];
      return value?.k !== 'constant' && this.isOwner(fn, skeleton, target.base, field);
    }
    const { program, models } = this.context.around;
    if (event.k === 'call') {
      if (typeof event.callee !== 'string' || models.isInert(event.callee)) return false;
      if (program.resolveCall(event.callee, fn.file).length > 0) return false;
    } else if (event.k !== 'sleep' && event.k !== 'might-acquire') return false;
    return event.args.some((arg) => {
      const type = typeOf(skeleton, arg, fn, program);
      return type.endsWith('*') && this.isOfRecord(type, fn.file, field);
    });
  }

  private isOwner(fn: FunctionRef, skeleton: Skeleton, base: ExprId, field: FieldRef): boolean {
    const type = typeOf(skeleton, base, fn, this.context.around.program);
    // A value without a type may be anything.
    return type === '' || this.isOfRecord(type, fn.file, field);
  }

  private isOfRecord(type: string, file: string, { owner, path }: FieldRef): boolean {
    const name = path.at(-1) ?? '';
    const found = this.context.around.program.resolveField(baseOf(type), name, file);
    return found !== undefined && found.owner.file === owner.file && found.owner.item.tag === owner.item.tag;
  }

  /** The constants that an expression may evaluate to; `undefined` for anything else. */
  private constants(
    fn: FunctionRef,
    skeleton: Skeleton,
    id: ExprId,
    level: number,
  ): readonly number[] | undefined {
    const expr = skeleton.exprs[id];
    switch (expr?.k) {
      case 'constant':
        return [expr.value];
      case 'cast':
        return this.constants(fn, skeleton, expr.base, level);
      case 'unary': {
        const value = expr.op === '-' ? this.constants(fn, skeleton, expr.base, level) : undefined;
        return value?.map((each) => -each);
      }
      case 'global': {
        const { program, models } = this.context.around;
        const value = program.resolveConstant(expr.name, fn.file) ?? models.constant(expr.name);
        return value === undefined ? undefined : [value];
      }
      case 'local': {
        const all: number[] = [];
        for (const event of eventsOf(skeleton)) {
          const target = event.k === 'assign' ? skeleton.exprs[event.target] : undefined;
          if (event.k !== 'assign' || target?.k !== 'local' || target.index !== expr.index) continue;
          const given =
            level < BOUNDS.callsToValue ? this.constants(fn, skeleton, event.value, level + 1) : undefined;
          if (given === undefined) return undefined;
          all.push(...given);
        }
        return all.length === 0 ? undefined : all;
      }
      case 'parameter':
        return level < BOUNDS.callsToValue ? this.passed(fn, expr.index, level + 1) : undefined;
      default:
        return undefined;
    }
  }

  /** The constants that all callers of a function pass, if all callers are visible. */
  private passed(fn: FunctionRef, index: number, level: number): readonly number[] | undefined {
    const { program } = this.context.around;
    if (fn.item === undefined || (fn.item.isStatic && this.callers.of(fn) === undefined)) return undefined;
    const callers = program.callers(fn);
    const all: number[] = [];
    for (const caller of callers) {
      const skeleton = program.skeleton(caller);
      if (skeleton === undefined) {
        if (!program.sourceUnavailable(caller)) program.demand(caller, 'path');
        return undefined;
      }
      for (const event of eventsOf(skeleton)) {
        if (event.k !== 'call' || event.callee !== fn.name) continue;
        const arg = event.args[index];
        const given = arg === undefined ? undefined : this.constants(caller, skeleton, arg, level);
        if (given === undefined) return undefined;
        all.push(...given);
      }
    }
    return all.length === 0 ? undefined : all;
  }

  /**
   * The functions that may store to a record: those in the file that declares it and, for a private header, in the
   * files around it. `undefined` if there may be others, or too many.
   */
  private functionsNear(field: FieldRef): readonly FunctionRef[] | undefined {
    const { program } = this.context.around;
    const files = this.filesAround.of(field.owner.file);
    if (files === undefined) return undefined;
    const functions: FunctionRef[] = [];
    for (const each of files) {
      const outline = program.outline(each);
      // The outline has no numbers from initialisers.
      if (outline?.variables.some(({ type }) => !type.includes('*') && this.isOfRecord(type, each, field)))
        return undefined;
      for (let index = 0; index < (outline?.functions.length ?? 0); index++) {
        const fn = program.functionAt(each, index);
        if (fn !== undefined) functions.push(fn);
        if (functions.length > BOUNDS.functionsOfMember) return undefined;
      }
    }
    return functions;
  }
}

/** Whether the fact selects certain numbers other than zero, the initial value of every record. */
function isChosen(fact: Fact): boolean {
  const values = fact.equals === undefined ? fact.among : [fact.equals];
  return values !== undefined && !values.includes(0);
}
