// npm run bench -- [--quick] [--json] [--profile [--program NAME]]: CPU per request against yardsticks in the same run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { summarizeProfile } from './cpu-profile.mjs';
import { measure, summarizeFigures } from './measure.mjs';
import { isInstalled, isPinned, stopAll, stopProcess } from './processes.mjs';
import { hasNginx, PROGRAMS, startProgram, startUpstream } from './programs.mjs';
import { printFigures, printProfile } from './report.mjs';
import { load } from './wrk.mjs';

const FULL = { rounds: 6, seconds: 2 };
const QUICK = { rounds: 2, seconds: 2 };
const PROFILE_SECONDS = 10;
const SAMPLE_MICROS = 250;
const YARDSTICK = 'bare forwarder';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    profile: { type: 'boolean' },
    program: { type: 'string' },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'gatewarden-bench-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => leave(130));

try {
  prepare();
  await (options.profile ? profile(options.program ?? 'Gatewarden') : compare());
  await leave(0);
} catch (error) {
  console.error(error.message);
  await leave(1);
}

function prepare() {
  if (process.platform !== 'linux') throw new Error('The bench reads CPU times from /proc and runs on Linux only.');
  if (!isInstalled('wrk')) throw new Error('The bench needs wrk: apt-get install wrk (or dnf, apk, brew install wrk).');
  const script = join(import.meta.dirname, '../scripts/prestart.cjs');
  const built = spawnSync(process.execPath, [script], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) throw new Error('Gatewarden could not be built.');
  if (!hasNginx)
    note('nginx is not installed: a Node program stands in as the upstream, and nginx proxy_pass is skipped.');
  if (!isPinned) note('Programs share cores (no taskset, or one core only): expect noisy figures.');
}

async function compare() {
  const upstreamPort = await startUpstream(directory);
  const programs = [];
  for (const name of Object.keys(PROGRAMS)) {
    if (hasNginx || !PROGRAMS[name].needsNginx) programs.push(await startProgram(name, { directory, upstreamPort }));
  }
  const plan = options.quick ? QUICK : FULL;
  const figures = await measure(programs, plan, note);
  const yardstickOf = (name) => PROGRAMS[name].yardstick ?? YARDSTICK;
  printFigures(summarizeFigures(figures, yardstickOf), { plan, yardstick: YARDSTICK, asJson: options.json });
}

async function profile(name) {
  if (!PROGRAMS[name]) throw new Error(`--program is one of: ${Object.keys(PROGRAMS).join(', ')}`);
  const upstreamPort = await startUpstream(directory);
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-interval=${SAMPLE_MICROS}`];
  const program = await startProgram(name, { directory, upstreamPort, nodeOptions });
  await load(program, QUICK.seconds);
  note(`profiling ${name} for ${PROFILE_SECONDS} s`);
  const from = monotonicMicros();
  const { perSecond } = await load(program, PROFILE_SECONDS);
  const to = monotonicMicros();
  await stopProcess(program.running);
  printProfile(summarizeProfile(directory, program.running.child.pid, [from, to]), {
    name,
    perSecond,
    asJson: options.json,
  });
}

/** The clock V8 stamps its samples with. */
function monotonicMicros() {
  return Number(process.hrtime.bigint() / 1000n);
}

function note(text) {
  console.error(text);
}

async function leave(code) {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
  process.exit(code);
}
