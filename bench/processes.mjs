import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 5_000;
const POLL_MS = 50;

const started = new Set();

/** Whether programs can be kept apart: load and upstream on core 0, the program under test on core 1. */
export const isPinned = isInstalled('taskset', '--version') && availableParallelism() >= 2;

export function isInstalled(program, versionFlag = '-v') {
  return spawnSync(program, [versionFlag], { stdio: 'ignore', timeout: 5_000 }).error === undefined;
}

/** The command kept on one core, where that is possible. */
export function onCore(core, command) {
  return isPinned ? ['taskset', '-c', String(core), ...command] : command;
}

/** Starts a program whose output goes to a file; `stopAll` stops it. */
export function startProcess(command, { core, logFile, env = process.env }) {
  const log = openSync(logFile, 'a');
  const [program, ...args] = onCore(core, command);
  const child = spawn(program, args, { stdio: ['ignore', log, log], env });
  const running = { child, logFile, name: command.slice(0, 2).join(' '), failure: undefined };
  child.once('error', (error) => {
    running.failure = error;
  });
  started.add(running);
  return running;
}

/** Resolves once `isUp` answers true. @throws Error with the end of the program's output when it died or took too long */
export async function untilUp(running, isUp) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline && running.failure === undefined && running.child.exitCode === null) {
    if (await isUp().catch(() => false)) return;
    await sleep(POLL_MS);
  }
  const output = readFileSync(running.logFile, 'utf8').slice(-2_000);
  throw new Error(`${running.name} did not start. ${running.failure?.message ?? ''}\n${output}`);
}

/** Asks a process to end and resolves when it has; kills it when it does not. */
export async function stopProcess(running) {
  started.delete(running);
  const { child } = running;
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const isEnded = await Promise.race([ended.then(() => true), sleep(STOP_LIMIT_MS, false, { ref: false })]);
  if (isEnded) return;
  child.kill('SIGKILL');
  await ended;
}

export async function stopAll() {
  await Promise.all([...started].map(stopProcess));
}

/** A loopback port nobody listens on right now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** User and system time of a process, its threads, and its children living and waited for, in microseconds. */
export function cpuMicros(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return ownMicros(pid) + children.reduce((sum, child) => sum + cpuMicros(child), 0);
}

function ownMicros(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number);
  return ((user + system + childrenUser + childrenSystem) * 1e6) / ticksPerSecond();
}

let ticks = 0;

function ticksPerSecond() {
  if (ticks === 0) ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticks;
}
