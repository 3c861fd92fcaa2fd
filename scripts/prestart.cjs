// Runs in whatever Node npm put first on PATH, so it keeps to syntax that old versions parse.
const { existsSync } = require('node:fs');
const { spawnSync } = require('node:child_process');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `Gatewarden needs Node 24.15 or newer; this is ${process.version} (${process.execPath}).\n` +
      'On Linux and macOS `npm ci` installs a fitting one beside the dependencies; elsewhere install Node 24 LTS first.',
  );
  process.exit(1);
}
if (!existsSync('dist/src/main.js')) {
  const build = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
