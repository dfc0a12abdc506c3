import type { Span } from '../base/span.js';
import { type Draft, type OpenBlock, openBlock } from './flow.js';
import { lockPointer } from './locks.js';
import type { Lowering, JumpTarget } from './lowering.js';
import type { AssignEvent, CallEvent, ExprId, LockEvent } from './types.js';

/** Something that happens when control leaves the scope of a variable. */
export interface Cleanup {
  /** Adds the events to the current block. */
  run(l: Lowering, at: Span): void;
  /** The scope has ended: nothing more will be run. */
  close(l: Lowering): void;
}

export interface LabelTarget {
  readonly block: OpenBlock;
  /** Cleanups active at the label; `undefined` until it was met. */
  cleanups: readonly Cleanup[] | undefined;
}

/** A goto; its cleanups are known when the label is. */
export interface GotoJump {
  readonly block: OpenBlock;
  readonly label: LabelTarget;
  readonly active: readonly Cleanup[];
  readonly at: Span;
}

/** Runs a block's work in a scope of its own; its cleanups happen where control falls out of it. */
export function inScope(l: Lowering, at: Span, work: () => void): void {
  const outer = l.scope;
  const depth = l.cleanups.length;
  l.scope = { names: new Map(), outer };
  work();
  leaveScope(l, depth, at);
  l.scope = outer;
}

function leaveScope(l: Lowering, depth: number, at: Span): void {
  if (l.cleanups.length === depth) return;
  runCleanups(l, depth, at);
  for (const cleanup of l.cleanups.splice(depth)) cleanup.close(l);
}

/** What leaving down to `depth` active cleanups does, newest first. */
export function runCleanups(l: Lowering, depth: number, at: Span): void {
  for (let index = l.cleanups.length - 1; index >= depth; index--) l.cleanups[index]!.run(l, at);
}

export function jump(l: Lowering, target: JumpTarget | undefined, at: Span): void {
  if (target === undefined) {
    l.end({ k: 'stop' });
    return;
  }
  runCleanups(l, target.cleanups, at);
  l.goTo(target.block);
}

export function labelTarget(l: Lowering, name: string): LabelTarget {
  let label = l.labels.get(name);
  if (label === undefined) l.labels.set(name, (label = { block: openBlock(), cleanups: undefined }));
  return label;
}

/** `name:` — control falls into it. */
export function placeLabel(l: Lowering, name: string): void {
  const label = labelTarget(l, name);
  label.cleanups ??= [...l.cleanups];
  l.fallInto(label.block);
}

export function jumpToLabel(l: Lowering, name: string, at: Span): void {
  const label = labelTarget(l, name);
  const block = openBlock();
  l.jumps.push({ block, label, active: [...l.cleanups], at });
  l.fallInto(block);
  l.goTo(label.block);
}

/** Once all labels are known: the cleanups of each goto out of a scope. */
export function settleJumps(l: Lowering): void {
  for (const { block, label, active, at } of l.jumps) {
    if (active.length === 0 || label.cleanups === undefined) continue;
    const staying = new Set(label.cleanups);
    l.begin(block);
    for (let index = active.length - 1; index >= 0; index--) {
      if (!staying.has(active[index]!)) active[index]!.run(l, at);
    }
  }
}

/**
 * Release of a guard. The lock was named when the guard was made: `lock` holds its address in a hidden
 * variable. Where nothing in the scope changes what the original expression means, close() puts that
 * expression in the variable's place, so that both ends of the guard read the same.
 */
export class GuardRelease implements Cleanup {
  private readonly releases: Draft<LockEvent>[] = [];

  constructor(
    private readonly api: string,
    private lock: ExprId,
    private readonly original: ExprId,
    private readonly args: readonly ExprId[],
    private readonly remember: Draft<AssignEvent>,
    private readonly isStable: (l: Lowering) => boolean,
    /** Goes on where the lock is held, of a guard that may not have got it. */
    private readonly whenHeld: ((l: Lowering, otherwise: OpenBlock, at: Span) => void) | undefined,
  ) {}

  run(l: Lowering, at: Span): void {
    const after = openBlock();
    this.whenHeld?.(l, after, at);
    const release: Draft<LockEvent> = {
      k: 'release',
      id: l.newEvent(),
      api: this.api,
      lock: this.lock,
      args: this.args,
      at,
      implied: true,
    };
    this.releases.push(release);
    l.emit(release);
    if (this.whenHeld !== undefined) l.fallInto(after);
  }

  close(l: Lowering): void {
    if (!this.isStable(l)) return;
    // Gotos out of the scope are settled later.
    this.lock = this.original;
    for (const release of this.releases) release.lock = this.original;
    // An assignment to itself: the closing of the skeleton drops it.
    this.remember.value = this.remember.target;
  }
}

/** `p __free(fn)`: a call of `fn` with the variable. */
export class VariableCleanup implements Cleanup {
  constructor(
    private readonly by: string,
    private readonly variable: ExprId,
  ) {}

  run(l: Lowering, at: Span): void {
    const id = l.newEvent();
    const args = [this.variable];
    const lock = l.models.lockApi(this.by);
    if (lock !== undefined) {
      const pointer = lockPointer(l, lock, args, id, at);
      l.emit({ k: lock.op, id, api: this.by, lock: pointer, args, at, implied: true });
      return;
    }
    const api = l.models.api(this.by);
    if (api === undefined || api.k === 'transient') {
      const call: CallEvent = { k: 'call', id, callee: this.by, args, at };
      l.emit(call);
    } else l.emit({ k: api.k, id, api: this.by, args, at });
  }

  close(): void {
    // Nothing depends on what came between.
  }
}
