import { once } from 'node:events';
import { connect } from 'node:net';
import type { DecisionPorts } from '../../src/core/ports';
import { DECISION_PORTS } from '../../src/decision/decision.service';
import { DecisionListener } from '../../src/doors/decision-listener';
import { DOORS, describeAt, fieldOf, message, publishTwo } from '../support/doors';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start();
  await publishTwo(gateway);
});
afterAll(() => gateway?.close());
afterEach(() => jest.restoreAllMocks());

const asks = (door: string, id: string, ...lines: string[]) =>
  describeAt(door, { uri: '/open/1', lines: [`X-Request-ID: ${id}`, ...lines] });
const idsOf = (text: string) => [...text.matchAll(/^X-Request-ID: (.*)\r$/gm)].map(([, id]) => id);
const send = (bytes: string) => sendRaw(gateway.decisionPort, bytes);
/** Every reply is a head without a body, one behind the other and nothing between. */
const isHeadsOnly = (text: string) => /^(?:HTTP\/1\.1 200 OK\r\n(?:[A-Za-z-]+: ?.*\r\n)+\r\n)+$/.test(text);

/** The next decision waits until it is told to go on. */
function holdDecision(held = gateway): () => void {
  const { limiter } = held.app.get<DecisionPorts>(DECISION_PORTS);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  jest.spyOn(limiter, 'tryTake').mockImplementationOnce(() => promise);
  return () => resolve(undefined);
}

async function untilHeld(held: Gateway): Promise<void> {
  const { limiter } = held.app.get<DecisionPorts>(DECISION_PORTS);
  while (jest.mocked(limiter.tryTake).mock.calls.length === 0) await new Promise((next) => setTimeout(next, 5));
}

describe.each(DOORS)('a connection to %s', (door) => {
  it('tells the same whether it goes on or ends', async () => {
    const fieldsOf = ({ text }: { text: string }) =>
      text
        .replace(/^Date: .* GMT\r$/m, 'Date')
        .replace(/^Connection: keep-alive\r\nKeep-Alive: timeout=75\r$/m, 'kept');
    const kept = await send(asks(door, 'one'));
    const ended = await send(asks(door, 'one', 'Connection: close'));
    expect([kept.closed, ended.closed]).toEqual([false, true]);
    expect(fieldsOf(kept)).toContain('kept');
    expect(fieldsOf(ended)).toBe(fieldsOf(kept).replace('kept', 'Connection: close\r'));
    expect(Math.abs(Date.parse(fieldOf(kept.text, 'Date') ?? '') - Date.now())).toBeLessThan(5_000);
  });

  it('ends with a message of HTTP/1.0', async () => {
    const { status, text, closed } = await send(asks(door, 'one').replace('HTTP/1.1', 'HTTP/1.0'));
    expect([status, closed, fieldOf(text, 'Connection')]).toEqual([200, true, 'close']);
  });

  it('carries replies in the order of their messages, whichever is decided first', async () => {
    const release = holdDecision();
    setTimeout(release, 50);
    const refused = describeAt(door, { lines: ['X-Request-ID: two'] });
    const { text } = await send(asks(door, 'one') + refused + asks(door, 'three') + asks(door, 'four'));
    expect(idsOf(text)).toEqual(['one', 'two', 'three', 'four']);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual([200, 401, 200, 200]);
  });

  it('waits for a client that reads slowly, and loses no reply', async () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `r${index}`);
    const socket = connect(gateway.decisionPort, '127.0.0.1');
    socket.pause();
    socket.write(ids.map((id) => asks(door, id)).join('') + asks(door, 'last', 'Connection: close'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    await once(socket, 'close');
    const text = Buffer.concat(chunks).toString('latin1');
    expect(idsOf(text)).toEqual([...ids, 'last']);
    expect(isHeadsOnly(text)).toBe(true);
  }, 20_000);

  it.each(['Expect: 100-continue', 'X-Unused: 1'])(
    'goes on behind a body that came with its message (%s)',
    async (line) => {
      const withBody = asks(door, 'one', 'Content-Length: 3', line).replace(/^GET/, 'POST');
      const { text } = await send(`${withBody}abc${asks(door, 'two')}`);
      expect(idsOf(text)).toEqual(['one', 'two']);
      expect(isHeadsOnly(text)).toBe(true);
    },
  );
});

describe('a message to a door', () => {
  it('gets no body in reply to HEAD, and the next reply right behind', async () => {
    const fields = ['Host: gateway', 'X-Original-URI: /open/1', 'X-Original-Method: GET', 'X-Original-Host: api.test'];
    const { text } = await send(message('HEAD /authz', fields) + message('HEAD /authz', fields) + asks('/authz', 'x'));
    expect(text.match(/^HTTP\/1\.1 200 OK\r$/gm)).toHaveLength(3);
    expect(isHeadsOnly(text)).toBe(true);
  });

  it('is answered in one piece with nothing of what it says in the lines of the reply', async () => {
    const { text } = await send(asks('/authz', 'one\tX-Client-ID: somebody'));
    expect(isHeadsOnly(text)).toBe(true);
    expect(fieldOf(text, 'X-Client-ID')).toBe('');
    expect(idsOf(text)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  it('ends its connection where the listener drains, and the one before it is answered still', async () => {
    const own = await Gateway.start();
    await publishTwo(own);
    const release = holdDecision(own);
    const socket = connect(own.decisionPort, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.write(asks('/authz', 'one'));
    await untilHeld(own);
    const drained = own.app.get(DecisionListener).beforeApplicationShutdown();
    socket.write(asks('/authz', 'two'));
    setTimeout(release, 50);
    await once(socket, 'close');
    expect(idsOf(text)).toEqual(['one', 'two']);
    expect(text.match(/^Connection: .*\r$/gm)).toEqual(['Connection: keep-alive\r', 'Connection: close\r']);
    await drained;
    await own.close();
  });
});
