import {
  anyNumber,
  choice,
  list,
  optional,
  flag,
  record,
  signed,
  sized,
  string,
  unsigned,
  word,
} from '../../base/encoding/shapes.js';
import { BINARY_OPERATORS } from '../expressions/operators.js';
import type { Fields, Shape } from '../../base/encoding/shapes.js';
import { annotations, gaps, NOTHING, NOWHERE, span, text, variable } from './shapes.js';
import type { ApiEvent, Block, Event, Exit, Expr, LockEvent, Skeleton, SwitchCase } from '../types.js';

/** A reference to a nearby expression or block, relative to the index of the referring one. */
const near: Shape<number> = {
  bits: 0,
  headOf: () => 0,
  write: (out, value) => out.signed(out.near.index - value),
  read: (from) => from.near.index - from.signed(),
};

/** Ids mostly count up. */
const eventId: Shape<number> = {
  bits: 1,
  headOf: (value, out) => (value === out.near.id ? 0 : 1),
  write: (out, value, head) => {
    if (head === 1) out.signed(value - out.near.id);
    out.near.id = value + 1;
  },
  read: (from, head) => {
    const value = from.near.id + (head === 1 ? from.signed() : 0);
    from.near.id = value + 1;
    return value;
  },
};

const expr = choice<Expr>({
  field: { base: near, name: string },
  deref: { base: near },
  local: { index: unsigned },
  parameter: { index: unsigned },
  global: { name: string },
  constant: { value: anyNumber },
  result: { event: unsigned },
  address: { base: near },
  index: { base: near, index: near },
  binary: { op: word(BINARY_OPERATORS), left: near, right: near },
  unary: {
    op: word(['!', '-', '~', 'is-error', 'is-error-or-null', 'error-or-zero', 'cpu'] as const),
    base: near,
  },
  cast: { base: near, type: string },
  container: { base: near, type: string, member: string },
  string: {},
  config: { name: string },
  unknown: {},
});

const args = list(unsigned);
const lockEvent: Fields<Omit<LockEvent, 'k'>> = {
  id: eventId,
  api: string,
  lock: unsigned,
  args,
  at: span,
  implied: optional(flag),
  scope: optional(string),
};
const apiEvent: Fields<Omit<ApiEvent, 'k'>> = { id: eventId, api: string, args, at: span };

/** A name, or an expression's id. */
const callee: Shape<string | number> = {
  bits: 1,
  headOf: (value) => (typeof value === 'string' ? 0 : 1),
  write: (out, value) => {
    if (typeof value === 'string') out.string(value);
    else out.unsigned(value);
  },
  read: (from, head) => (head === 0 ? from.string() : from.unsigned()),
};

const event = choice<Event>(
  {
    call: { id: eventId, callee, args, at: span },
    assign: { id: eventId, target: unsigned, value: unsigned, head: optional(unsigned), at: span },
    acquire: lockEvent,
    release: lockEvent,
    try: lockEvent,
    downgrade: lockEvent,
    'assert-held': lockEvent,
    'assert-not-held': lockEvent,
    'might-acquire': lockEvent,
    transient: lockEvent,
    'lock-init': lockEvent,
    wait: apiEvent,
    complete: apiEvent,
    sleep: apiEvent,
    context: apiEvent,
    query: apiEvent,
    register: apiEvent,
    free: apiEvent,
  },
  {
    call: () => ({ k: 'call', id: 0, callee: '', args: NOTHING, at: NOWHERE }),
    assign: () => ({ k: 'assign', id: 0, target: 0, value: 0, at: NOWHERE }),
  },
);

const exit = choice<Exit>({
  goto: { to: near },
  branch: { condition: unsigned, whenTrue: near, whenFalse: near, loop: optional(flag), at: span },
  switch: {
    on: unsigned,
    cases: list(record<SwitchCase>({ from: unsigned, to: unsigned, block: signed })),
    otherwise: signed,
    at: span,
  },
  return: { value: signed, at: span },
  stop: {},
});

/** Events and exit of a block. Targets are relative to the block's index. */
const block: Shape<Block> = {
  bits: 0,
  headOf: () => 0,
  write: (out, value) => {
    const index = out.near.index;
    out.unsigned(value.events.length);
    for (const one of value.events) event.write(out, one, 0, value);
    out.near.index = index;
    exit.write(out, value.exit, 0, value);
  },
  read: (from) => {
    const index = from.near.index;
    const events = sized<Event>(from.count());
    for (let at = 0; at < events.length; at++) events[at] = event.read(from, 0, events);
    from.near.index = index;
    return { events, exit: exit.read(from, 0, events) };
  },
};

const skeletonRecord = record<Skeleton>({
  name: string,
  returns: text,
  parameters: list(variable),
  locals: list(variable),
  exprs: list(expr),
  blocks: list(block),
  annotations,
  gaps,
  lockSites: unsigned,
});

/** Lines and ids restart with each skeleton. */
export const skeletonShape: Shape<Skeleton> = {
  ...skeletonRecord,
  write: (out, value, head) => {
    out.near.line = 0;
    out.near.id = 0;
    skeletonRecord.write(out, value, head, value);
  },
  read: (from, head, owner) => {
    from.near.line = 0;
    from.near.id = 0;
    return skeletonRecord.read(from, head, owner);
  },
};
