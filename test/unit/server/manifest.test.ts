import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { CHECKS } from '../../../analysis/checks/index.js';
import { ROOT } from '../../support/root.js';
import { filesUnder, read, sourcesUnder } from '../../support/sources.js';
import { DEFAULT_SETTINGS, readSettings } from '../../../server/settings.js';

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
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** The settings of the first release, with their values: what a user wrote then stays in effect. */
const FIRST_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  index: ['auto', 'all', 'open', 'off'],
  confidence: ['high', 'medium', 'low'],
  rules: [],
  exclude: [],
  architectures: [],
  config: [],
  preemptRt: [],
  inlayHints: [],
  codeLens: [],
  'trace.server': ['off', 'messages', 'verbose'],
};

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

  it('has the commands and settings that its pages name, and its page all of them', () => {
    const { properties } = configuration;
    const ids = new Set([...Object.keys(properties), ...commands.map(({ command }) => command)]);
    const unknown: string[] = [];
    for (const page of filesUnder('').filter((file) =>
      /^(?:README\.md|docs\/[\w-]+\.md|walkthrough\/.*\.md)$/.test(file),
    ))
      for (const [name] of read(page).matchAll(/\blockOrder\.[a-zA-Z]+(?:\.[a-zA-Z]+)?/g))
        if (!ids.has(name)) unknown.push(`${page}: ${name}`);
    assert.deepEqual(unknown, []);

    const page = read('docs/vscode.md');
    const [, table = ''] = /^## Commands[^]*?\n(\|[^]*?)\n\n/m.exec(page) ?? [];
    const listed = [...table.matchAll(/^\| ([A-Z].*?) +\|/gm)].flatMap(([, names = '']) => names.split(', '));
    const titles = new Set(commands.map(({ title }) => texts[title.slice(1, -1)]));
    assert.ok(listed.length > 10, String(listed.length));
    assert.deepEqual(
      listed.filter((title) => !titles.has(title)),
      [],
    );
    assert.deepEqual(
      Object.keys(properties).filter((id) => !page.includes(id.replace(/^lockOrder\./, ''))),
      [],
    );
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

  it('keeps the settings of the first release and their values', () => {
    for (const [name, values] of Object.entries(FIRST_SETTINGS)) {
      const setting = configuration.properties[`lockOrder.${name}`];
      assert.ok(setting, name);
      assert.deepEqual(
        values.filter((value) => setting.enum?.includes(value) !== true),
        [],
        name,
      );
    }
    // A level alone was the only form of a rule's setting.
    const kept = { 'irq-state': 'off', 'lock-order-cycle': 'hint' };
    assert.deepEqual(readSettings({ rules: kept }).rules, {
      'irq-state': { level: 'off' },
      'lock-order-cycle': { level: 'hint' },
    });
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
