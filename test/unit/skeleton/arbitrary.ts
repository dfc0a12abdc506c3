import * as fc from 'fast-check';
import { GAP_KINDS } from '../../../analysis/base/gap.js';
import type { Gap, GapKind } from '../../../analysis/base/gap.js';
import type { Span } from '../../../analysis/base/span.js';
import type { FileOutline } from '../../../analysis/outline/types.js';
import type { Block, Event, Exit, Expr, FileSummary, Skeleton } from '../../../analysis/skeleton/types.js';

/** Records as the product makes them, with the prototype of all objects. */
function record<T, K extends keyof T = keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  requiredKeys?: K[],
): fc.Arbitrary<Pick<T, K> & Partial<T>> {
  return fc.record(model, { noNullPrototype: true, ...(requiredKeys ? { requiredKeys } : {}) }) as never;
}

const position = fc.nat(200_000);
export const span: fc.Arbitrary<Span> = record({
  line: position,
  column: position,
  endLine: position,
  endColumn: position,
});

const name = fc.oneof(
  fc.constantFrom('dev', 'lock', 'struct foo*', 'mutex_lock', ''),
  fc.string({ unit: 'binary' }),
  fc.string(),
);
const names = fc.oneof(
  fc.array(name),
  fc.uniqueArray(name).map((all) => [...all].sort()),
);
const hash = fc.oneof(fc.stringMatching(/^[0-9a-f]{12}$/), name);
const count = fc.nat();
const condition = fc.oneof(fc.constant(''), name);
const annotations = fc.array(record({ name, argument: name }), { maxLength: 2 });
const gap: fc.Arbitrary<Gap> = record({
  kind: fc.constantFrom(...(Object.keys(GAP_KINDS) as GapKind[])),
  at: span,
  detail: name,
});
const gaps = fc.array(gap, { maxLength: 2 });
const parameters = fc.array(record({ name, type: name }), { maxLength: 3 });

const small = { maxLength: 4 };

const functionFields = {
  name,
  nameSpan: span,
  start: count,
  end: count,
  bodyStart: count,
  line: count,
  endLine: count,
  isStatic: fc.boolean(),
  isInline: fc.boolean(),
  section: condition,
  returns: name,
  parameters,
  annotations,
  condition,
  hash,
  calls: names,
  indirectCalls: names,
  references: names,
  fills: fc.array(record({ field: name, value: name, variable: name, path: name, type: name }), small),
  lockSites: count,
};
const made = record({ from: count, before: name, behind: name, isObject: fc.boolean() });

export const outline: fc.Arbitrary<FileOutline> = record({
  bytes: count,
  lines: count,
  includes: fc.array(record({ path: name, system: fc.boolean(), condition: name }), small),
  functions: fc.array(fc.oneof(record(functionFields), record({ ...functionFields, made })), small),
  prototypes: fc.array(
    record({ name, returns: name, parameters, annotations, isStatic: fc.boolean() }),
    small,
  ),
  macros: fc.array(
    record({
      name,
      nameSpan: span,
      parameters: fc.option(fc.array(name), { nil: undefined }),
      body: fc.oneof(
        name,
        fc.constantFrom('0x0', '0XFF', '12', '012', '(1 << 5)', 'BIT(3)', '0x00ffUL', '1 2', '0xFfuLL'),
      ),
      line: count,
      condition,
      calls: names,
      lockSites: count,
    }),
    small,
  ),
  records: fc.array(
    record({
      kind: fc.constantFrom('struct' as const, 'union' as const),
      tag: name,
      nameSpan: span,
      fields: fc.array(record({ name, type: name, line: count, condition }), small),
      condition,
    }),
    small,
  ),
  typedefs: fc.array(record({ name, type: name }), small),
  variables: fc.array(
    record({
      name,
      nameSpan: span,
      type: name,
      isStatic: fc.boolean(),
      isExtern: fc.boolean(),
      condition,
      definedBy: condition,
      members: fc.array(record({ field: name, value: name }), small),
    }),
    small,
  ),
  constants: fc.array(
    record({ name, value: fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constant(-0)) }),
    small,
  ),
  macroUses: fc.array(record({ name, arguments: names, line: count, condition }), small),
  lockInits: fc.array(
    record({
      lock: name,
      names,
      type: fc.constantFrom('', 'struct a*'),
      handler: fc.string(),
      keyLine: fc.nat(),
      mayRecurse: fc.boolean(),
      line: count,
    }),
    small,
  ),
  lockSites: count,
  lockPointers: fc.array(
    record({ member: record({ text: name, type: name }), lock: record({ text: name, type: name }) }),
    small,
  ),
  guards: fc.array(record({ tag: name, field: name, by: name, lock: name }), small),
  orders: fc.array(
    record({ locks: names, at: span, form: fc.constantFrom('declared', 'chain', 'table', 'sentence') }),
    small,
  ),
  gaps,
});

