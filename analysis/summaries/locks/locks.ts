import { memberKey, recordKey } from './class-keys.js';
import { declarerOf, fileOfSymbol, nameInSymbol, symbolOf } from './symbols.js';
import { NESTED_BY_LOCK, subclassed } from '../../base/subclass.js';
import { baseOf, pointee, showTag, tagOf, type CType } from '../../base/ctype.js';
import type { GapKind } from '../../base/gap.js';
import type { Location } from '../../base/span.js';
import type { Program, VariableRef } from '../../link/types.js';
import type { LockKind, Models } from '../../models/types.js';
import type { FileOutline, WrittenPath } from '../../outline/types.js';
import { movedTo } from './moved.js';
import { lineOf, type ClassInfo } from './class-info.js';
import { isLockWrapper } from './lock-wrappers.js';
import { LockPointers } from './lock-pointers.js';
import { isBit, type Term } from './terms.js';
import { lockAt } from './written.js';

/** The class of a lock object, or why it has none. */
export type ClassResult =
  | { readonly key: string }
  /** The root is a parameter, which only the caller knows. `fallback` is the class if no caller binds it. */
  | { readonly unbound: true; readonly fallback: string | undefined }
  | { readonly gap: GapKind; readonly detail: string };

/**
 * Resolves lock classes: a variable for a global lock, struct and field for a lock in an object, the outermost path for
 * a lock in a generic container.
 */
export class ClassTable {
  private readonly infos = new Map<string, ClassInfo>();
  private readonly variables = new Map<string, VariableRef>();
  readonly pointers: LockPointers;
  /** By file: the outline from which declaration places were taken. */
  private readonly outlines = new Map<string, FileOutline>();

  constructor(
    private readonly program: Program,
    private readonly models: Models,
  ) {
    this.pointers = new LockPointers(program, this);
  }

  /** Takes over the classes of a table over the same declarations. */
  adopt({ infos, variables, outlines }: ClassTable): void {
    for (const [key, info] of infos) this.infos.set(key, info);
    for (const [symbol, variable] of variables) this.variables.set(symbol, variable);
    for (const [file, outline] of outlines) this.outlines.set(file, outline);
  }

  /** Begins a run: function bodies may have changed, which moves the declarations below them. */
  begin(): void {
    const moved = new Map<string, readonly [FileOutline, FileOutline]>();
    for (const [file, before] of this.outlines) {
      const now = this.program.outline(file);
      if (now === undefined || now === before) continue;
      moved.set(file, [before, now]);
      this.outlines.set(file, now);
    }
    if (moved.size > 0) this.move(moved);
  }

  private move(moved: ReadonlyMap<string, readonly [FileOutline, FileOutline]>): void {
    for (const [key, info] of this.infos) {
      const outlines = info.declaredAt && moved.get(info.declaredAt.file);
      if (info.declaredAt === undefined || outlines === undefined) continue;
      this.infos.set(key, { ...info, declaredAt: movedTo(info.declaredAt, ...outlines) });
    }
    for (const [symbol, variable] of this.variables) {
      const [before, now] = moved.get(variable.file) ?? [];
      const item = before && now?.variables[before.variables.indexOf(variable.item)];
      if (item !== undefined) this.variables.set(symbol, { ...variable, item });
    }
  }

  /**
   * Sets the lock kind of each class to the one that all functions together imply, independent of the order of visits.
   */
  settle(kinds: ReadonlyMap<string, LockKind>): void {
    for (const [key, kind] of kinds) {
      const info = this.infos.get(key);
      if (info !== undefined && info.kind !== kind) this.infos.set(key, { ...info, kind });
    }
  }

  info(key: string): ClassInfo | undefined {
    return this.infos.get(key);
  }

  /** The symbol of a global variable, always qualified by its file. Remembered for {@link info}. */
  symbol(name: string, file: string): { readonly symbol: string; readonly type: string } | undefined {
    const variable = this.program.resolveVariable(name, file);
    if (variable === undefined) return undefined;
    const symbol = symbolOf(variable.file, name);
    this.variables.set(symbol, variable);
    this.noteOutline(variable.file);
    return { symbol, type: variable.item.type };
  }

