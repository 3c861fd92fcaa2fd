// npm run bench:scale [-- --url postgres://…]: what 10,000 routes, 100,000 clients and 1,000,000 permissions cost, beside 10 of each.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { cpuMicros, freePort, startProcess, stopAll } from './processes.mjs';
import { startUpstream } from './programs.mjs';
import { fillPolicy, keyOf, pathOf } from './scale-policy.mjs';
import { load } from './wrk.mjs';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'dist/src/main.js');
const MONITOR = join(ROOT, 'test/support/loop-monitor.cjs');
const SMALL = { routes: 10, clients: 10, permissions: 100 };
const FULL = { routes: 10_000, clients: 100_000, permissions: 1_000_000 };
const ROUNDS = 15;
const SECONDS = 1;
/** Callers of the CPU figure: as many as both sizes have, for their own number costs what their digests cost. */
const CALLERS = 10;
const LIMIT_MS = 180_000;
/** After this V8 has given back what work took. */
const REST_MS = 25_000;

const { values } = parseArgs({
  options: { url: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' } },
  allowPositionals: true,
});
const directory = mkdtempSync(join(tmpdir(), 'gatewarden-scale-'));
const masterKey = randomBytes(32);
const names = [];

try {
  const upstreamPort = await startUpstream(directory);
  const small = await startGateway(await makePolicy('small', SMALL, upstreamPort));
  const full = await startGateway(await makePolicy('full', FULL, upstreamPort));
  await tellFile(full);
  await tellMemory(full);
  await tellCpu(small, full);
  await tellHolds(full);
  await tellMemory(full);
} finally {
  await stopAll();
  for (const name of names) await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  rmSync(directory, { recursive: true, force: true });
}

/** A migrated database of this many objects. */
async function makePolicy(name, sizes, upstreamPort) {
  const database = `gatewarden_scale_${name}_${randomBytes(4).toString('hex')}`;
  names.push(database);
  await onServer(`CREATE DATABASE ${database}`);
  const url = Object.assign(new URL(values.url), { pathname: database }).href;
  const env = { PATH: process.env.PATH, DATABASE_URL: url, GATEWARDEN_MASTER_KEY: masterKey.toString('base64') };
  const migration = startProcess([process.execPath, MAIN, 'migrate', 'up'], {
    core: 1,
    logFile: join(directory, `${name}.log`),
    env,
  });
  await new Promise((resolve) => migration.child.once('exit', resolve));
  await fillPolicy(url, { ...sizes, upstream: `http://127.0.0.1:${upstreamPort}`, masterKey });
  return { name, url, sizes, env };
}

async function startGateway({ env: policyEnv, ...policy }) {
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    ...policyEnv,
    GATEWARDEN_ADMIN_TOKEN: randomBytes(24).toString('hex'),
    PROXY_LISTEN: `127.0.0.1:${port}`,
    DECISION_LISTEN: '127.0.0.1:0',
    ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    SNAPSHOT_FILE: join(directory, `${port}.kept`),
  };
  const logFile = join(directory, `${port}.log`);
  const startedMs = performance.now();
  const command = [process.execPath, '--require', MONITOR, MAIN, 'start'];
  const running = startProcess(command, { core: 1, logFile, env });
  const admin = `http://127.0.0.1:${adminPort}`;
  const gateway = { ...policy, port, admin, running, logFile, startedMs, file: env.SNAPSHOT_FILE };
  await until(async () => (await fetch(`${admin}/health/ready`).catch(() => undefined))?.ok);
  const bootMs = performance.now() - startedMs;
  const cpuMs = cpuMicros(running.child.pid) / 1000;
  console.log(
    `${policy.name}: ready after ${bootMs.toFixed(0)} ms (CPU ${cpuMs.toFixed(0)} ms), RSS ${residentMiB(gateway)} MiB`,
  );
  return { ...gateway, bootMs, token: env.GATEWARDEN_ADMIN_TOKEN };
}

/** What the process had at most so far, and what it has when nobody asks for anything. */
async function tellMemory(gateway) {
  const most = residentMiB(gateway, 'VmHWM');
  await sleep(REST_MS);
  console.log(`${gateway.name}: RSS ${most} MiB at most, ${residentMiB(gateway)} MiB at rest`);
}

