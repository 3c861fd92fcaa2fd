import type { DecisionPorts } from '../../src/core/ports';
import { DECISION_PORTS } from '../../src/decision/decision.service';
import { ENTRANCES, ParityEntrances } from '../support/parity-entrances';
import { PARITY_ROWS, type ParityRequest } from '../support/parity-rows';
import { ParityWorld } from '../support/parity-world';

const rowOf = (title: string) => {
  const row = PARITY_ROWS.find((one) => one.title === title);
  if (!row) throw new Error(`no row ${title}`);
  return row;
};

/** Each port, a request that needs it, and how it is broken. */
const PORTS: readonly [string, string, (ports: DecisionPorts) => [object, string]][] = [
  ['the clock', 'a key as X-API-Key', (ports) => [ports, 'now']],
  ['the digests of keys', 'a key as X-API-Key', ({ apiKeyDigests }) => [apiKeyDigests, 'find']],
  ['the nonce store', 'a signature', ({ nonces }) => [nonces, 'tryTake']],
  ['the nonce store', 'protect mode, version 2', ({ nonces }) => [nonces, 'tryTake']],
  ['the token verifier', 'a token', ({ tokens }) => [tokens, 'verify']],
  ['the policy agent', 'a policy agent that is down', ({ policyAgent }) => [policyAgent, 'allows']],
  ['the limiter', 'a key as X-API-Key', ({ limiter }) => [limiter, 'tryTake']],
];
const FAILURES: readonly [string, () => unknown][] = [
  [
    'throws',
    () => {
      throw new Error('out of order');
    },
  ],
  ['rejects', () => Promise.reject(new Error('out of order'))],
];

let world: ParityWorld;
let entrances: ParityEntrances;

beforeAll(async () => {
  world = await ParityWorld.start();
  entrances = new ParityEntrances(world.gateway);
});
afterAll(async () => {
  entrances?.close();
  await world?.close();
});
afterEach(() => jest.restoreAllMocks());

function breakPort(target: (ports: DecisionPorts) => [object, string], fail: () => unknown): void {
  const [port, method] = target(world.gateway.app.get<DecisionPorts>(DECISION_PORTS));
  jest.spyOn(port as Record<string, () => unknown>, method).mockImplementation(fail);
}

describe.each(PORTS)('when %s is out of order (%s)', (port, title, target) => {
  // A clock and a table in memory have no promises to reject.
  const failures = port === 'the clock' || port === 'the digests of keys' ? FAILURES.slice(0, 1) : FAILURES;

  it.each(failures)('and %s, every entrance answers 503 and no upstream is called', async (_, fail) => {
    const received = world.upstream.received.length;
    for (const name of ENTRANCES) {
      const request: ParityRequest = rowOf(title).request(world);
      breakPort(target, fail);
      expect([name, await entrances.ask(name, request)]).toEqual([
        name,
        expect.objectContaining({ code: 'dependency_unavailable', status: 503 }),
      ]);
      jest.restoreAllMocks();
    }
    expect(world.upstream.received.length).toBe(received);
  });
});
