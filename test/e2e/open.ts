// Opens a real VS Code in the browser with the extension and a copy of the examples; ends with Ctrl+C.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { install, unsupported } from './support/install.js';
import { copyExamples, packageExtension } from './support/package.js';
import { RUN } from './support/paths.js';
import { startServer } from './support/server.js';

const impossible = unsupported();
if (impossible !== undefined) {
  console.error(impossible);
  process.exit(1);
}
console.log('Installing the editor and packaging the extension…');
install();
const folder = copyExamples();
const server = await startServer({
  profile: join(RUN, 'open-profile'),
  folder,
  extension: packageExtension(),
});
const stop = (): never => {
  server.stop();
  rmSync(dirname(folder), { recursive: true, force: true });
  process.exit(0);
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
console.log(`VS Code runs at ${server.url}\nOpen two-semaphores/two_semaphores.c in it. Ctrl+C ends it.`);
spawn('xdg-open', [server.url], { stdio: 'ignore', detached: true }).on('error', () => undefined);
