#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import 'reflect-metadata';
import { newProgram } from './cli/program';
import { reportFault } from './cli/report-fault';

// Beside the code it is made from, where nobody else writes; where that is read-only, starts are only slower.
enableCompileCache(join(__dirname, '..', '.compile-cache'));

newProgram()
  .parseAsync(process.argv)
  // Whatever a failed command left open must not keep the process alive.
  .catch((error: unknown) => process.exit(reportFault(error)));
