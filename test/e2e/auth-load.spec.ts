import { join } from 'node:path';
import { GatewayProcess } from '../support/gateway-process';
import { PASSWORD, People } from '../support/people';
import { readLoop } from '../support/read-loop';
import { RecordingUpstream } from '../support/recording-upstream';

const MONITOR = join(__dirname, '..', 'support', 'loop-monitor.cjs');

let upstream: RecordingUpstream;
let gateway: GatewayProcess;
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await GatewayProcess.start({ NODE_OPTIONS: `--require ${MONITOR}`, PASSWORD_HASH: 'argon2id' });
  await gateway.admin('POST', '/routes', {
    domain: '*',
    route_pattern: '/open',
    methods: { GET: { auth_required: false } },
    service_name: 'open',
    upstream: upstream.url,
  });
});
afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

/** Two hundred log-ins while requests are forwarded: what the loop took without a break, at most; not what others took of the machine. */
async function logInTogether(people: People): Promise<number> {
  await readLoop(gateway);
  let isOver = false;
  const logIns = Promise.all(Array.from({ length: 200 }, () => people.logIn('ada@example.com', PASSWORD)));
  const forwarded: number[] = [];
  const forwarding = (async () => {
    while (!isOver) forwarded.push((await fetch(`${gateway.proxyUrl}/open`)).status);
  })();
  const statuses = (await logIns).map(({ status }) => status);
  isOver = true;
  await forwarding;
  const { heldMs, p99Ms, maxMs } = await readLoop(gateway);
  process.stderr.write(
    `200 log-ins: the loop was held ${heldMs.toFixed(1)} ms at most; its delay was ${p99Ms.toFixed(1)} ms in 99 of 100, ` +
      `${maxMs.toFixed(1)} ms at most; ${forwarded.length} requests were forwarded\n`,
  );
  expect(statuses).toEqual(Array(200).fill(200));
  expect(new Set(forwarded)).toEqual(new Set([200]));
  expect(forwarded.length).toBeGreaterThan(100);
  return heldMs;
}

describe('two hundred log-ins at once', () => {
  it('never hold the event loop for 20 ms, and requests are forwarded meanwhile', async () => {
    const people = new People(gateway.proxyUrl);
    await people.register('ada@example.com');
    // What runs for the first time is compiled first: that is the start's doing, not the load's.
    for (let i = 0; i < 60; i += 1) await people.enter('ada@example.com');
    for (let i = 0; i < 200; i += 1) await fetch(`${gateway.proxyUrl}/open`);

    // Once in a while the collector or a compilation takes longer; what the program itself does happens every time.
    const held: number[] = [];
    do held.push(await logInTogether(people));
    while (Math.min(...held) >= 20 && held.length < 3);
    expect(Math.min(...held)).toBeLessThan(20);
  }, 180_000);
});
