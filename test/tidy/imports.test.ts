import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { importsOf, pieces, read, sourcesUnder } from '../support/sources.js';

/** Layers of analysis/ from the ground up; one may import itself and those before it. */
const LAYERS: readonly (readonly string[])[] = [
  ['base'],
  ['models'],
  ['outline'],
  ['syntax'],
  ['skeleton'],
  ['link'],
  ['callgraph'],
  ['summaries'],
  ['graph'],
  ['checks'],
  ['fixes', 'evidence', 'report'],
  ['workspace'],
  ['ide'],
];

/** What each part outside analysis/ may import besides itself; `type` stands for type imports only. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  protocol: ['type analysis'],
  host: ['analysis'],
  server: ['analysis', 'host', 'protocol'],
  cli: ['analysis', 'host', 'server'],
  client: ['protocol'],
};

/** Packages without any tie to their surroundings. */
const PURE_PACKAGES: ReadonlySet<string> = new Set(['zod', 'diff', 'sarif', '@dagrejs/dagre']);

const isLocal = (specifier: string): boolean => specifier.startsWith('.');

function targetOf(file: string, specifier: string): string[] {
  return posix.join(posix.dirname(file), specifier).split('/');
}

function rank(layer: string | undefined): number {
  return LAYERS.findIndex((names) => names.includes(layer ?? ''));
}

describe('imports', () => {
  it('in analysis/ go from later layers to earlier ones', () => {
    const wrong: string[] = [];
    for (const file of sourcesUnder('analysis')) {
      const own = file.split('/')[1];
      assert.ok(rank(own) >= 0, `${file}: not in a known layer`);
      for (const { specifier } of importsOf(read(file))) {
        if (!isLocal(specifier)) continue;
        const [part, layer] = targetOf(file, specifier);
        const allowed =
          part === 'analysis' && (layer === own || (rank(layer) >= 0 && rank(layer) < rank(own)));
        if (!allowed) wrong.push(`${file} imports ${specifier}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('in analysis/ name no package that reaches outside, and nothing of Node', () => {
    const wrong: string[] = [];
    for (const file of sourcesUnder('analysis')) {
      for (const { specifier, typeOnly } of importsOf(read(file))) {
        const isTypes = typeOnly && !specifier.startsWith('node:');
        const pure = isLocal(specifier) || isTypes || PURE_PACKAGES.has(specifier);
        if (!pure) wrong.push(`${file} imports ${specifier}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('between the parts exist only where the layout allows them', () => {
    const wrong: string[] = [];
    for (const [part, allowed] of Object.entries(PARTS)) {
      for (const file of sourcesUnder(part)) {
        for (const { specifier, typeOnly } of importsOf(read(file))) {
          if (!isLocal(specifier)) continue;
          const path = targetOf(file, specifier);
          const target = path[0] ?? '';
          // The page draws what the command line draws, and has no server to ask while somebody filters.
          const isDrawing = path.slice(0, 3).join('/') === 'analysis/report/graph' && path.length === 4;
          if (file.startsWith('client/webview/') && isDrawing) continue;
          const may =
            target === part || allowed.includes(target) || (typeOnly && allowed.includes(`type ${target}`));
          if (!may) wrong.push(`${file} imports ${specifier}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('of LSP types occur only in server/, protocol/ and client/', () => {
    const wrong: string[] = [];
    for (const part of ['analysis', 'host', 'cli']) {
      for (const file of sourcesUnder(part)) {
        for (const { specifier } of importsOf(read(file))) {
          if (specifier.startsWith('vscode')) wrong.push(`${file} imports ${specifier}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });
});

describe('purity of analysis/', () => {
  it('has no clock, no randomness and no I/O', () => {
    const impure =
      /\b(?:Date|performance|globalThis|setTimeout|setImmediate|queueMicrotask|require)\b|\bMath\.random\b/;
    const wrong: string[] = [];
    for (const file of sourcesUnder('analysis')) {
      for (const piece of pieces(read(file))) {
        const found = piece.kind === 'code' ? impure.exec(piece.text) : null;
        if (found) wrong.push(`${file}:${piece.line} ${found[0]}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});
