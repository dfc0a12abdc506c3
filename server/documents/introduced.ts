import type { Finding } from '../../analysis/checks/types.js';
import { isExitRule } from '../../analysis/ide/under-edit.js';
import type { Program } from '../../analysis/link/types.js';
import type { OpenFile } from './open-file.js';

interface Result {
  readonly program: Program;
  readonly all: readonly Finding[];
}

/**
 * Tracks findings that the edits of a session introduced. For a lock that is never released, the source alone does not
 * show whether that is intended, but the author of a fresh edit knows. Such a finding is therefore shown like a certain
 * one once the edit is finished: when the cursor has left the function, or the document was saved.
 */
export class Introduced {
  /** By document: findings from before the first edit. */
  private readonly before = new WeakMap<OpenFile, ReadonlySet<string>>();
  /** Functions edited since. */
  private readonly touched = new WeakMap<OpenFile, Set<string>>();
  /** The function at the cursor, if known. */
  private readonly current = new WeakMap<OpenFile, string | undefined>();

  /** Takes a new result for these documents; `editing` was edited last. */
  note(result: Result, open: Iterable<OpenFile>, editing: OpenFile | undefined): void {
    const untouched = new Map<string, Set<string>>();
    for (const file of open) {
      if (file.isUntouched) {
        const ids = new Set<string>();
        untouched.set(file.file, ids);
        this.before.set(file, ids);
      }
    }
    for (const { id, at } of untouched.size > 0 ? result.all : []) untouched.get(at.file)?.add(id);
    const edit = editing?.editedAt === undefined ? undefined : editing.map.fromOffset(editing.editedAt);
    if (!editing || !edit) return;
    const name = functionAt(result.program, editing.file, edit.line);
    this.current.set(editing, name);
    const touched = this.touched.get(editing) ?? new Set<string>();
    if (name !== undefined) touched.add(name);
    this.touched.set(editing, touched);
  }

  /** Sets the cursor; true if it entered another function. */
  moved(program: Program, file: OpenFile, line: number): boolean {
    const name = functionAt(program, file.file, line);
    const isNews = this.touched.has(file) && this.current.get(file) !== name;
    this.current.set(file, name);
    return isNews;
  }

  has(finding: Pick<Finding, 'id' | 'rule' | 'confidence' | 'at'>, file: OpenFile | undefined): boolean {
    if (!file || finding.confidence !== 'medium' || !isExitRule(finding.rule)) return false;
    const name = finding.at.function;
    if (this.touched.get(file)?.has(name) !== true || this.before.get(file)?.has(finding.id) === true)
      return false;
    return file.isSaved || this.current.get(file) !== name;
  }
}

function functionAt(program: Program, file: string, at: number): string | undefined {
  const { functions = [] } = program.outline(file) ?? {};
  return functions.find(({ line, endLine }) => line <= at && at <= endLine)?.name;
}
