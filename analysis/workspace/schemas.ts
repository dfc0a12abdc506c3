import { z } from 'zod';
import { validationSchema } from '../evidence/validate/validation-report.js';
import { evidenceSchema } from '../evidence/tell/schema.js';
import { baselineSchema } from '../report/baseline.js';
import { graphSchema } from '../report/graph.js';
import { scanSchema } from '../report/formats/schema.js';
import { whySchema } from '../report/why.js';
import { configSchema } from './config.js';

/** The published JSON schemas by file name, generated from the validators. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  const schemas: [string, z.ZodType][] = [
    ['lockorder.scan.schema.json', scanSchema],
    ['lockorder.graph.schema.json', graphSchema],
    ['lockorder.why.schema.json', whySchema],
    ['lockorder.evidence.schema.json', evidenceSchema],
    ['lockorder.validate.schema.json', validationSchema],
    ['lockorder.config.schema.json', configSchema],
    ['lockorder.baseline.schema.json', baselineSchema],
  ];
  return new Map(
    schemas.map(([name, schema]) => [
      name,
      `${JSON.stringify(z.toJSONSchema(schema, { target: 'draft-7' }), undefined, 2)}\n`,
    ]),
  );
}
