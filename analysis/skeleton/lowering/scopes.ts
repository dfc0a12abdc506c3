import type { Span } from '../../base/span.js';
import { type FlowDraft, type OpenBlock, openBlock } from './flow.js';
import { lockPointer } from '../expressions/locks.js';
import type { ArmTest, Cleanup, JumpTarget, LabelTarget, Lowering } from './lowering.js';
import type { AssignEvent, ExprId, LockEvent } from '../types.js';

/** Lowers a block in its own scope; its cleanups run where control falls out of it. */
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

/** Runs the active cleanups down to `depth`, newest first. */
export function runCleanups(l: Lowering, depth: number, at: Span): void {
  for (let index = l.cleanups.length - 1; index >= depth; index--) runCleanup(l, l.cleanups[index]!, at);
}

/** Behind the `#if` arm that created it, a cleanup runs only where that arm is compiled. */
function runCleanup(l: Lowering, cleanup: Cleanup, at: Span): void {
  const isCompiled = l.armTests.get(cleanup);
  if (isCompiled === undefined) {
    cleanup.run(l, at);
    return;
  }
  const otherwise = openBlock();
  isCompiled(otherwise, at);
  cleanup.run(l, at);
  l.fallInto(otherwise);
}

/** Makes the cleanups above `depth` conditional: `test` continues where the `#if` arm that created them is compiled. */
export function leaveArm(l: Lowering, depth: number, test: ArmTest): void {
  for (const cleanup of l.cleanups.slice(depth)) {
    const inner = l.armTests.get(cleanup);
    l.armTests.set(cleanup, (otherwise, at) => {
      test(otherwise, at);
      inner?.(otherwise, at);
    });
  }
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

/** Places a label; control falls into it. */
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

/** Adds the cleanups to gotos that leave a scope, once all labels are known. */
export function settleJumps(l: Lowering): void {
  for (const { block, label, active, at } of l.jumps) {
    if (active.length === 0 || label.cleanups === undefined) continue;
    const staying = new Set(label.cleanups);
    l.begin(block);
    for (let index = active.length - 1; index >= 0; index--) {
      if (!staying.has(active[index]!)) runCleanup(l, active[index]!, at);
    }
  }
}

/**
 * Releases a guard, or takes the lock again that a reversed guard released. The lock was saved when the guard was
 * created: `lock` is a hidden variable with its address. If nothing in the scope changes the original expression, close()
 * substitutes it, so that acquire and release name the lock the same way.
 */
export class GuardRelease implements Cleanup {
  private readonly releases: FlowDraft<LockEvent>[] = [];

  constructor(
    private readonly end: 'acquire' | 'release',
    private readonly api: string,
    private lock: ExprId,
    private readonly original: ExprId,
    private readonly args: readonly ExprId[],
    private readonly remember: FlowDraft<AssignEvent>,
    private readonly isStable: (l: Lowering) => boolean,
    /** Continues where the lock is held, for a guard that may have failed to acquire it. */
    private readonly whenHeld: ((l: Lowering, otherwise: OpenBlock, at: Span) => void) | undefined,
  ) {}

  run(l: Lowering, at: Span): void {
    const after = openBlock();
    this.whenHeld?.(l, after, at);
    const release: FlowDraft<LockEvent> = {
      k: this.end,
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
    // Gotos out of the scope are completed later.
    this.lock = this.original;
    for (const release of this.releases) release.lock = this.original;
    // A self-assignment, which closing the skeleton drops.
    this.remember.value = this.remember.target;
  }
}

/** Calls a function by name where control leaves the scope. */
export class NamedCall implements Cleanup {
  constructor(
    private readonly callee: string,
    private readonly args: readonly ExprId[],
  ) {}

  run(l: Lowering, at: Span): void {
    emitNamedCall(l, this.callee, this.args, at);
  }

  close(): void {
    // Nothing to do: the arguments are variables, not saved expressions.
  }
}

/** Emits a call that the text does not contain, with the effect that its model describes. Returns its value. */
export function emitNamedCall(l: Lowering, callee: string, args: readonly ExprId[], at: Span): ExprId {
  const id = l.newEvent();
  const lock = l.models.lockApi(callee);
  const api = l.models.api(callee);
  if (lock !== undefined) {
    const pointer = lockPointer(l, lock, args, id, at);
    l.emit({ k: lock.op, id, api: callee, lock: pointer, args, at, implied: true });
  } else if (api === undefined || api.k === 'transient') l.emit({ k: 'call', id, callee, args, at });
  else l.emit({ k: api.k, id, api: callee, args, at });
  return l.table.result(id);
}
