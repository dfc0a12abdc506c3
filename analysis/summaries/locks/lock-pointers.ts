import { folderOf } from '../../base/paths.js';
import { append } from '../../base/lists.js';
import type { Program } from '../../link/types.js';
import type { WrittenPath } from '../../outline/types.js';
import type { ClassInfo } from './class-info.js';

/** Resolves lock classes. */
interface Names {
  info(key: string): ClassInfo | undefined;
  /** The class of the lock that a source expression in a file names. */
  written(path: WrittenPath, file: string): string | undefined;
}

/** A lock whose address is stored in a member. */
interface Stored {
  /** `''` if the lock has no class. */
  readonly key: string;
  readonly file: string;
}

/**
 * Resolves lock pointers in members: `vdev->lock` is the lock whose address the driver stored there. Built once from
 * the address assignments of all files.
 */
export class LockPointers {
  private byMember: Map<string, readonly Stored[]> | undefined;
  private isReading = false;

  constructor(
    private readonly program: Program,
    private readonly names: Names,
  ) {}

  /**
   * The class of the lock behind a pointer member; `member` is the class key of the member. It is the only lock ever
   * stored there, else the only one stored by files in the directory of `file`, else by `file`, if `file` can see it.
   */
  behind(member: string, file: string): string | undefined {
    const all = this.index()?.get(member);
    if (all === undefined) return undefined;
    const only = onlyOne(all);
    if (only !== undefined) return only;
    const directory = folderOf(file);
    const near =
      onlyOne(all.filter((one) => folderOf(one.file) === directory)) ??
      onlyOne(all.filter((one) => one.file === file));
    const declared = near === undefined ? undefined : this.names.info(near)?.declaredAt?.file;
    if (declared === undefined) return undefined;
    const isSeen = declared === file || (declared.endsWith('.h') && folderOf(declared) === directory);
    return isSeen ? near : undefined;
  }

  /** Every lock whose address a file stores in a member, with the class key of the member. */
  *all(): Generator<{ readonly member: string } & Stored> {
    for (const [member, stored] of this.index() ?? [])
      for (const one of stored) if (one.key !== '') yield { member, ...one };
  }

  private index(): ReadonlyMap<string, readonly Stored[]> | undefined {
    if (this.byMember === undefined && !this.isReading) {
      this.isReading = true;
      this.byMember = this.read();
      this.isReading = false;
    }
    return this.byMember;
  }

  private read(): Map<string, readonly Stored[]> {
    const found = new Map<string, Stored[]>();
    for (const [file, { outline }] of this.program.files) {
      for (const { member, lock } of outline.lockPointers) {
        const into = this.names.written(member, file);
        if (into === undefined) continue;
        const key = this.names.written(lock, file) ?? '';
        // An object that points to its own lock: the member's class represents it.
        const record = this.names.info(key)?.record ?? '';
        if (record !== '' && record === this.names.info(into)?.record) continue;
        const stored: Stored = { key, file };
        append(found, into, stored);
      }
    }
    return found;
  }
}

function onlyOne(stored: readonly Stored[]): string | undefined {
  const keys = new Set(stored.map(({ key }) => key));
  const [key] = keys;
  return keys.size === 1 && key !== '' ? key : undefined;
}
