// Installs VS Code for the browser tests, so that they need not wait for it: node out/test/e2e/prepare.js
import { install, unsupported } from './support/install.js';

if (unsupported() === undefined) install();
