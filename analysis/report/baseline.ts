import { visibleJson } from '../base/visible.js';
import { z } from 'zod';
import type { Finding } from '../checks/types.js';
import { compareText } from './order.js';

/** Known findings by id, each with its known witnesses. A new witness of an old finding is reported. */
export const baselineSchema = z.strictObject({
  version: z.literal(1),
  findings: z.array(
    z.strictObject({ id: z.string(), rule: z.string(), message: z.string(), witnesses: z.array(z.string()) }),
  ),
});

export type Baseline = z.infer<typeof baselineSchema>;

/** The findings in the form of a baseline, sorted. */
export function toBaseline(findings: readonly Finding[]): Baseline {
  return {
    version: 1,
    findings: findings
      .map(({ id, rule, message, witnesses }) => ({
        id,
        rule,
        message,
        witnesses: [...witnesses].sort(compareText),
      }))
      .sort((a, b) => compareText(a.id, b.id)),
  };
}

/** The text of a baseline file; equal for equal findings. */
export function renderBaseline(findings: readonly Finding[]): string {
  return `${visibleJson(JSON.stringify(toBaseline(findings), undefined, 2))}\n`;
}

export function parseBaseline(text: string): Baseline | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'not JSON' };
  }
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return { error: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a baseline'}` };
}

/** The findings that are new against a baseline or have a new witness. */
export function withoutBaseline(findings: readonly Finding[], baseline: Baseline): Finding[] {
  return findings.filter(notIn(baseline));
}

/** Whether a finding, or a witness of it, is new. */
export function notIn(baseline: Baseline): (finding: Finding) => boolean {
  const known = new Map(baseline.findings.map(({ id, witnesses }) => [id, new Set(witnesses)]));
  return (finding) => {
    const witnesses = known.get(finding.id);
    return !witnesses || finding.witnesses.some((witness) => !witnesses.has(witness));
  };
}
