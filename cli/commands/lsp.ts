import type { Command } from 'commander';

export function addLsp(program: Command): void {
  program
    .command('lsp')
    .description('run the language server')
    .requiredOption('--stdio', 'use standard input and output')
    .action(async () => {
      // The server reads --stdio from the command line itself and ends the process when its client is gone.
      await import('../../server/node.js');
    });
}
