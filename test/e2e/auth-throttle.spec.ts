import { randomUUID } from 'node:crypto';
import { PasswordHasher } from '../../src/users/passwords/password-hasher';
import { Gateway } from '../support/gateway';
import { FOR_PEOPLE, PASSWORD, People, type PersonReply } from '../support/people';
import { isRedisReachable, REDIS_URL } from '../support/redis';

let gateway: Gateway;
let people: People;
beforeAll(async () => {
  gateway = await Gateway.start(FOR_PEOPLE);
  people = new People(gateway.proxyUrl);
  await people.register('ada@example.com');
});
afterAll(() => gateway?.close());

function countOf(replies: readonly PersonReply[], status: number): number {
  return replies.filter((reply) => reply.status === status).length;
}

/** Wrong log-ins, fifty at a time. */
async function guess(count: number, attempt: (index: number) => [email: string, address: string]) {
  const replies: PersonReply[] = [];
  for (let start = 0; start < count; start += 50) {
    const calls = Array.from({ length: Math.min(50, count - start) }, (_, i) => {
      const [email, address] = attempt(start + i);
      return people.logIn(email, `guess ${start + i}`, address);
    });
    replies.push(...(await Promise.all(calls)));
  }
  return replies;
}

describe('a thousand wrong log-ins', () => {
  it('of one login from one address are verified ten times, and stand in nobody else’s way', async () => {
    const verify = jest.spyOn(gateway.app.get(PasswordHasher), 'verify');
    const replies = await guess(1000, () => ['ada@example.com', '203.0.113.1']);
    const refused = replies.filter(({ status }) => status === 429);
    // One more may be under way when the tenth fails.
    expect(verify.mock.calls.length).toBeLessThanOrEqual(11);
    expect(countOf(replies, 401)).toBe(verify.mock.calls.length);
    expect(refused).toHaveLength(1000 - verify.mock.calls.length);
    expect(refused[0]?.body).toMatchObject({ code: 'rate_limit_exceeded', status: 429 });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(50);
    verify.mockClear();
    expect((await people.logIn('ada@example.com', PASSWORD, '203.0.113.1')).status).toBe(429);
    expect(verify).not.toHaveBeenCalled();
    expect((await people.logIn('ada@example.com', PASSWORD, '203.0.113.2')).status).toBe(200);
    verify.mockRestore();
  });

  it('of many logins from one address make the address wait, known users or not', async () => {
    const replies = await guess(100, (i) => [`user-${i}@example.com`, '203.0.113.9']);
    expect(countOf(replies, 401)).toBeGreaterThanOrEqual(20);
    expect(countOf(replies, 401)).toBeLessThanOrEqual(21);
    expect((await people.logIn('ada@example.com', PASSWORD, '203.0.113.9')).status).toBe(429);
    expect((await people.logIn('ada@example.com', PASSWORD, '203.0.113.10')).status).toBe(200);
  });

  it('from one IPv6 network count together', async () => {
    const replies = await guess(40, (i) => ['ada@example.com', `2001:db8::${i.toString(16)}`]);
    expect(countOf(replies, 401)).toBeLessThanOrEqual(11);
    expect((await people.logIn('ada@example.com', PASSWORD, '2001:db8:0:1::1')).status).toBe(200);
  });
});

describe('a login that is guessed at from everywhere', () => {
  it('stays open to addresses it knows, at once, and to new ones in turn', async () => {
    await people.register('grace@example.com');
    await people.enter('grace@example.com', PASSWORD, '192.0.2.1');
    const replies = await guess(100, (i) => ['grace@example.com', `203.0.113.${i + 20}`]);
    expect(countOf(replies, 401)).toBe(100);
    const timed = async (address: string) => {
      const startedMs = performance.now();
      const { status } = await people.logIn('grace@example.com', PASSWORD, address);
      return { status, ms: performance.now() - startedMs };
    };
    const known = await timed('192.0.2.1');
    expect([known.status, known.ms < 990]).toEqual([200, true]);
    const fresh = await timed('192.0.2.2');
    expect([fresh.status, fresh.ms >= 990]).toEqual([200, true]);
    const crowd = await guess(20, (i) => ['grace@example.com', `198.51.100.${i}`]);
    expect([countOf(crowd, 429), countOf(crowd, 401)]).toEqual([15, 5]);
  });
});

describe('limits', () => {
  it('let five register in a minute from one address, whether they succeed or not', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const body = { email: `many-${i % 2}@example.com`, password: PASSWORD };
      statuses.push((await people.post('/register', body, { address: '203.0.113.200' })).status);
    }
    expect(statuses).toEqual([201, 201, 409, 409, 409, 429]);
  });

  it('let sixty ask for a mail in an hour from one address', async () => {
    const ask = (i: number) =>
      people.post('/request-password-reset', { email: `${i}@example.com` }, { address: '203.0.113.201' });
    const replies = await Promise.all(Array.from({ length: 61 }, (_, i) => ask(i)));
    expect([countOf(replies, 200), countOf(replies, 429)]).toEqual([60, 1]);
  });

  it('count wrong old passwords like log-ins', async () => {
    await people.register('bob@example.com');
    const { access } = await people.enter('bob@example.com');
    const change = (old_password: string) =>
      people.post(
        '/change-password',
        { old_password, new_password: 'a new password' },
        { token: access, address: '203.0.113.202' },
      );
    const replies: PersonReply[] = [];
    for (let i = 0; i < 12; i += 1) replies.push(await change(`guess ${i}`));
    expect([countOf(replies, 401), countOf(replies, 429)]).toEqual([10, 2]);
    expect((await change(PASSWORD)).status).toBe(429);
  });
});

const maybe = isRedisReachable('limits that gateways share') ? describe : describe.skip;

maybe('gateways on one Redis', () => {
  it('count failures together', async () => {
    const started = await Promise.all([1, 2].map(() => Gateway.start({ ...FOR_PEOPLE, REDIS_URL })));
    const [one, other] = started.map(({ proxyUrl }) => new People(proxyUrl));
    const email = `${randomUUID()}@example.com`;
    const address = `2001:db8:${randomUUID().slice(0, 4)}::1`;
    for (let i = 0; i < 10; i += 1) expect((await one?.logIn(email, 'wrong one', address))?.status).toBe(401);
    expect((await other?.logIn(email, 'wrong one', address))?.status).toBe(429);
    for (const each of started) await each.close();
  });
});