/** How long the file takes to be written, behind the start, and to be read. */
async function tellFile({ name, file, startedMs, bootMs, url }) {
  await until(() => existsSync(file));
  const writtenMs = Math.round(performance.now() - startedMs - bootMs);
  const script = `
    const { LastKnownGood } = require('./dist/src/last-known-good/last-known-good.js');
    const { SecretKeys } = require('./dist/src/secrets/secret-keys.js');
    (async () => {
      const keys = new SecretKeys(Buffer.from(process.env.KEY, 'hex'));
      const startMs = performance.now();
      const { slices } = await new LastKnownGood({ databaseUrl: process.env.URL, snapshotFile: process.env.FILE }, keys).load();
      const verifiedMs = performance.now() - startMs;
      for await (const _ of slices);
      console.log(Math.round(verifiedMs) + ' ms to verify, ' + Math.round(performance.now() - startMs) + ' ms to read');
    })();`;
  const logFile = join(directory, 'reader.log');
  const env = { PATH: process.env.PATH, KEY: masterKey.toString('hex'), URL: url, FILE: file };
  const reader = startProcess([process.execPath, '-e', script], { core: 0, logFile, env });
  await new Promise((resolve) => reader.child.once('exit', resolve));
  const mebibytes = (statSync(file).size / 2 ** 20).toFixed(0);
  console.log(
    `${name}: file of ${mebibytes} MiB, kept ${writtenMs} ms after the start; ${readFileSync(logFile, 'utf8').trim()}`,
  );
}

async function tellCpu(small, full) {
  for (const callers of [CALLERS, 1000]) {
    const programs = [small, full].map((gateway) => toProgram(gateway, callers));
    for (const program of programs) await load(program, 5);
    const ratios = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [smallMicros, fullMicros] = [await microsOf(programs[0]), await microsOf(programs[1])];
      ratios.push({ smallMicros, fullMicros, ratio: fullMicros / smallMicros });
    }
    const { smallMicros, fullMicros, ratio } = ratios.sort((a, b) => a.ratio - b.ratio)[ROUNDS >> 1];
    console.log(
      `CPU per request of ${callers} callers: ${fullMicros.toFixed(1)} µs, ${smallMicros.toFixed(1)} µs at 10 of each: ${ratio.toFixed(2)} (median of ${ROUNDS} rounds)`,
    );
  }
}

function toProgram({ name, port, running, sizes }, callers) {
  const count = Math.min(callers, sizes.clients);
  const apart = Math.floor(sizes.clients / count);
  const lines = Array.from({ length: count }, (_, i) => `{"${keyOf(i * apart)}","${pathOf(i * apart, sizes.routes)}"}`);
  const script = join(directory, `${name}-${callers}.lua`);
  writeFileSync(
    script,
    `local calls = {${lines.join(',')}}\nlocal i = 0\nfunction request()\n  i = i % #calls + 1\n  return wrk.format("GET", calls[i][2], {["X-API-Key"] = calls[i][1], Host = "127.0.0.1"})\nend\n`,
  );
  return { running, url: `http://127.0.0.1:${port}`, headers: [], prepare: () => ({ script, args: [] }) };
}

async function microsOf(program) {
  const before = cpuMicros(program.running.child.pid);
  const { requests } = await load(program, SECONDS);
  return (cpuMicros(program.running.child.pid) - before) / requests;
}

async function tellHolds(gateway) {
  const revision = '(SELECT revision FROM config_revision)';
  for (let i = 0; i < 30; i += 1) await holdOf(gateway);
  const changes = [
    ['one client', undefined],
    ['every client', `UPDATE clients SET tenant = 'changed', aggregate_revision = ${revision}`],
    ['every route', `UPDATE routes SET enabled = true, revision = ${revision}`],
  ];
  for (const [what, statement] of changes) {
    const { heldMs, tookMs } = await holdOf(gateway, statement);
    console.log(
      `a change of ${what}: the event loop was held ${heldMs.toFixed(1)} ms at most, in force after ${tookMs} ms`,
    );
  }
}

/** Makes a change behind the gateway's back, and then one by its API, which both come into force by. */
async function holdOf(gateway, statement) {
  if (statement) {
    const client = new pg.Client({ connectionString: gateway.url });
    await client.connect();
    await client.query(`BEGIN; UPDATE config_revision SET revision = revision + 1; ${statement}; COMMIT`);
    await client.end();
  }
  await readLoop(gateway);
  const startMs = performance.now();
  const reply = await fetch(`${gateway.admin}/api/admin/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'late', api_key: { generate: true } }),
  });
  if (!reply.ok) throw new Error(await reply.text());
  const tookMs = Math.round(performance.now() - startMs);
  return { ...(await readLoop(gateway)), tookMs };
}

async function readLoop({ running, logFile }) {
  const before = statSync(logFile).size;
  running.child.kill('SIGUSR2');
  let report;
  await until(() => {
    report = /event-loop (\{.*\})/.exec(readFileSync(logFile).subarray(before).toString())?.[1];
    return report !== undefined;
  });
  return JSON.parse(report);
}

function residentMiB({ running }, field = 'VmRSS') {
  const status = readFileSync(`/proc/${running.child.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024);
}

async function until(isDone) {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error('It took too long; the logs are gone with this run.');
    await sleep(20);
  }
}

async function onServer(statement) {
  const client = new pg.Client({ connectionString: values.url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
