import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { CHECKS } from '../../../analysis/checks/index.js';
import { ROOT } from '../../support/root.js';
import { read, sourcesUnder } from '../../support/sources.js';
import { DEFAULT_SETTINGS } from '../../../server/settings.js';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly title: string;
      readonly enablement?: string;
    }[];
    readonly languages: readonly { readonly id: string }[];
    readonly keybindings?: readonly unknown[];
    readonly configurationDefaults?: Readonly<Record<string, unknown>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly grammars: readonly { readonly path: string; readonly language?: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
  };
  readonly icon: string;
  readonly extensionKind: readonly string[];
  readonly capabilities: Readonly<
    Record<'untrustedWorkspaces' | 'virtualWorkspaces', { readonly supported: boolean | string }>
  >;
}

interface Setting {
  readonly default: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const { commands, configuration, grammars, jsonValidation } = manifest.contributes;

describe('the extension manifest', () => {
  it('declares exactly the commands that the client registers', () => {
    const registered = sourcesUnder('client/features')
      .map(read)
      .flatMap((source) => [...source.matchAll(/registerCommand\(\s*'(\S+?)'/g)].map(([, id = '']) => id));
    assert.deepEqual(commands.map(({ command }) => command).sort(), registered.sort());
    assert.ok(commands.every(({ category }) => category === 'Lock Order'));
  });

  it('runs where the files are, and describes untrusted and virtual workspaces', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, true);
    assert.equal(virtualWorkspaces.supported, 'limited');
    // The one command that runs a program, git, waits for trust.
    const trusting = commands.filter(({ enablement }) => enablement === 'isWorkspaceTrusted');
    assert.deepEqual(
      trusting.map(({ command }) => command),
      ['lockOrder.scanChanged'],
    );
  });

  it('takes no language, grammar, key or default for C from other extensions', () => {
    const { languages, grammars: all, keybindings = [], configurationDefaults = {} } = manifest.contributes;
    assert.deepEqual(
      languages.map(({ id }) => id),
      ['lockorder', 'kernel-log'],
    );
    assert.ok(all.every(({ language }) => language === undefined || language !== 'c'));
    assert.deepEqual(keybindings, []);
    assert.ok(Object.keys(configurationDefaults).every((key) => !/^\[(?:c|cpp)\]$|^C_Cpp|^clangd/.test(key)));
    assert.ok(commands.every(({ command }) => command.startsWith('lockOrder.')));
  });

  it('offers a severity for every rule', () => {
    const rules = configuration.properties['lockOrder.rules']?.properties ?? {};
    assert.deepEqual(Object.keys(rules).sort(), CHECKS.map(({ id }) => id).sort());
  });

  it('has the same defaults as the server', () => {
    for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
      assert.deepEqual(configuration.properties[`lockOrder.${name}`]?.default, value, name);
    }
  });

  it('has a text for every key, and a key for every text', () => {
    const used = new Set([...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
    for (const { description, markdownDescription } of Object.values(configuration.properties)) {
      assert.ok(description ?? markdownDescription);
    }
  });

  it('refers to existing files', () => {
    const files = [
      manifest.icon,
      ...grammars.map(({ path }) => path),
      ...jsonValidation.map(({ url }) => url),
    ];
    assert.deepEqual(
      files.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });
});
