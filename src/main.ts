#!/usr/bin/env node
import 'reflect-metadata';
import { newProgram } from './cli/program';
import { reportFault } from './cli/report-fault';

newProgram()
  .parseAsync(process.argv)
  // Whatever a failed command left open must not keep the process alive.
  .catch((error: unknown) => process.exit(reportFault(error)));
