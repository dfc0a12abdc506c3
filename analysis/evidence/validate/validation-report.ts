import { visibleJson } from '../../base/visible.js';
import { z } from 'zod';
import { EVENT_KINDS } from '../read/types.js';
import { VALIDATION_VERDICTS, type ValidationCheck, type Fought, type Validation } from './validate.js';

const count = z.number().min(0);
const fought = z.strictObject({ contentions: count, waitTotalUs: count });

/** Schema of `validate --format json`. */
export const validationSchema = z
  .strictObject({
    version: z.literal(1),
    verdict: z.enum(VALIDATION_VERDICTS),
    checks: z.array(
      z.strictObject({
        what: z.string(),
        finding: z.string().optional().describe('Id of the finding.'),
        locks: z.array(z.string()),
        verdict: z.enum(VALIDATION_VERDICTS),
        reasons: z.array(z.string()),
      }),
    ),
    newReports: z.array(
      z.strictObject({
        kind: z.enum(EVENT_KINDS),
        headline: z.string(),
        at: z.strictObject({ file: z.string(), line: z.int().min(1) }),
      }),
    ),
    contention: z.array(
      z.strictObject({ class: z.string(), before: fought.optional(), after: fought.optional() }),
    ),
  })
  .meta({ title: 'lockorder validate', description: 'Output of `lockorder validate --format json`.' });

type ValidationOutput = z.infer<typeof validationSchema>;

export function renderValidationJson(validation: Validation): string {
  const output: ValidationOutput = {
    version: 1,
    verdict: validation.verdict,
    checks: validation.checks.map(({ subject, verdict, reasons }) => ({
      what: subject.title,
      ...(subject.finding === undefined ? {} : { finding: subject.finding }),
      locks: [...subject.locks],
      verdict,
      reasons: [...reasons],
    })),
    newReports: validation.newReports.map(({ kind, event, source }) => ({
      kind,
      headline: event.headline,
      at: { file: source, line: event.line },
    })),
    contention: validation.contention.map(({ class: name, before, after }) => ({
      class: name,
      ...(before ? { before: numbers(before) } : {}),
      ...(after ? { after: numbers(after) } : {}),
    })),
  };
  return `${visibleJson(JSON.stringify(output, undefined, 2))}\n`;
}

function numbers({ contentions, waitTotal }: Fought): { contentions: number; waitTotalUs: number } {
  return { contentions, waitTotalUs: waitTotal };
}

const WORDS = {
  fixed: 'fixed',
  'not-fixed': 'NOT FIXED',
  'not-exercised': 'NOT EXERCISED',
} as const;

const SUMMARY = {
  fixed: 'Fixed: the later run exercised the same path, and the bug did not show.',
  'not-fixed': 'Not fixed.',
  'not-exercised': 'Not proven: the later run did not exercise the path.',
} as const;

export function renderValidationText(validation: Validation): string {
  const lines = validation.checks.flatMap(checkLines);
  for (const { kind, event, source } of validation.newReports) {
    lines.push(`new report: ${source}:${event.line}: ${kind}: ${event.headline}`);
  }
  for (const { class: name, before, after } of validation.contention) {
    lines.push(`contention of ${name}: ${fightText(before)} before, ${fightText(after)} after`);
  }
  return `${[...lines, SUMMARY[validation.verdict]].join('\n')}\n`;
}

function checkLines({ subject, verdict, reasons }: ValidationCheck): string[] {
  const id = subject.finding === undefined ? '' : ` (finding ${subject.finding})`;
  return [`${WORDS[verdict]}: ${subject.title}${id}`, ...reasons.map((reason) => `  ${reason}`)];
}

function fightText(row: Fought | undefined): string {
  if (!row) return 'not measured';
  return `${row.contentions} times, ${(row.waitTotal / 1000).toFixed(2)} ms of waiting`;
}
