import { z } from 'zod';
import { EVENT_KINDS } from '../read/types.js';

const line = z.int().min(1);
const place = z.strictObject({ file: z.string(), line });

/** What `evidence --format json` prints. */
export const evidenceSchema = z
  .strictObject({
    version: z.literal(1),
    sources: z.array(
      z.strictObject({ file: z.string(), lines: z.int().min(0), skippedLines: z.int().min(0) }),
    ),
    events: z.array(
      z.strictObject({
        kind: z.enum(EVENT_KINDS),
        headline: z.string(),
        at: place.describe('Where the report stands in the log.'),
        task: z.strictObject({ name: z.string(), pid: z.int() }).optional(),
        locks: z.array(
          z.strictObject({
            class: z
              .string()
              .describe('Id of the class in the source, else the name that the report gives it.'),
            role: z.enum(['acquiring', 'held', 'chain']),
            where: z
              .strictObject({ function: z.string(), file: z.string().optional(), line: line.optional() })
              .optional()
              .describe('Where it was acquired; file and line where the source was found.'),
          }),
        ),
        explainedBy: z.array(z.string()).describe('Ids of findings.'),
        gap: z.string().optional().describe('Why no finding explains it.'),
      }),
    ),
    edges: z.array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        verdict: z.enum(['explained', 'unexplained']),
      }),
    ),
    waits: z.array(z.strictObject({ task: z.string(), for: z.string(), heldBy: z.string() })),
  })
  .meta({ title: 'lockorder evidence', description: 'Output of `lockorder evidence --format json`.' });

export type EvidenceOutput = z.infer<typeof evidenceSchema>;
