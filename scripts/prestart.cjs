// Runs in whatever Node npm put first on PATH, so it keeps to syntax that old versions parse.
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { spawnSync } = require('node:child_process');

const ENTRY = 'dist/src/main.js';
const SOURCES = ['src', 'config', 'migrations', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `Gatewarden needs Node 24.15 or newer; this is ${process.version} (${process.execPath}).\n` +
      'On Linux and macOS `npm ci` installs a fitting one beside the dependencies; elsewhere install Node 24 LTS first.',
  );
  process.exit(1);
}

const builtAt = lastChange(ENTRY);
if (SOURCES.some((source) => lastChange(source) > builtAt)) {
  const build = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) process.exit(build.status || 1);
}

/** The newest change in a file or folder, in milliseconds since the epoch; 0 when it does not exist. */
function lastChange(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return /\.spec\.ts$/.test(path) ? 0 : stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}
