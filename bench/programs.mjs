import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startGatewarden } from './gatewarden.mjs';
import { answeringNginx, forwardingNginx, REPLY_BODY } from './nginx.mjs';
import { freePort, isInstalled, startProcess, untilUp } from './processes.mjs';

const BENCH = import.meta.dirname;
const ROOT = join(BENCH, '..');

/** What can be measured, in the order of a round: the yardstick stands right before Gatewarden. */
export const PROGRAMS = {
  'nginx proxy_pass': { start: startForwardingNginx, needsNginx: true, what: 'forwards, nothing else' },
  'Node hello': { start: startHello, what: 'node:http, answers a constant' },
  'bare forwarder': { start: startBareForwarder, what: 'node:http + undici, no policy' },
  Gatewarden: { start: startGatewarden, what: 'API key, permission, identity headers, log, metrics' },
};

export const hasNginx = isInstalled('nginx');

/** Starts the upstream on core 0, beside the load. */
export async function startUpstream(directory) {
  const port = await freePort();
  const command = hasNginx ? answeringNginx(join(directory, 'upstream'), port) : helloCommand(port, []);
  await startListening(command, { core: 0, port, logFile: join(directory, 'upstream.log') });
  return port;
}

/** Starts one program on core 1 and makes sure that it answers what the upstream answers. */
export async function startProgram(name, { directory, upstreamPort, nodeOptions = [] }) {
  const place = join(directory, name.replaceAll(' ', '-').toLowerCase());
  mkdirSync(place, { recursive: true });
  const program = await PROGRAMS[name].start({ root: ROOT, directory: place, upstreamPort, nodeOptions });
  const url = `http://127.0.0.1:${program.port}/orders/17?expand=items`;
  const headers = program.headers ?? [];
  const reply = await fetch(url, { headers: headers.map((header) => header.split(': ')) });
  const body = await reply.text();
  if (reply.status !== 200 || body !== REPLY_BODY) throw new Error(`${name} answered ${reply.status}: ${body}`);
  return { ...program, name, url, headers };
}

async function startForwardingNginx({ directory, upstreamPort }) {
  const port = await freePort();
  const logFile = join(directory, 'output.log');
  return {
    port,
    running: await startListening(forwardingNginx(directory, port, upstreamPort), { core: 1, port, logFile }),
  };
}

async function startHello({ directory, nodeOptions }) {
  const port = await freePort();
  const logFile = join(directory, 'output.log');
  return { port, running: await startListening(helloCommand(port, nodeOptions), { core: 1, port, logFile }) };
}

async function startBareForwarder({ directory, upstreamPort, nodeOptions }) {
  const port = await freePort();
  const script = join(BENCH, 'bare-forwarder.mjs');
  const command = [process.execPath, ...nodeOptions, script, String(port), String(upstreamPort)];
  return { port, running: await startListening(command, { core: 1, port, logFile: join(directory, 'output.log') }) };
}

function helloCommand(port, nodeOptions) {
  return [process.execPath, ...nodeOptions, join(BENCH, 'hello.mjs'), String(port)];
}

async function startListening(command, { core, port, logFile }) {
  const running = startProcess(command, { core, logFile });
  await untilUp(running, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
  return running;
}
