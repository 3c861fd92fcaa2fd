import { createHmac } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../src/database/open-database';
import { type PolicyTransaction, PolicyWriter } from '../../src/database/policy-writer';
import { TombstoneEntity } from '../../src/database/tombstone.entity';
import { EventReceiver } from '../../src/inbound-webhooks/event-receiver';
import type { EventSource } from '../../src/inbound-webhooks/event-source';
import { InboundEventEntity } from '../../src/inbound-webhooks/inbound-event.entity';
import { timestamped } from '../../src/inbound-webhooks/signature-scheme';
import { reachableDatabases } from '../support/databases';
import type { TestDatabase } from '../support/test-database';

const SECRET = 'secret-of-the-sender';
const DAY_MS = 86_400_000;

describe.each(reachableDatabases())('the receiver of events on $name', ({ create }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let receiver: EventReceiver;
  let effects = 0;

  /** An effect that can be counted: a tombstone for each time it was had. */
  async function bury(tx: PolicyTransaction): Promise<{ message: string }> {
    effects += 1;
    await tx.bury('client', `00000000-0000-4000-8000-${String(effects).padStart(12, '0')}`);
    return { message: `effect ${effects}` };
  }

  const source = (action = (_: unknown, tx: PolicyTransaction) => bury(tx)): EventSource => ({
    name: 'sender',
    scheme: timestamped('x-test'),
    secret: SECRET,
    headerFault: 'header',
    actions: new Map([['bury', action]]),
  });

  function send(eventId: string, from = source()) {
    const body = Buffer.from(JSON.stringify({ event_id: eventId, event_type: 'bury' }));
    const atMs = Date.now();
    const timestamp = String(Math.floor(atMs / 1000));
    const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'x-test-timestamp': timestamp, 'x-test-signature': `sha256=${signature}` };
    return receiver.receive(from, { headers, body, atMs });
  }

  const count = () => dataSource.getRepository(TombstoneEntity).count();

  beforeAll(async () => {
    database = await create();
    dataSource = await openDatabase(database.url);
    receiver = new EventReceiver(new PolicyWriter(dataSource));
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('gives an event that is delivered 20 times at once one effect and one answer', async () => {
    const before = await count();
    const replies = await Promise.all(Array.from({ length: 20 }, () => send('crowd')));
    expect(await count()).toBe(before + 1);
    expect(effects).toBe(1);
    for (const reply of replies) expect(reply).toEqual({ status: 200, body: { received: true, message: 'effect 1' } });
  });

  it('forgets an event whose effect failed, so that it may be delivered again', async () => {
    const before = await count();
    const failing = source(async (_, tx) => {
      await bury(tx);
      throw new Error('the effect failed');
    });
    await expect(send('again', failing)).rejects.toThrow('the effect failed');
    expect(await count()).toBe(before);
    expect((await send('again')).status).toBe(200);
    expect(await count()).toBe(before + 1);
  });

  it('keeps an event for a month, and clears it away with the next', async () => {
    const events = dataSource.getRepository(InboundEventEntity);
    await send('old');
    await send('young');
    await events.update({ eventId: 'old' }, { receivedAt: new Date(Date.now() - 31 * DAY_MS) });
    await events.update({ eventId: 'young' }, { receivedAt: new Date(Date.now() - 29 * DAY_MS) });
    await send('next');
    const kept = (await events.find()).map(({ eventId }) => eventId);
    expect(kept).toEqual(expect.arrayContaining(['young', 'next']));
    expect(kept).not.toContain('old');
  });
});
