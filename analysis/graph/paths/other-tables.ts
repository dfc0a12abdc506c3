import { baseOf, tagOf } from '../../base/ctype.js';
import { bodiesOf } from '../../link/bodies.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import { usersOfRecord } from '../../link/record-users.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { isSet, lastMember, positional, positionIn } from '../../outline/designators.js';
import type { VariableItem } from '../../outline/types.js';
import { ZERO, type Signs } from '../../summaries/facts/fact.js';
import { eventAt, eventsOf, memberStores } from '../../skeleton/lowering/events.js';
import type { Expr, ExprId, Skeleton } from '../../skeleton/types.js';
import type { State } from '../../summaries/state/state.js';
import type { Site } from '../../summaries/state/types.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import { definition } from '../watched/hubs.js';

/**
 * Whether a path that calls `target` through a pointer calls the function of another table: it has found a member of the
 * table empty that every table with this function sets, `if (ops->may_sleep) defer(); else ops->read(dev);`, or one set that
 * none of them sets and another table does. Or it calls through a member of a variable that has another function there, or
 * through a variable of its own that is another function on it.
 */
export function isOfOtherTable(
  program: Program,
  pointer: Term,
  target: FunctionRef,
  { facts }: State,
): boolean {
  if (pointer.k === 'global') {
    const named = program.resolveCall(t.bareName(pointer), target.file);
    return named.length > 0 && !named.includes(target);
  }
  if (pointer.k !== 'field' || target.item?.isStatic !== true) return false;
  if (pointer.base.k === 'global' && isSetOtherwise(program, pointer.base, pointer.name, target)) return true;
  const variables = program.outline(target.file)?.variables ?? [];
  const isOfTarget = ({ members }: VariableItem): boolean =>
    members.some(({ field, value }) => field === pointer.name && value === target.name);
  const tables = variables.filter(isOfTarget);
  if (tables.length === 0) return false;
  const signsOf = (field: string): Signs => facts.of(t.field(pointer.base, field, '')).signs;
  const setBy = ({ members }: VariableItem): readonly string[] =>
    members.flatMap((member) =>
      member.field === pointer.name || member.field === '' || !isSet(member) ? [] : [member.field],
    );
  if (tables.every((table) => setBy(table).some((field) => signsOf(field) === ZERO))) return true;
  const types = new Set(tables.map(({ type }) => type));
  const others = variables.filter((table) => types.has(table.type) && !isOfTarget(table));
  const unset = new Set(others.flatMap(setBy));
  for (const field of tables.flatMap(setBy)) unset.delete(field);
  return [...unset].some((field) => positionIn(field) === undefined && (signsOf(field) & ZERO) === 0);
}

/**
 * Whether a variable has another function than `target` in a member: its initialiser names that one, and no function of
 * the file stores to the member of the variable.
 */
function isSetOtherwise(
  program: Program,
  variable: Extract<Term, { k: 'global' }>,
  member: string,
  { file, name: target }: FunctionRef,
): boolean {
  const name = t.bareName(variable);
  const found = program.resolveVariable(name, file);
  if (found?.file !== file) return false;
  const type = program.expand(found.item.type, file);
  const fields = program.resolveRecord(tagOf(type), file)?.item.fields ?? [];
  const position = positional(fields.findIndex((field) => field.name === member));
  const given = found.item.members.find(({ field }) => field === member || field === position)?.value;
  if (given === undefined || given === target || program.resolveCall(given, file)[0]?.item === undefined)
    return false;
  const functions = program.outline(file)?.functions ?? [];
  return !functions.some(({ fills }) =>
    fills.some((fill) => fill.variable === name && fill.field === member),
  );
}

/** A member that points to a table, and the record that declares it. */
interface TableMember {
  readonly record: string;
  readonly name: string;
}

/**
 * Which tables the members of records may point to, over one state of the program. A record of a source file, or of a
 * header beside its sources, has all of its stores in sight: a call through `dev->port->put` comes to the tables whose
 * address some function stores in `port`.
 */
export class KeptTables {
  private readonly known = new Map<string, ReadonlySet<string> | undefined>();
  /** By call and target: chains share their calls. */
  private readonly ruledOut = new Map<string, boolean>();

  constructor(private readonly program: Program) {}

