import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { doorCalls, keyCalls, signedCalls, startGatewarden, tokenCalls } from './gatewarden.mjs';
import { answeringNginx, forwardingNginx, REPLY_BODY } from './nginx.mjs';
import { freePort, isInstalled, startProcess, untilUp } from './processes.mjs';
import { signedLoad } from './signatures.mjs';

const BENCH = import.meta.dirname;
const ROOT = join(BENCH, '..');

const HELLO = 'Node hello';
const BARE_WITH_BODY = 'bare, with body';
const PATH = '/orders/17?expand=items';

/** The one Gatewarden process of a run, which all its programs are ways to call. */
let gateway;

function through(callsOf) {
  return async (context) => {
    gateway ??= startGatewarden(context);
    return callsOf(await gateway);
  };
}

/** What can be measured, in the order of a round: the yardstick stands right before Gatewarden. */
export const PROGRAMS = {
  'nginx proxy_pass': { start: startForwardingNginx, needsNginx: true, what: 'forwards, nothing else' },
  'Node hello': { start: startHello, what: 'node:http, answers a constant' },
  'bare forwarder': { start: startBareForwarder, what: 'node:http + undici, no policy' },
  Gatewarden: { start: through(keyCalls), what: 'API key, permission, identity headers, log, metrics' },
  'Gatewarden, token': { start: through(tokenCalls), what: 'a known JWT, signed anew for the service, log, metrics' },
  [BARE_WITH_BODY]: { start: startBareForwarderWithBody, what: 'the same with a body of 1 KiB to forward' },
  'Gatewarden, signed': {
    start: through(signedCalls),
    yardstick: BARE_WITH_BODY,
    what: 'HMAC over a body of 1 KiB, log, metrics',
  },
  'door, API key': {
    start: through((gateway) => doorCalls(gateway, '/orders/17', `X-API-Key: ${gateway.apiKey}`)),
    yardstick: HELLO,
    what: '/authz for nginx with an API key, log, metrics',
  },
  'door, token': {
    start: through((gateway) => doorCalls(gateway, '/tokens/17', `Authorization: Bearer ${gateway.token}`)),
    yardstick: HELLO,
    what: '/authz for nginx with a known JWT, log, metrics',
  },
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
  const url = `http://127.0.0.1:${program.port}${program.path ?? PATH}`;
  const headers = program.headers ?? [];
  if (!program.prepare) await verifyAnswer(name, url, headers, program.body ?? REPLY_BODY);
  return { ...program, name, url, headers };
}

async function verifyAnswer(name, url, headers, expected) {
  const reply = await fetch(url, { headers: headers.map((header) => header.split(': ')) });
  const body = await reply.text();
  if (reply.status !== 200 || body !== expected) throw new Error(`${name} answered ${reply.status}: ${body}`);
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

/** Sends what the signed calls send; the signatures mean nothing to it. */
async function startBareForwarderWithBody(context) {
  const bare = await startBareForwarder(context);
  const prepare = (seconds) =>
    signedLoad({ clientId: randomUUID(), secret: 'none', target: PATH, directory: context.directory }, seconds);
  return { ...bare, prepare };
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
