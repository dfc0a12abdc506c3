import type { CType } from '../../base/ctype.js';
import type { Gap, GapKind } from '../../base/gap.js';
import { LineTable, type Span } from '../../base/span.js';
import type { Models } from '../../models/types.js';
import type { Condition } from '../../outline/types.js';
import type { SanitisedSource } from '../../syntax/sanitise.js';
import type { FlatTree, Parser } from '../../syntax/types.js';
import { ExpressionTable } from '../expressions/expressions.js';
import { type LoopHead, type OpenBlock, openBlock, type OpenExit } from './flow.js';
import type { MacroTable } from '../macros/macro-table.js';
import type { OutlinePart } from '../outline-part.js';
import type { Event, EventId, ExprId, SkeletonVariable } from '../types.js';

/** A text being lowered, with its tree. A macro expansion has its own inside the function's. */
export interface LoweredText {
  readonly sanitised: SanitisedSource;
  readonly tree: FlatTree;
  spanOf(start: number, end: number): Span;
  /** Whether lock calls in it belong to the text itself, not to a macro. */
  readonly isOwn: boolean;
  /** For a macro that heads a statement: the offset of that statement, and how to lower it. */
  tail: { readonly offset: number; lower(): void } | undefined;
}

/** The names declared in a block. */
export interface BlockScope {
  readonly names: Map<string, ExprId>;
  readonly outer: BlockScope | undefined;
}

/** The target of a break or continue, and the cleanups that stay active there. */
export interface JumpTarget {
  readonly block: OpenBlock;
  readonly cleanups: number;
}

/** A switch whose cases are being lowered. */
export interface OpenSwitch {
  readonly cases: { readonly from: ExprId; readonly to: ExprId; readonly block: OpenBlock }[];
  otherwise: OpenBlock | undefined;
}

/** A call in the tree. */
export interface Call {
  readonly node: number;
  /** Node of the callee expression. */
  readonly callee: number;
  readonly args: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** An action that runs when control leaves a variable's scope. */
export interface Cleanup {
  /** Emits its events to the current block. */
  run(l: Lowering, at: Span): void;
  /** Called when the scope has ended; run is not called afterwards. */
  close(l: Lowering): void;
}

export interface LabelTarget {
  readonly block: OpenBlock;
  /** Cleanups active at the label; `undefined` until the label is seen. */
  cleanups: readonly Cleanup[] | undefined;
}

/** A goto. Its cleanups are known once the label is. */
export interface GotoJump {
  readonly block: OpenBlock;
  readonly label: LabelTarget;
  readonly active: readonly Cleanup[];
  readonly at: Span;
}

/** Continues where an `#if` arm is compiled; elsewhere, control goes to `otherwise`. */
export type ArmTest = (otherwise: OpenBlock, at: Span) => void;

/** What expansion needs besides the lowering itself. */
export interface MacroContext {
  readonly outline: OutlinePart;
  readonly table: MacroTable;
  readonly parser: Parser;
  /** The 1-based line of the text being lowered. */
  readonly line: number;
  /** The `#if` condition of the text. */
  readonly condition: Condition;
  /** The text is a macro's body, so a return in it ends the function that uses the macro. */
  readonly isMacro?: boolean;
}

/**
 * The parts of C that contain one another: an expression may contain statements, a macro any of them. What lowers one part
 * reaches the others through this, so that its file need not import theirs.
 */
export interface Grammar {
  value(l: Lowering, node: number): ExprId;
  unused(l: Lowering, node: number): void;
  into(l: Lowering, variable: ExprId, node: number, at: Span): void;
  condition(
    l: Lowering,
    node: number,
    whenTrue: OpenBlock,
    whenFalse: OpenBlock,
    loop?: LoopHead,
    isNegated?: boolean,
  ): void;
  statements(l: Lowering, nodes: readonly number[], from: number): void;
  body(l: Lowering, node: number): void;
}

/** Builds the skeleton of one function. */
export class Lowering {
  readonly table = new ExpressionTable();
  readonly entry: OpenBlock = openBlock();
  current: OpenBlock = this.entry;
  readonly parameters: SkeletonVariable[] = [];
  readonly locals: SkeletonVariable[] = [];
  scope: BlockScope = { names: new Map(), outer: undefined };
  readonly gaps: Gap[] = [];
  /** Offsets of the function's own lock calls found in the tree. */
  readonly sites = new Set<number>();
  breakTo: JumpTarget | undefined;
  continueTo: JumpTarget | undefined;
  openSwitch: OpenSwitch | undefined;
  readonly cleanups: Cleanup[] = [];
  /** The condition of each cleanup that an `#if` arm created and that outlives the arm. */
  readonly armTests = new Map<Cleanup, ArmTest>();
  readonly labels = new Map<string, LabelTarget>();
  readonly jumps: GotoJump[] = [];
  /** Targets of all assignments so far. */
  readonly changes: ExprId[] = [];
  /** Variables that loop macros assign. */
  readonly cursors = new Set<ExprId>();
  /** Names of the macros being expanded, outermost first. */
  readonly expanding: string[] = [];
  /** Number of enclosing constructs in which accesses need no lock. */
  unguarded = 0;
  /** Total length of all expansions so far. */
  expanded = 0;
  private nextEvent = 0;
  private nextHidden = 0;

