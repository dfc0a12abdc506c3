import { z } from 'zod';
import type { Finding } from '../../checks/types.js';
import { CONFIDENCES, RULE_IDS, SEVERITIES } from '../rules.js';

const line = z.int().min(1);
const column = z.int().min(1);
const file = z.string().describe('Relative to the root, with /.');

const at = z.strictObject({
  file,
  line,
  column,
  endLine: line,
  endColumn: column.describe('UTF-16 units, 1-based, exclusive.'),
  function: z.string(),
});

const storyStep = z.strictObject({
  path: z.int().min(0).describe('0 for the first side of the story, 1 for the second …'),
  file,
  line,
  column,
  function: z.string(),
  text: z.string(),
  held: z.array(z.string()).describe('Lock classes held just before this step.'),
  if: z.string().optional().describe('The #if condition the step stands under.'),
});

const edit = z.strictObject({
  file,
  range: z.strictObject({ startLine: line, startColumn: column, endLine: line, endColumn: column }),
  newText: z.string(),
});

export const findingSchema = z.strictObject({
  id: z.string().min(1).describe('Fingerprint: stays the same when lines move.'),
  rule: z.enum(RULE_IDS),
  severity: z.enum(SEVERITIES),
  confidence: z.enum(CONFIDENCES),
  message: z.string(),
  at,
  locks: z.array(z.string()),
  story: z.array(storyStep),
  assumes: z.array(z.strictObject({ reason: z.string(), text: z.string() })),
  witnesses: z.array(z.string()),
  evidence: z.array(z.strictObject({ source: z.string(), verdict: z.enum(['seen', 'not-seen', 'unknown']) })),
  fixes: z.array(
    z.strictObject({
      title: z.string(),
      kind: z.string(),
      verified: z.boolean(),
      around: z.int().min(1).optional(),
      edits: z.array(edit),
    }),
  ),
  also: z
    .array(z.strictObject({ id: z.string().min(1), ...at.shape }))
    .optional()
    .describe(
      'Other findings with the same cause: their ids, and the place of each or, if it is the same, where its path begins.',
    ),
});

const count = z.int().min(0);

const cost = z.strictObject({ file, function: z.string(), steps: count });

const statsSchema = z.strictObject({
  root: z.string(),
  files: count,
  bytes: count,
  functions: count,
  functionsLocking: count,
  functionsComplete: count,
  lockSites: count,
  lockSitesParsed: count,
  lockSitesResolved: count,
  classes: count,
  edges: count,
  gaps: z.record(z.string(), count),
  costs: z.strictObject({
    components: z.strictObject({ count, largest: z.array(count) }),
    costliest: z.strictObject({ summaries: z.array(cost), replay: z.array(cost) }),
  }),
  cache: z
    .array(z.strictObject({ what: z.string(), hits: count, misses: count }))
    .describe('Hits and misses in the results of earlier runs.'),
  ms: z
    .strictObject({
      read: z.number().describe('Waiting for files.'),
      outline: z.number().describe('Finding functions, types and macros, in all threads.'),
      parse: z.number().describe('Parsing functions and lowering them, in all threads.'),
      link: z.number().describe('Adding files to the program.'),
      bind: z.number().describe('Indexing what names mean.'),
      selection: z.number().describe('Finding out which further functions matter.'),
      summaries: z.number().describe('Interpreting functions.'),
      graph: z.number().describe('Building the lock graph.'),
      replay: z.number().describe('Replaying paths of candidates.'),
      check: z.number().describe('Running the rules.'),
      fix: z.number().describe('Making fixes and trying them out.'),
      total: z.number().describe('By the clock, from start to end.'),
    })
    .describe('Milliseconds by phase.'),
  cpuMs: z.number().describe('Of all processes.'),
  rssMb: z.number().describe('Of all processes that ran at the same time.'),
  parts: count
    .optional()
    .describe('Of a scan in parts: how many ran, without those whose results were kept.'),
});

const verdict = z.strictObject({
  commit: z.string().describe('Full hash.'),
  subject: z.string(),
  adds: z
    .array(
      z.strictObject({
        id: z.string(),
        rule: z.enum(RULE_IDS),
        severity: z.enum(SEVERITIES),
        confidence: z.enum(CONFIDENCES),
        message: z.string(),
        file,
        line,
      }),
    )
    .describe('Findings, or new paths to known ones, that its first parent does not have.'),
});

/** The output of `scan --format json`: the single source of its validation and its published JSON schema. */
export const scanSchema = z
  .strictObject({
    version: z.literal(1),
    tool: z.strictObject({ name: z.literal('lockorder'), version: z.string() }),
    findings: z.array(findingSchema),
    skipped: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
    unfinished: z
      .array(z.strictObject({ file, function: z.string(), line, reason: z.string() }))
      .describe('Functions that were not analysed in full: they did not parse, or exceeded a bound.'),
    commits: z
      .array(verdict)
      .optional()
      .describe('With --diff REV..REV: what each commit adds, oldest first.'),
    stats: statsSchema.optional(),
  })
  .meta({ title: 'lockorder scan', description: 'Output of `lockorder scan --format json`.' });

export type ScanOutput = z.infer<typeof scanSchema>;
export type ScanStats = z.infer<typeof statsSchema>;
export type CommitVerdict = z.infer<typeof verdict>;
export type PublishedFinding = z.infer<typeof findingSchema>;

/** The input of a report. */
export interface Report {
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly unfinished?: readonly ScanOutput['unfinished'][number][];
  readonly commits?: readonly CommitVerdict[];
  readonly stats?: ScanStats;
  /** Findings that a baseline hides, and those in it that no longer exist. */
  readonly baseline?: { readonly known: number; readonly gone: number };
}