  /** The same as `named`; for a pointer member, what code near a file stores there. */
  pointedTo(id: string, kind: LockKind, file: string): string {
    const key = this.named(id, kind, file);
    return this.pointers.behind(key, file) ?? key;
  }

  /**
   * A class that the models name (LockApi.implicit, lockClass): a variable, a file's static as `file.c:name`, a field
   * as `tag.field`, or a critical section that lockdep treats as a lock.
   */
  named(id: string, kind: LockKind, file: string): string {
    const dot = id.indexOf('.');
    if (id.includes(':')) {
      this.know(id);
      return this.ofVariable(id, '', kind);
    }
    const [tag, member] = [id.slice(0, Math.max(0, dot)), id.slice(dot + 1)];
    const found = dot > 0 ? this.program.resolveField(`struct ${tag}`, member, file) : undefined;
    if (found !== undefined) return this.ofRecord(found.owner.item.tag, member, found, kind);
    const home = this.models.declaredIn(id) ?? (dot > 0 ? tag : id);
    const record = this.program.resolveRecord(home, file);
    if (record !== undefined) {
      // A bit in a flags word, or the record that represents a section: declared with the record.
      const declaredAt = { file: record.file, ...record.item.nameSpan };
      const generic = this.models.isBaseClass(record.item.tag);
      return this.add({ key: id, id, kind, declaredAt, record: '', generic });
    }
    if (home.includes(':')) {
      this.know(home);
      const variable = this.variables.get(home);
      const declaredAt = variable && { file: variable.file, ...variable.item.nameSpan };
      return this.add({ key: id, id, kind, declaredAt, record: '', generic: false });
    }
    if (dot > 0) return this.unseen(tag, member, kind);
    return this.ofVariable(this.symbol(id, file)?.symbol ?? id, '', kind);
  }

  /** The approximate declaration place of a lock on the stack, or of a function's static lock: its function. */
  private declaringFunction(symbol: string): Location | undefined {
    const { file, name } = declarerOf(symbol);
    const item = this.program.outline(file)?.functions.find((fn) => fn.name === name);
    return item && { file, ...item.nameSpan };
  }

  /** Remembers a static variable given with its file. */
  private know(symbol: string): void {
    const file = fileOfSymbol(symbol);
    const name = nameInSymbol(symbol);
    const item = this.program.outline(file)?.variables.find((v) => v.name === name && !v.isExtern);
    if (item === undefined) return;
    this.variables.set(symbol, { file, item, ambiguous: false });
    this.noteOutline(file);
  }

  /** The class of the lock that a source pointer expression points to; `undefined` if it has no class of its own. */
  written(path: WrittenPath, file: string): string | undefined {
    const term = lockAt(path, file, this.program, this);
    if (term === undefined) return undefined;
    const kind = this.models.lockType(baseOf(this.program.expand(term.type, file))) ?? 'section';
    const found = this.resolve(term, kind, file);
    return 'key' in found ? found.key : 'fallback' in found ? found.fallback : undefined;
  }

  /** The class of the lock object `lock` as seen from `file`. */
  classOf(lock: Term, kind: LockKind, subclass: number, file: string): ClassResult {
    const found = this.resolve(lock, kind, file);
    // An acquire context and an outer lock only let their owner take further locks of the class, which stays the same.
    if (!('key' in found) || [0, NESTED_BY_LOCK].includes(subclass) || kind === 'ww_mutex') return found;
    return { key: this.subclassed(found.key, subclass) };
  }

  private subclassed(key: string, subclass: number): string {
    const base = this.infos.get(key);
    const sub = subclassed(key, subclass);
    if (base !== undefined)
      this.add({ ...base, key: sub, id: subclassed(base.id, subclass), level: subclass });
    return sub;
  }

  private resolve(lock: Term, kind: LockKind, file: string): ClassResult {
    switch (lock.k) {
      case 'global':
        return {
          key: this.variables.has(lock.name)
            ? this.ofVariable(lock.name, '', kind)
            : this.named(lock.name, kind, file),
        };
      case 'local':
        return {
          key: this.add({
            key: lock.name,
            id: lock.name,
            kind,
            declaredAt: this.declaringFunction(lock.name),
            record: '',
            generic: false,
          }),
        };
      case 'index':
        // A per-CPU element: the variable itself has the type.
        return this.resolve(lock.base.k === 'address' ? lock.base.base : lock.base, kind, file);
      case 'field':
        return isBit(lock) ? this.resolve(lock.base, kind, file) : this.ofField(lock, kind, file);
      case 'deref':
        return this.ofPointer(lock.base, kind, file);
      case 'parameter':
        return { unbound: true, fallback: undefined };
      default:
        return { gap: 'unknown-lock', detail: lock.key };
    }
  }