  constructor(
    readonly models: Models,
    public source: LoweredText,
    /** `undefined` if nothing is expanded. */
    readonly macros: MacroContext | undefined,
    readonly grammar: Grammar,
  ) {}

  get tree(): FlatTree {
    return this.source.tree;
  }

  type(node: number): string {
    return this.tree.names[this.tree.kind[node]!] ?? 'ERROR';
  }

  /** Children of a node, in order. */
  children(node: number): number[] {
    const { next } = this.tree;
    const end = next[node]!;
    const list: number[] = [];
    for (let child = node + 1; child < end; child = next[child]!) list.push(child);
    return list;
  }

  /** First child, or -1. */
  first(node: number): number {
    return node + 1 < this.tree.next[node]! ? node + 1 : -1;
  }

  /** The expression in parentheses, at any depth; the node itself without any. */
  withoutParentheses(node: number): number {
    let at = node;
    while (this.type(at) === 'parenthesized_expression' && this.first(at) >= 0) at = this.first(at);
    return at;
  }

  startOf(node: number): number {
    return this.tree.start[node]!;
  }

  endOf(node: number): number {
    return this.tree.end[node]!;
  }

  /** The original text of a node. */
  text(node: number): string {
    return this.source.sanitised.source.slice(this.tree.start[node], this.tree.end[node]);
  }

  /** The string that begins where a node does: the sanitised text has none of its characters. */
  stringAt(node: number): string {
    STRING.lastIndex = this.tree.start[node] ?? 0;
    return STRING.exec(this.source.sanitised.source)?.[0] ?? '';
  }

  /** The word at an offset of the original text, even if the sanitised text has a shorter one. */
  wordAt(offset: number): string {
    WORD.lastIndex = offset;
    return WORD.exec(this.source.sanitised.source)?.[0] ?? '';
  }

  span(node: number): Span {
    return this.source.spanOf(this.tree.start[node]!, this.tree.end[node]!);
  }

  gap(kind: GapKind, start: number, end: number, detail: string): void {
    this.gaps.push({ kind, at: this.source.spanOf(start, end), detail });
  }

  /** Notes that the tree contains the lock call whose name is at an offset. */
  noteSite(offset: number): void {
    if (this.source.isOwn) this.sites.add(offset);
  }

  newEvent(): EventId {
    return this.nextEvent++;
  }

  emit(event: Event): void {
    this.current.events.push(event);
  }

  assign(target: ExprId, value: ExprId, at: Span): void {
    if (target === value) return;
    this.changes.push(target);
    this.emit({ k: 'assign', id: this.newEvent(), target, value, at });
  }

  /** Assigns some entry of the list whose head a pointer leads to. */
  assignEntry(target: ExprId, head: ExprId, at: Span): void {
    this.changes.push(target);
    this.emit({ k: 'assign', id: this.newEvent(), target, value: this.table.unknown(), head, at });
  }

  /** Ends the current block; code before the next begin is unreachable. */
  end(exit: OpenExit): void {
    this.current.exit ??= exit;
    this.current = openBlock();
  }

  goTo(to: OpenBlock): void {
    this.end({ k: 'goto', to });
  }

  /** Continues in a block and lets the current one fall through to it. */
  fallInto(block: OpenBlock): void {
    this.current.exit ??= { k: 'goto', to: block };
    this.current = block;
  }

  begin(block: OpenBlock): void {
    this.current = block;
  }

  declare(name: string, type: CType): ExprId {
    const existing = this.scope.names.get(name);
    const known = existing === undefined ? undefined : this.table.get(existing);
    // Two `#if` arms may declare one name; the first known type wins.
    if (existing !== undefined && known?.k === 'local' && this.locals[known.index]!.type === type)
      return existing;
    const id = this.table.local(this.locals.length);
    this.locals.push({ name, type });
    this.scope.names.set(name, id);
    return id;
  }

  /** Adds a variable that the source does not have. */
  hidden(what: string, type: CType = ''): ExprId {
    const id = this.table.local(this.locals.length);
    this.locals.push({ name: `(${what} ${++this.nextHidden})`, type });
    return id;
  }

  /** The parameter or local of this name; `undefined` if there is none. */
  variable(name: string): ExprId | undefined {
    for (let scope: BlockScope | undefined = this.scope; scope !== undefined; scope = scope.outer) {
      const id = scope.names.get(name);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  typeOf(id: ExprId): CType {
    const expr = this.table.get(id);
    if (expr.k === 'local') return this.locals[expr.index]?.type ?? '';
    if (expr.k === 'parameter') return this.parameters[expr.index]?.type ?? '';
    if (expr.k === 'cast') return expr.type;
    return '';
  }
}

const WORD = /[A-Za-z_$][\w$]*/uy;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;

/** Computes spans in a text that begins at a column of its first line; lines count from 0. */
export function spansOf(text: string, column: number): (start: number, end: number) => Span {
  const lines = new LineTable(text);
  return (start, end) => {
    const span = lines.span(start, end);
    return {
      line: span.line - 1,
      column: span.line === 1 ? span.column + column - 1 : span.column,
      endLine: span.endLine - 1,
      endColumn: span.endLine === 1 ? span.endColumn + column - 1 : span.endColumn,
    };
  };
}
