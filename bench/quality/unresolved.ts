// node out/bench/quality/unresolved.js --tree TREE --paths a,b [--examples 3]
// Lists the lock calls without a declared lock class, most frequent cause first, by function and by shape of the
// argument, with examples: what to improve next.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createModels } from '../../analysis/models/index.js';
import { runSession } from '../../cli/session/session.js';
import { options, percent } from '../support/options.js';

const given = options('unresolved --tree DIR --paths a,b [--examples 3]', {
  tree: undefined,
  paths: undefined,
  examples: '3',
});
const models = createModels();
const paths = given.paths.split(',');
const shapes = new Map<string, string[]>();
let sites = 0;
let resolved = 0;
let counted = 0;

/** `&x->member`, `call()`: without names, except the last member. */
function shapeOf(text: string): string {
  const open = text.indexOf('(');
  const argument = text.slice(open + 1).replace(/\)[^)]*$/, '');
  return argument
    .replace(/[A-Za-z_]\w*(?=\()/g, 'call')
    .replace(/(?<![.>\w])[A-Za-z_]\w*(?!\w|\()/g, 'x')
    .replace(/\s+/g, ' ')
    .slice(0, 60);
}

await runSession(
  paths.map((path) => join(given.tree, path)),
  { root: given.tree, confidence: 'high', rules: [], isSilent: true, cache: false },
  ({ snapshot }) => {
    const { analysis, program } = snapshot;
    const { inspection } = analysis;
    counted = analysis.stats.lockSitesResolved;
    const texts = new Map<string, string[]>();
    for (const fn of program.functions()) {
      const isWanted = paths.some((path) => fn.file === path || fn.file.startsWith(`${path}/`));
      if (!isWanted || fn.item === undefined) continue;
      sites += fn.item.lockSites;
      const skeleton = program.skeleton(fn);
      const { lockOf } = analysis.summary(fn) ?? {};
      for (const { events } of skeleton?.blocks ?? []) {
        for (const event of events) {
          if (!('lock' in event) || event.implied === true) continue;
          if (models.lockApi(event.api)?.isLockSite !== true) continue;
          const key = lockOf?.get(event.id) ?? '';
          if (key !== '' && inspection.lock(key)?.declaredAt !== undefined) {
            resolved++;
            continue;
          }
          const why =
            lockOf?.has(event.id) !== true ? 'never reached' : key === '' ? 'no class' : 'not declared';
          const line = fn.line + event.at.line;
          let lines = texts.get(fn.file);
          if (lines === undefined)
            texts.set(fn.file, (lines = readFileSync(join(given.tree, fn.file), 'latin1').split('\n')));
          const text = (lines[line - 1] ?? '').trim();
          const at = text.indexOf(event.api);
          const shape = `${why.padEnd(13)} ${event.api}(${shapeOf(at < 0 ? text : text.slice(at))})`;
          const list = shapes.get(shape) ?? [];
          shapes.set(shape, list);
          list.push(`${fn.file}:${line}  ${text}${key === '' ? '' : `  [${key}]`}`);
        }
      }
    }
  },
);
console.log(
  `${sites} sites, ${resolved} resolved in their function, ${counted} with what callers pass ` +
    `(${percent(counted, sites)})`,
);
for (const [shape, list] of [...shapes].sort((a, b) => b[1].length - a[1].length).slice(0, 60)) {
  console.log(`${String(list.length).padStart(4)} ${shape}`);
  for (const example of list.slice(0, Number(given.examples))) console.log(`       ${example}`);
}
