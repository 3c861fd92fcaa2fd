import { CommanderError } from 'commander';
import { SettingsError } from '../../config/settings-error';
import { toSentence } from '../errors/to-sentence';
import { UnusableFileError } from './backup/unusable-file-error';
import { toLine } from './import-apivault/remark';
import { UnusableFilesError } from './import-apivault/unusable-files-error';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

/** Tells a failed command's user what is wrong, on stderr and without a stack trace, and returns the exit code. */
export function reportFault(error: unknown): number {
  // Commander has said it already; what it throws after --help and --version is no fault.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof SettingsError) {
    const lines = error.faults.map(({ name, message }) => `  ${name} ${message}\n`);
    process.stderr.write(`gatewarden: the settings are not usable:\n${lines.join('')}`);
    return EXIT_USAGE;
  }
  if (error instanceof UnusableFilesError) {
    const lines = error.faults.map((fault) => `  ${toLine(fault)}\n`);
    process.stderr.write(`gatewarden: the files are not usable, and nothing is changed:\n${lines.join('')}`);
    return EXIT_USAGE;
  }
  if (error instanceof UnusableFileError) {
    const lines = error.faults.map((fault) => `  ${fault}\n`);
    process.stderr.write(`gatewarden: the file is not usable, and nothing is changed:\n${lines.join('')}`);
    return EXIT_USAGE;
  }
  process.stderr.write(`gatewarden: ${toSentence(error)}\n`);
  return EXIT_FAULT;
}