  /** The class of the lock a pointer points to, if the pointer is stored in a named place. */
  private ofPointer(pointer: Term, kind: LockKind, file: string): ClassResult {
    switch (pointer.k) {
      case 'parameter':
        return { unbound: true, fallback: this.ofWrapper(pointer.type, kind, file) };
      case 'field': {
        const member = this.ofField(pointer, kind, file);
        const behind = 'key' in member ? this.pointers.behind(member.key, file) : undefined;
        return behind === undefined ? member : { key: behind };
      }
      case 'global':
        return { key: this.ofVariable(pointer.name, '', kind) };
      case 'index':
        return this.ofPointer(pointer.base, kind, file);
      case 'deref':
        return this.ofPointer(pointer.base, kind, file);
      case 'operation': {
        // Pointer arithmetic: an element of the same array.
        const base = pointer.operands[0];
        return base !== undefined && (pointer.op === '+' || pointer.op === '-')
          ? this.ofPointer(base, kind, file)
          : { gap: 'unknown-lock', detail: pointer.key };
      }
      case 'address':
        return this.resolve(pointer.base, kind, file);
      default: {
        const key = this.ofWrapper(pointer.type, kind, file);
        return key === undefined ? { gap: 'unknown-lock', detail: pointer.key } : { key };
      }
    }
  }

  /** The class for a struct that is a lock as a whole (a list head with a lock bit), seen through a bare pointer. */
  private ofWrapper(pointer: CType, kind: LockKind, file: string): string | undefined {
    const type = this.program.expand(pointee(pointer) ?? '', file);
    if (!type.startsWith('struct ') || baseOf(type) !== type) return undefined;
    if (this.models.lockType(type) !== undefined) return undefined;
    const record = this.program.resolveRecord(tagOf(type), file);
    if (record === undefined) return undefined;
    const id = showTag(record.item.tag);
    return this.add({
      key: `${record.item.tag}@${record.file}`,
      id: record.ambiguous ? `${record.file}:${id}` : id,
      kind,
      declaredAt: { file: record.file, ...record.item.nameSpan },
      record: record.item.tag,
      generic: true,
    });
  }

  private ofVariable(symbol: string, path: string, kind: LockKind): string {
    const variable = this.variables.get(symbol);
    const key = `${symbol}${path}`;
    if (this.infos.has(key)) return key;
    return this.add({
      key,
      id: variable === undefined || isQualified(variable) ? key : `${variable.item.name}${path}`,
      kind,
      declaredAt: variable && { file: variable.file, ...variable.item.nameSpan },
      record: '',
      generic: false,
    });
  }

  private ofField(lock: Term & { k: 'field' }, kind: LockKind, file: string): ClassResult {
    const type = this.program.expand(lock.base.type, file);
    const base = baseOf(type);
    if (base === '') return this.unknownRecord(lock, kind, file);
    const found = this.program.resolveField(base, lock.name, file);
    if (found === undefined) {
      if (this.program.resolveRecord(tagOf(base), file) !== undefined)
        return { gap: 'unknown-field', detail: `${base}.${lock.name}` };
      return this.ofUnseen(lock, tagOf(base), kind, file);
    }
    const tag = found.owner.item.tag;
    if (isLockWrapper(found.owner, this.program, this.models))
      return this.inContainer(lock, tag, found.owner.file, found.line, kind, file);
    return { key: this.ofRecord(tag, lock.name, found, kind) };
  }

  /** The class of a field of a struct whose declaration is not visible: its tag and field name. */
  private ofUnseen(lock: Term & { k: 'field' }, tag: string, kind: LockKind, file: string): ClassResult {
    if (this.models.isGenericContainer(tag)) return this.inContainer(lock, tag, '', 0, kind, file);
    return { key: this.unseen(tag, lock.name, kind) };
  }

