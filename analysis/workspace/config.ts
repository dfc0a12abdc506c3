import { z } from 'zod';
import { jsonLine, lineAt } from '../base/json-line.js';
import { parseGlobs } from '../base/glob.js';
import { LOCK_KINDS } from '../models/records/kinds.js';
import { recordErrors, recordSchema } from '../models/records/schema.js';
import { modelsOfKernel } from '../models/records/older.js';
import type { UserModel } from '../models/records/record.js';
import { RULE_IDS } from '../report/rules.js';
import { inWords, type PlacedError } from './config-words.js';
import { contradictions, nameOf } from './model-errors.js';

const lockCall = z.strictObject({
  name: z.string().min(1).describe('Name of the function or macro.'),
  arg: z.int().min(0).optional().describe('Index of the argument that points to the lock; 0 is the first.'),
  kind: z.enum(LOCK_KINDS).optional().describe('Kind of lock: mutex, spinlock, rwsem, semaphore …'),
  mode: z.enum(['write', 'read']).optional().describe('Exclusive (write, the default) or shared (read).'),
  subclassArg: z.int().min(0).optional().describe('Index of the argument that is a nesting subclass.'),
});

const tryCall = lockCall.extend({
  success: z.enum(['nonzero', 'zero']).optional().describe('Return value with which the lock is held.'),
});

/** Calls grouped by role: shorthand for records with one role each. */
const userCalls = z.strictObject({
  acquire: z.array(lockCall).optional(),
  release: z.array(lockCall).optional(),
  try: z.array(tryCall).optional(),
  noreturn: z.array(z.string()).optional(),
});

const ignoreEntry = z
  .strictObject({
    rule: z.enum(RULE_IDS).optional(),
    locks: z.array(z.string()).optional().describe('Lock classes that the finding must all involve.'),
    function: z.string().optional().describe('A function that the path of the finding must pass through.'),
    reason: z.string().min(1).describe('Why this is not a bug.'),
  })
  .refine((entry) => entry.rule !== undefined || entry.locks !== undefined || entry.function !== undefined, {
    message: 'needs at least one of rule, locks, function',
  });

const globs = z.array(z.string()).superRefine((list, context) => {
  const parsed = parseGlobs(list);
  if ('error' in parsed) context.addIssue({ code: 'custom', path: [parsed.index], message: parsed.error });
});

/** Name of the settings file in the root of a source tree. */
export const CONFIG_FILE = 'lockorder.json';

/** `lockorder.json`: the single source of its type, its validation and its published JSON schema. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    models: z
      .array(z.union([userCalls, recordSchema]))
      .optional()
      .describe('Models of your own functions: records like the built-in ones, or lists of locking calls.'),
    include: globs.optional().describe('Globs of files to analyse, relative to the root.'),
    exclude: globs.optional().describe('Globs of files to skip, relative to the root.'),
    rules: z
      .partialRecord(z.enum(RULE_IDS), z.enum(['error', 'warning', 'info', 'off']))
      .optional()
      .describe('Severity per rule, or off.'),
    ignore: z.array(ignoreEntry).optional().describe('Findings that are known not to be bugs.'),
    arch: z.array(z.string()).optional().describe('Architectures to link. Default: x86.'),
    fixes: z
      .enum(['proven', 'all'])
      .optional()
      .describe(
        'Verified fixes to offer as edits: `proven` (default), the kinds that were right in twenty of twenty real cases, or `all`. The others are suggestions in the explanation.',
      ),
    preemptRt: z
      .boolean()
      .optional()
      .describe(
        'The kernel is built with PREEMPT_RT: spinlocks sleep, and interrupt handlers run in threads.',
      ),
  })
  .meta({ title: CONFIG_FILE, description: 'Lockorder settings for one source tree.' });

type ParsedJson = z.infer<typeof configSchema>;

/** A validated lockorder.json; properties missing in the JSON are absent, never `undefined`. */
export interface Config extends Omit<ParsedJson, 'models'> {
  readonly models?: readonly UserModel[];
}

export type IgnoreEntry = NonNullable<Config['ignore']>[number];

export interface ConfigError {
  /** 1-based. */
  readonly line: number;
  /** Names its place: `rules.self-deadlock: …`. */
  readonly text: string;
}

export type ParsedConfig = { readonly config: Config } | { readonly errors: readonly ConfigError[] };

/** Validates the text of a lockorder.json. */
export function parseConfig(text: string): ParsedConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const told = error instanceof Error ? error.message : 'not JSON';
    // The engine gives an offset, unless the text ends too early.
    const offset = Number(/at position (\d+)/.exec(told)?.[1] ?? text.trimEnd().length);
    return { errors: [{ line: lineAt(text, offset), text: told }] };
  }
  const parsed = configSchema.safeParse(value);
  const config = parsed.data as Config | undefined;
  const errors =
    config === undefined ? issuesOf(value, parsed.error?.issues) : contradictions(config.models ?? []);
  if (config !== undefined && errors.length === 0) return { config };
  return {
    errors: errors.map((issue) => ({
      line: jsonLine(text, issue.path),
      text: `${jsonPath(issue.path)}${ownerOf(value, issue.path)}: ${inWords(issue)}`,
    })),
  };
}

function issuesOf(value: unknown, issues: readonly PlacedError[] = []): readonly PlacedError[] {
  return [...issues.filter(({ path }) => !isOfModel(path)), ...modelErrors(value, issues)];
}

/** ` of acme_lock`: the record of `models` with the part of the settings. */
function ownerOf(value: unknown, path: readonly PropertyKey[]): string {
  if (!isOfModel(path)) return '';
  let name: string | undefined;
  let part: unknown = value;
  for (const key of path) {
    if (typeof part !== 'object' || part === null) break;
    part = (part as Readonly<Record<PropertyKey, unknown>>)[key];
    if (typeof part === 'object' && part !== null) name ??= nameOf(part);
  }
  return name === undefined ? '' : ` of ${name}`;
}

/** The configuration of a tree whose root has this Makefile: for an older kernel, with models of what differed then. */
export function forKernel(config: Config, makefile: string): Config {
  const { models: own = [] } = config;
  const models = modelsOfKernel(own, makefile);
  return models === own ? config : { ...config, models };
}

function isOfModel([list, index]: readonly PropertyKey[]): boolean {
  return list === 'models' && typeof index === 'number';
}

/** Errors in entries of `models`, described for the form that each entry seems to have. */
function modelErrors(config: unknown, issues: readonly PlacedError[]): readonly PlacedError[] {
  const indexes = new Set(issues.filter(({ path }) => isOfModel(path)).map(({ path }) => Number(path[1])));
  const { models } = config as { readonly models?: readonly unknown[] };
  return [...indexes].flatMap((index) => {
    const entry = models?.[index];
    const isLists = Object.entries(entry ?? {}).some(
      ([key, given]) => key in userCalls.shape && Array.isArray(given),
    );
    const errors = isLists ? (userCalls.safeParse(entry).error?.issues ?? []) : recordErrors(entry);
    return errors.map((error) => ({ ...error, path: ['models', index, ...error.path] }));
  });
}

function jsonPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(top level)';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : (index > 0 ? '.' : '') + String(part)))
    .join('');
}
