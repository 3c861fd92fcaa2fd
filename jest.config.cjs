const STORING = require('./test/databases/storing-suites.cjs');

// Where one database is named for all suites, a second is of no use; and a run of everything has the suites that store
// something in test/databases.
const isOfEverything = process.argv.slice(2).every((argument) => argument.startsWith('-'));
const leftOut = process.env.TEST_DATABASE ? ['/test/databases/'] : isOfEverything ? [STORING.source] : [];

const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
  // An import() under nodenext names what the build makes of a source.
  moduleNameMapper: { '^\\./(check-server)\\.js$': './$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testPathIgnorePatterns: leftOut,
});

/** @type {import('jest').Config} */
module.exports = {
  // On two busy cores: another suite may be starting ten gateways at once.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/longest-first.cjs',
  projects: [
    project('unit', ['<rootDir>/{src,config,migrations}/**/*.spec.ts']),
    project('server', ['<rootDir>/test/**/*.spec.ts']),
  ],
};