  private unseen(tag: string, member: string, kind: LockKind): string {
    const [id, generic] = [`${tag}.${member}`, this.models.isBaseClass(tag)];
    return this.add({ key: recordKey(id, ''), id, kind, declaredAt: undefined, record: tag, generic });
  }

  private unknownRecord(lock: Term & { k: 'field' }, kind: LockKind, file: string): ClassResult {
    const root = lock.base.k === 'deref' ? lock.base.base : lock.base;
    if (root.k === 'parameter') return { unbound: true, fallback: undefined };
    // Inside or behind a member of a struct that has a class: the path distinguishes it from its neighbours.
    if (root.k === 'field') {
      const around = this.ofField(root, kind, file);
      if ('key' in around) return { key: this.extended(around.key, lock.name, kind) };
    }
    return { gap: 'unknown-type', detail: lock.key };
  }

  /** Adds a class without a known declaration. */
  declare(key: string, kind: LockKind): void {
    this.add({ key, id: key, kind, declaredAt: undefined, record: '', generic: false });
  }

  /** The class of a lock inside the lock `key`. */
  memberOf(key: string, name: string, kind: LockKind): string {
    return this.extended(key, name, kind);
  }

  /** The class of member `name` of the object `key`: `foo.txq.lock`. */
  private extended(key: string, name: string, kind: LockKind): string {
    const longer = memberKey(key, name);
    const info = this.infos.get(key);
    if (info !== undefined) this.add({ ...info, key: longer, id: `${info.id}.${name}`, kind });
    return longer;
  }

  private ofRecord(
    tag: string,
    name: string,
    found: { readonly owner: { readonly file: string; readonly ambiguous: boolean }; readonly line: number },
    kind: LockKind,
  ): string {
    const key = recordKey(`${tag}.${name}`, found.owner.file);
    if (this.infos.has(key)) return key;
    const shown = `${showTag(tag)}.${name}`;
    return this.add({
      key,
      id: found.owner.ambiguous ? `${found.owner.file}:${shown}` : shown,
      kind,
      declaredAt: lineOf(found.owner.file, found.line),
      record: tag,
      generic: this.models.isBaseClass(showTag(tag)),
    });
  }

  /** The class of a lock inside a wrapper struct; the struct that embeds the wrapper owns it: `foo.txq.lock`. */
  private inContainer(
    lock: Term & { k: 'field' },
    tag: string,
    ownerFile: string,
    line: number,
    kind: LockKind,
    file: string,
  ): ClassResult {
    const outer = lock.base;
    const wildcard = recordKey(`${tag}.${lock.name}`, ownerFile);
    if (outer.k === 'field') {
      const around = this.ofField(outer, kind, file);
      if ('key' in around) return { key: this.extended(around.key, lock.name, kind) };
      if ('gap' in around) return around;
    }
    if (outer.k === 'global') return { key: this.ofVariable(outer.name, `.${lock.name}`, kind) };
    if (outer.k === 'index')
      return this.inContainer({ ...lock, base: outer.base }, tag, ownerFile, line, kind, file);
    this.add({
      key: wildcard,
      id: `${showTag(tag)}.${lock.name}`,
      kind,
      declaredAt: ownerFile === '' ? undefined : lineOf(ownerFile, line),
      record: tag,
      generic: this.models.isGenericContainer(showTag(tag)),
    });
    const root = outer.k === 'deref' ? outer.base : outer;
    return root.k === 'parameter' ? { unbound: true, fallback: wildcard } : { key: wildcard };
  }

  private noteOutline(file: string | undefined): void {
    if (file === undefined || this.outlines.has(file)) return;
    const outline = this.program.outline(file);
    if (outline !== undefined) this.outlines.set(file, outline);
  }

  private add(info: ClassInfo): string {
    if (this.infos.has(info.key)) return info.key;
    this.infos.set(info.key, info);
    this.noteOutline(info.declaredAt?.file);
    return info.key;
  }
}

/** Whether the name may denote another variable elsewhere, so that it is displayed with its file. */
function isQualified(variable: VariableRef): boolean {
  return variable.item.isStatic || variable.ambiguous;
}
