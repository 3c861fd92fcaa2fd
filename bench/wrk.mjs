import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { onCore } from './processes.mjs';

const CONNECTIONS = 64;
const GRACE_MS = 15_000;

/**
 * Loads a program over kept-alive connections from core 0; `prepare` gives the script for a load of so many seconds.
 * @returns requests done and requests per second
 * @throws Error when a reply was no 2xx or 3xx, or a connection failed: such a figure would measure something else
 */
export async function load({ url, headers, prepare }, seconds) {
  const fields = headers.flatMap((header) => ['-H', header]);
  const prepared = prepare?.(seconds);
  const script = prepared ? ['-s', prepared.script] : [];
  const tail = prepared ? ['--', ...prepared.args] : [];
  const plan = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`];
  const [program, ...args] = onCore(0, ['wrk', ...plan, ...fields, ...script, url, ...tail]);
  const { stdout } = await promisify(execFile)(program, args, { timeout: seconds * 1000 + GRACE_MS });
  const fault = /Non-2xx.*|Socket errors.*/.exec(stdout);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
  if (fault || requests === 0) throw new Error(`The load on ${url} did not go well.\n${stdout}`);
  return { requests, perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]) };
}