  /** Whether one of the calls leads to a function of a table that nothing stores in the member called through. */
  rulesOut(steps: readonly Site[]): boolean {
    return steps.some((call, i) => {
      const target = steps[i + 1]?.fn;
      if (target === undefined) return false;
      const key = `${call.fn.id}.${call.event}/${target.id}`;
      let isOther = this.ruledOut.get(key);
      if (isOther === undefined) this.ruledOut.set(key, (isOther = this.isOfOther(call, target)));
      return isOther;
    });
  }

  private isOfOther({ fn, event }: Site, target: FunctionRef): boolean {
    const { program } = this;
    const skeleton = program.skeleton(fn);
    const call = skeleton && eventAt(skeleton, event);
    if (skeleton === undefined || call?.k !== 'call' || typeof call.callee === 'string') return false;
    const slot = skeleton.exprs[call.callee];
    const table = slot?.k === 'field' ? skeleton.exprs[slot.base] : undefined;
    if (slot?.k !== 'field' || table?.k !== 'deref') return false;
    const tables = (program.outline(target.file)?.variables ?? []).filter(({ members }) =>
      members.some(({ field, value }) => field === slot.name && value === target.name),
    );
    const member = tables.length === 0 ? undefined : this.memberAt(fn, skeleton, table.base);
    const kept = member && this.tablesIn(member, fn.file);
    return (
      kept !== undefined &&
      tables.every(({ name }) => {
        const found = definition(program, name, target.file);
        return found !== undefined && !kept.has(found);
      })
    );
  }

  /** The member that holds the pointer to a table, itself or by way of the only value of a variable. */
  private memberAt(fn: FunctionRef, skeleton: Skeleton, pointer: ExprId): TableMember | undefined {
    let expr: Expr | undefined = skeleton.exprs[pointer];
    if (expr?.k === 'local') {
      const [only, ...others] = eventsOf(skeleton).filter(
        (event) => event.k === 'assign' && event.target === pointer,
      );
      if (only?.k !== 'assign' || others.length > 0) return undefined;
      expr = skeleton.exprs[only.value];
    }
    if (expr?.k !== 'field') return undefined;
    const record = this.recordOf(fn, skeleton, expr.base);
    return record === '' ? undefined : { record, name: expr.name };
  }

  private recordOf(fn: FunctionRef, skeleton: Skeleton, object: ExprId): string {
    return baseOf(this.program.expand(typeOf(skeleton, object, fn, this.program), fn.file));
  }

  /** The tables whose address is stored in a member; `undefined` if another value may be, or none is seen. */
  private tablesIn(member: TableMember, from: string): ReadonlySet<string> | undefined {
    const declared = this.program.resolveRecord(tagOf(member.record), from)?.file;
    if (declared === undefined) return undefined;
    const key = `${declared} ${member.record}.${member.name}`;
    if (!this.known.has(key)) this.known.set(key, this.collect(member, declared));
    return this.known.get(key);
  }

  private collect(member: TableMember, declared: string): ReadonlySet<string> | undefined {
    const { program } = this;
    const users = usersOfRecord(program, declared);
    const found = new Set<string>();
    const note = (name: string, file: string): boolean => {
      const table = definition(program, name, file);
      if (table !== undefined) found.add(table);
      return table !== undefined;
    };
    for (const file of users)
      for (const { members } of program.outline(file)?.variables ?? [])
        if (members.some(({ field, value }) => lastMember(field) === member.name && !note(value, file)))
          return undefined;
    const isFilled = users.some((file) =>
      program.outline(file)?.functions.some(({ fills }) => fills.some(({ field }) => field === member.name)),
    );
    // Bodies are demanded only where the outline shows such a store.
    if (!isFilled && found.size === 0) return undefined;
    for (const file of declared.endsWith('.c') ? users : [declared, ...users])
      for (const { fn, skeleton } of bodiesOf(program, file)) {
        if (skeleton === undefined) return undefined;
        for (const { event, target } of memberStores(skeleton)) {
          if (target.name !== member.name) continue;
          const record = this.recordOf(fn, skeleton, target.base);
          if (record !== '' && record !== member.record) continue;
          const value = skeleton.exprs[event.value];
          if (value?.k === 'constant' && value.value === 0) continue;
          const table = value?.k === 'address' ? skeleton.exprs[value.base] : value;
          if (table?.k !== 'global' || !note(table.name, file)) return undefined;
        }
      }
    return found.size === 0 ? undefined : found;
  }
}