const SIZE = 4;
const ref = fc.nat(SIZE - 1);

const expr: fc.Arbitrary<Expr> = fc.oneof(
  record({ k: fc.constantFrom('parameter' as const, 'local' as const), index: fc.nat(1) }),
  record({ k: fc.constantFrom('global' as const, 'config' as const), name }),
  record({ k: fc.constant('constant' as const), value: fc.oneof(fc.integer(), fc.double()) }),
  record({ k: fc.constantFrom('string' as const, 'unknown' as const) }),
  record({ k: fc.constant('field' as const), base: ref, name }),
  record({ k: fc.constantFrom('deref' as const, 'address' as const), base: ref }),
  record({ k: fc.constant('index' as const), base: ref, index: ref }),
  record({ k: fc.constant('container' as const), base: ref, type: name, member: name }),
  record({ k: fc.constant('cast' as const), base: ref, type: name }),
  record({
    k: fc.constant('unary' as const),
    op: fc.constantFrom(
      '!' as const,
      '-' as const,
      '~' as const,
      'is-error' as const,
      'is-error-or-null' as const,
      'error-or-zero' as const,
    ),
    base: ref,
  }),
  record({
    k: fc.constant('binary' as const),
    op: fc.constantFrom('==' as const, '!=' as const, '<' as const, '>>' as const, '&' as const),
    left: ref,
    right: ref,
  }),
);

const args = fc.array(ref, { maxLength: 4 });
const id = fc.nat(1000);

const event: fc.Arbitrary<Event> = fc.oneof(
  record(
    {
      k: fc.constantFrom(
        'acquire' as const,
        'try' as const,
        'release' as const,
        'downgrade' as const,
        'assert-held' as const,
        'assert-not-held' as const,
        'might-acquire' as const,
        'transient' as const,
        'lock-init' as const,
      ),
      id,
      api: name,
      lock: ref,
      args,
      at: span,
      implied: fc.boolean(),
    },
    ['k', 'id', 'api', 'lock', 'args', 'at'],
  ),
  record({
    k: fc.constantFrom(
      'wait' as const,
      'complete' as const,
      'sleep' as const,
      'context' as const,
      'query' as const,
      'register' as const,
      'free' as const,
    ),
    id,
    api: name,
    args,
    at: span,
  }),
  record({ k: fc.constant('call' as const), id, callee: fc.oneof(name, ref), args, at: span }),
  record({ k: fc.constant('assign' as const), id, target: ref, value: ref, at: span }),
);

const exit: fc.Arbitrary<Exit> = fc.oneof(
  record({ k: fc.constant('goto' as const), to: ref }),
  record(
    {
      k: fc.constant('branch' as const),
      condition: ref,
      whenTrue: ref,
      whenFalse: ref,
      loop: fc.boolean(),
      at: span,
    },
    ['k', 'condition', 'whenTrue', 'whenFalse', 'at'],
  ),
  record({
    k: fc.constant('switch' as const),
    on: ref,
    cases: fc.array(record({ from: ref, to: ref, block: ref }), small),
    otherwise: ref,
    at: span,
  }),
  record({ k: fc.constant('return' as const), value: fc.oneof(fc.constant(-1), ref), at: span }),
  record({ k: fc.constant('stop' as const) }),
);

const block: fc.Arbitrary<Block> = record({ events: fc.array(event, small), exit });
const variables = fc.array(record({ name, type: condition }), { minLength: 2, maxLength: 3 });

export const skeleton: fc.Arbitrary<Skeleton> = record({
  name,
  returns: condition,
  parameters: variables,
  locals: variables,
  exprs: fc.array(expr, { minLength: SIZE, maxLength: SIZE + 6 }),
  blocks: fc.array(block, { minLength: SIZE, maxLength: SIZE + 3 }),
  annotations,
  gaps,
  lockSites: count,
});

function some(limit: number): fc.Arbitrary<ReadonlyMap<number, Skeleton>> {
  if (limit === 0) return fc.constant(new Map());
  return fc.array(fc.tuple(fc.nat(limit - 1), skeleton), { maxLength: 2 }).map((all) => new Map(all));
}

export const summary: fc.Arbitrary<FileSummary> = outline.chain((of) =>
  record({
    outline: fc.constant(of),
    skeletons: some(of.functions.length),
    macroSkeletons: some(of.macros.length),
  }),
);
