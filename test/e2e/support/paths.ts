import { join } from 'node:path';
import { ROOT } from '../../support/root.js';

/** Folder with the editor's own package file. */
export const E2E = join(ROOT, 'test/e2e');
export const MODULES = join(E2E, 'node_modules');
/** Scratch of one run: profile, workspace, package. */
export const RUN = join(E2E, '.run');
