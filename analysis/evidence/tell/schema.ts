import { z } from 'zod';
import { EVENT_KINDS } from '../read/types.js';

const line = z.int().min(1);
const place = z.strictObject({ file: z.string(), line });
const inSource = z.strictObject({ function: z.string(), file: z.string().optional(), line: line.optional() });

/** Schema of `evidence --format json`. */
export const evidenceSchema = z
  .strictObject({
    version: z.literal(1),
    verdict: z.array(z.string()).optional().describe('What happened, the most important sentence first.'),
    next: z.array(z.string()).optional().describe('What to do next, most useful first.'),
    sources: z.array(
      z.strictObject({
        file: z.string(),
        lines: z.int().min(0),
        isTorn: z
          .literal(true)
          .optional()
          .describe('The compressed data is truncated or damaged; what precedes the damage was read.'),
        skippedLines: z.int().min(0),
        skipped: z
          .array(z.strictObject({ reason: z.string(), lines: z.int().min(0) }))
          .optional()
          .describe('Lines that were not used, by reason.'),
        inputs: z.array(z.string()).optional().describe('Kinds of input found in it.'),
        cutReports: z.int().min(0).optional().describe('Reports that end before they are whole.'),
      }),
    ),
    events: z.array(
      z.strictObject({
        kind: z.enum(EVENT_KINDS),
        headline: z.string(),
        at: place.describe('Where the report stands in the log.'),
        lastLine: line.optional(),
        task: z.strictObject({ name: z.string(), pid: z.int() }).optional(),
        cpu: z.int().min(0).optional(),
        function: z.string().optional().describe('The function that the report is about.'),
        cause: z.string().optional().describe('What happened, in plain words.'),
        locks: z.array(
          z.strictObject({
            class: z
              .string()
              .describe('Id of the class in the source, else the name that the report gives it.'),
            role: z.enum(['acquiring', 'held', 'chain']),
            where: inSource
              .optional()
              .describe('Where it was taken; its file and line if the source was found.'),
          }),
        ),
        stack: z
          .array(inSource)
          .optional()
          .describe('Where it happened, innermost first, without the machinery of locks and reports.'),
        facts: z.array(z.string()).optional().describe('What the report says besides, in its own words.'),
        waitsFor: z.string().optional().describe('Of a hung task: the lock or event that it waits for.'),
        through: z.string().optional().describe('The function that it calls to wait.'),
        heldBy: z.string().optional().describe("Who holds that; '' when nobody knows."),
        likely: z.literal(true).optional().describe('The holder is only the most likely one.'),
        isCut: z.literal(true).optional().describe('The report ends before it is whole.'),
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
    waits: z.array(
      z.strictObject({
        task: z.string(),
        for: z.string(),
        heldBy: z.string().describe("'' when nobody knows."),
        likely: z.literal(true).optional().describe('The holder is the only one who can have it.'),
        holdsUp: z
          .literal(true)
          .optional()
          .describe('The holder holds no lock; the event cannot come until it continues.'),
        runs: z.literal(true).optional().describe('The holder runs the work item that is waited for.'),
        perhaps: z.array(z.string()).optional().describe('Tasks one of which holds it.'),
        where: inSource.optional(),
        through: z.string().optional(),
        work: z.string().optional().describe('Work item that the task runs, with its workqueue.'),
        seconds: z.int().optional(),
      }),
    ),
    blocked: z
      .array(
        z.strictObject({
          for: z.string(),
          tasks: z.array(z.string()),
          heldBy: z.array(z.string()),
          text: z.string().describe('With what the holder waits for in turn.'),
        }),
      )
      .optional()
      .describe('The waits by what is waited for, most tasks first.'),
    cycles: z
      .array(z.array(z.strictObject({ task: z.string(), for: z.string(), heldBy: z.string() })))
      .optional()
      .describe('Tasks that wait for one another in a circle.'),
    running: z
      .array(z.strictObject({ cpu: z.int().min(0), task: z.string(), stack: z.array(inSource) }))
      .optional()
      .describe('What the other CPUs ran at a lockup, innermost first.'),
    contention: z
      .array(
        z.strictObject({
          name: z.string(),
          by: z
            .enum(['lock', 'caller', 'task', 'owner', 'cgroup'])
            .describe(
              'What the name names: the lock, where it was waited for, who waited, who held it meanwhile.',
            ),
          class: z.string().optional().describe('Id of the class in the source.'),
          contentions: z.int().min(0),
          waitTotalUs: z.number(),
          waitMaxUs: z.number(),
          waiters: z.array(z.string()).describe('Functions that waited.'),
          findings: z.array(z.string()).describe('Ids of findings about the class.'),
        }),
      )
      .optional()
      .describe('Contended locks, longest waits first.'),
    interrupts: z
      .array(
        z.strictObject({
          line: z.string().describe('Number of the interrupt line.'),
          trouble: z
            .enum(['storm', 'shared'])
            .describe('It takes nearly all interrupts, or several handlers share it.'),
          count: z.int().min(0).describe('How often it came, on all CPUs.'),
          recent: z
            .literal(true)
            .optional()
            .describe('The count is that between two tables, not that since boot.'),
          actions: z.array(z.string()).describe('The names under which its handlers were registered.'),
          handlers: z
            .array(
              inSource.extend({
                action: z.string(),
                locks: z.array(z.string()).describe('Ids of the classes that it may take.'),
                findings: z.array(z.string()).describe('Ids of findings about it.'),
              }),
            )
            .describe('Its handlers in the source.'),
        }),
      )
      .optional()
      .describe('Interrupt lines that are shared, or that take nearly all interrupts.'),
    validator: z
      .strictObject({ verdict: z.enum(['proving', 'unknown', 'off']), stoppedAt: z.array(place) })
      .optional()
      .describe('Whether silence means anything.'),
  })
  .meta({ title: 'lockorder evidence', description: 'Output of `lockorder evidence --format json`.' });

export type EvidenceOutput = z.infer<typeof evidenceSchema>;
