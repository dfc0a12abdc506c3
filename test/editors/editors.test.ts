import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';
import { documentedConfig, installed, Project, type EditorResult } from './drive.js';

interface Editor {
  readonly name: string;
  /** Why it cannot be run here. */
  readonly missing: () => string | undefined;
  /** Runs it on a file of the project with its documented configuration, changed by `edit`. */
  readonly run: (project: Project, file: string, edit?: (config: string) => string) => Promise<EditorResult>;
  /** Whether the hover shows markdown. */
  readonly markdown: boolean;
}

const unchanged = (config: string): string => config;

const EDITORS: readonly Editor[] = [
  {
    name: 'Neovim',
    missing: () => (installed('nvim') === undefined ? 'nvim is not installed' : undefined),
    run: (project, file, edit = unchanged) => {
      const init = project.write('init.lua', edit(documentedConfig('lua')));
      const driver = join(ROOT, 'test/editors/neovim.lua');
      return project.drive('nvim', ['--headless', '-n', '-u', init, '-S', driver], file);
    },
    markdown: true,
  },
  {
    name: 'Emacs with Eglot',
    missing: () => {
      if (installed('emacs') === undefined) return 'emacs is not installed';
      const { status } = spawnSync('emacs', ['--batch', '-f', 'package-initialize', '-l', 'eglot']);
      return status === 0 ? undefined : 'this Emacs has no Eglot';
    },
    run: (project, file, edit = unchanged) => {
      const init = project.write('init.el', edit(documentedConfig('elisp')));
      const driver = join(ROOT, 'test/editors/emacs.el');
      return project.drive('emacs', ['--batch', '-f', 'package-initialize', '-l', init, '-l', driver], file);
    },
    markdown: false,
  },
];

/** What LSP calls information, and Eglot a note. */
const MARKS: ReadonlySet<unknown> = new Set([3, 'eglot-note']);

/** Whether a diagnostic is a mistake, not the mark of another side of one in the same file. */
function isOwn({ severity }: { readonly severity: unknown }): boolean {
  return !MARKS.has(severity);
}

for (const editor of EDITORS) {
  describe(`${editor.name}, as docs/editors.md sets it up`, function () {
    const projects: Project[] = [];
    const project = (fixture: string): Project => {
      const made = new Project(fixture);
      projects.push(made);
      return made;
    };

    before(function () {
      const reason = editor.missing();
      if (reason === undefined) return;
      console.log(`editor tests skipped: ${reason}`);
      this.skip();
    });
    after(() => projects.forEach((made) => made.remove()));

    it('shows a finding, answers hover at a lock, and applies a fix', async () => {
      const one = project('lock-order-cycle/fix-classic.c');
      const result = await editor.run(one, 'fix-classic.c');
      const [found, ...others] = result.diagnostics.filter(isOwn);
      assert.deepEqual(others, [], JSON.stringify(result.diagnostics));
      assert.match(found?.message ?? '', /takes \w+ while holding \w+/);
      assert.match(result.hover, /Taken while holding/);
      assert.equal(/[`*[\]]/.test(result.hover), editor.markdown, result.hover);
      assert.equal(result.offered[0], one.fix?.title);
      assert.equal(one.read('fix-classic.c'), one.fix?.after.get('fix-classic.c'));
    });

    it('applies a fix that changes several files', async () => {
      const several = project('lock-order-cycle/fix-several-files.c');
      await editor.run(several, 'audit.c');
      const after = several.fix?.after ?? new Map<string, string>();
      assert.equal(after.size, 2);
      for (const [file, text] of after) assert.equal(several.read(file), text);
    });

    it('uses the settings of the configuration', async () => {
      const low = project('lock-order-cycle/low-lock-just-initialised.c');
      const result = await editor.run(low, 'low-lock-just-initialised.c', (config) =>
        config.replace(/(['"])high\1/, '$1low$1'),
      );
      // The finding, and the mark of its other side.
      assert.deepEqual(
        result.diagnostics.map(({ line }) => line).sort((a, b) => a - b),
        [12, 21],
      );
    });
  });
}
