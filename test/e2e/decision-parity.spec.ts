import { REFUSALS } from '../../src/core/decision';
import { type Answer, ENTRANCES, ParityEntrances } from '../support/parity-entrances';
import { PARITY_ROWS } from '../support/parity-rows';
import { ParityWorld } from '../support/parity-world';

const STATUSES: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(REFUSALS).map(([code, { status }]) => [code, status]),
);

let world: ParityWorld;
let entrances: ParityEntrances;
/** What `decide` said of each row. */
const decided = new Map<string, Answer>();

beforeAll(async () => {
  world = await ParityWorld.start();
  entrances = new ParityEntrances(world.gateway);
  const only = { method: 'GET', target: '/key/1', headers: [['X-API-Key', world.client('limited').key]] as const };
  expect(await entrances.ask('proxy', only)).toMatchObject({ status: 200 });
});
afterAll(async () => {
  entrances?.close();
  await world?.close();
});

describe.each(ENTRANCES)('through %s', (name) => {
  it.each(PARITY_ROWS.map((row) => [row.title, row.code, row] as const))('%s: %s', async (title, _, row) => {
    const received = world.upstream.received.length;
    const answer = await entrances.ask(name, row.request(world));
    const isToldOfNoBody = name === 'authz' && row.withoutBody !== undefined;
    const { code, cause = answer.cause } = isToldOfNoBody && row.withoutBody ? row.withoutBody : row;
    expect(answer).toMatchObject({ code, cause, status: STATUSES[code] ?? 200 });
    const isForwarded = name === 'proxy' && STATUSES[code] === undefined;
    expect(world.upstream.received.length - received).toBe(isForwarded ? 1 : 0);
    if (name === 'decide') decided.set(title, answer);
    else if (!isToldOfNoBody && answer.cause !== 'fault') expect(answer).toEqual(decided.get(title));
  });
});
