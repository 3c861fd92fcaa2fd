// Opens the database of its first argument, says so on stdout and keeps it until it is killed.
import { openDatabase } from '../../src/database/open-database';

openDatabase(process.argv[2] ?? '').then(
  () => process.stdout.write('open\n'),
  (error: Error) => {
    process.stdout.write(`refused: ${error.message}\n`);
    process.exitCode = 1;
  },
);
