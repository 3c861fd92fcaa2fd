const { CI, TEST_DATABASE } = process.env;
// What takes long is a run of its own where the rest must be quick; where one database is named for all, a second is of no use.
const leftOut = TEST_DATABASE ? ['/test/databases/'] : CI ? ['/test/(?:chaos|databases)/'] : [];

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
  testTimeout: 30_000,
  testSequencer: '<rootDir>/test/longest-first.cjs',
  projects: [
    project('unit', ['<rootDir>/{src,config,migrations}/**/*.spec.ts']),
    project('server', ['<rootDir>/test/**/*.spec.ts']),
  ],
};
