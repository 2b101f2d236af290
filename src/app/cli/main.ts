#!/usr/bin/env node
// The program hyperkernel, hk for short.
import { compileBundle, startBundle } from './bundle.js';

/** As the shell reports a program that a closed pipe ended: 128 + SIGPIPE. */
const CLOSED_PIPE = 141;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(CLOSED_PIPE);
  throw error;
});

process.exitCode = await startBundle(compileBundle()).runCli(process.argv.slice(2));
