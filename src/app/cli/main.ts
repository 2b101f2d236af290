#!/usr/bin/env node
// The program hyperkernel, hk for short: the command line from the one file that scripts/bundle.mjs makes of it.
const bundle = new URL('../../../bundle/cli.js', import.meta.url);
const { runCli } = (await import(bundle.href)) as typeof import('./cli.js');

/** As the shell reports a program that a closed pipe ended: 128 + SIGPIPE. */
const CLOSED_PIPE = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(CLOSED_PIPE);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2));
