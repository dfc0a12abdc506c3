// Writes the published JSON schemas from the compiled sources: npx tsc -b && node schemas/generate.mjs
import { writeFileSync } from 'node:fs';
import { publishedSchemas } from '../out/analysis/workspace/schemas.js';

for (const [name, text] of publishedSchemas()) writeFileSync(new URL(name, import.meta.url), text);
