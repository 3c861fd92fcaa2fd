import { Webhook } from 'standardwebhooks';
import { migrateUp } from '../../src/database/migrate';
import { WebhookEventEntity } from '../../src/database/webhook-event.entity';
import { WebhookDeliveryEntity } from '../../src/webhooks/webhook-delivery.entity';
import { reachableDatabases } from '../support/databases';
import type { TestDatabase } from '../support/test-database';
import { hang, ok, type ReceivedEvent, refuse, WebhookReceiver } from '../support/webhook-receiver';
import { StandingClock, WebhookWorld } from '../support/webhook-world';

const HOUR = 3600;
const namesOf = (received: readonly ReceivedEvent[]): string[] =>
  received.map(({ text }) => JSON.parse(text).data.name as string).sort();

describe.each(reachableDatabases())('webhooks on $name', ({ name, create }) => {
  let database: TestDatabase;
  let world: WebhookWorld;
  /** A second process; the embedded database is one process's alone. */
  let other: WebhookWorld;
  let receiver: WebhookReceiver;
  let clock: StandingClock;

  beforeAll(async () => {
    database = await create();
    const first = await WebhookWorld.open(database.url, new StandingClock());
    await migrateUp(first.dataSource);
    world = first;
    other = name === 'PGlite' ? first : await WebhookWorld.open(database.url, new StandingClock());
  });
  afterAll(async () => {
    for (const dataSource of new Set([world?.dataSource, other?.dataSource])) await dataSource?.destroy();
    await database?.drop();
  });
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
    clock = new StandingClock();
    world = new WebhookWorld(world.dataSource, clock);
    other = new WebhookWorld(other.dataSource, clock);
    // What the test before left, nobody wants any more.
    await world.fanOut.run();
  });
  afterEach(async () => {
    for (const { webhook_id } of (await world.webhooks.list({ limit: 1000 })).items) {
      await world.webhooks.remove(webhook_id, undefined);
    }
    await receiver.close();
  });

  const countEvents = () => world.dataSource.manager.count(WebhookEventEntity);

  it('store an event with its change, or not at all', async () => {
    const before = await countEvents();
    const failing = world.writer.write(async (tx) => {
      await tx.emit({ type: 'client.created', data: {} });
      throw new Error('no change');
    });
    await expect(failing).rejects.toThrow('no change');
    expect(await countEvents()).toBe(before);
    await world.tell('client.created');
    expect(await countEvents()).toBe(before + 1);
  });

  it('store the event of a key once, whoever stores it', async () => {
    const event = { type: 'key.expiring', data: {} } as const;
    const before = await countEvents();
    const stored = await Promise.all([world, other, world].map(({ outbox }) => outbox.emitOnce('a key', event)));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await countEvents()).toBe(before + 1);
  });

  it('make one delivery for each enabled webhook that wants the type, and keep no event that nobody wants', async () => {
    const wanting = await world.listen(receiver.url, 'client.created', 'client.revoked');
    const deaf = await world.listen(receiver.url, 'client.revoked');
    const off = await world.webhooks.create({ url: receiver.url, events: ['client.created'], enabled: false });
    await world.tell('client.created');
    await world.tell('admin.login');
    await Promise.all([world.fanOut.run(), other.fanOut.run()]);
    const counts = [wanting, deaf, off.value].map(async ({ webhook_id }) => (await world.log(webhook_id)).length);
    expect(await Promise.all(counts)).toEqual([1, 0, 0]);
    expect(await world.dataSource.manager.countBy(WebhookEventEntity, { type: 'admin.login' })).toBe(0);
  });

  it('reach a receiver that was down for an hour, with the bytes, the id, and a signature of that time', async () => {
    const { webhook_id, secret } = await world.listen(receiver.url, 'client.created');
    receiver.answer = refuse;
    const names = await world.tell('client.created', 3);
    for (const seconds of [40, 140, 670, HOUR - 850]) {
      await world.deliverAll();
      clock.move(seconds);
    }
    await world.deliverAll();
    const failures = receiver.received.length;
    expect(failures).toBe(3 * 4);
    expect(await world.log(webhook_id)).toMatchObject(
      names.map(() => ({
        status: 'pending',
        attempts: 4,
        responseStatus: 500,
        lastError: 'the receiver answered 500',
      })),
    );
    receiver.answer = ok;
    clock.move(HOUR);
    await world.deliverAll();
    const arrived = receiver.received.slice(failures);
    expect(namesOf(arrived)).toEqual(names.sort());
    for (const event of arrived) {
      const first = receiver.received.find(({ id }) => id === event.id);
      expect(event.text).toBe(first?.text);
      const seconds = Number(event.headers['webhook-timestamp']);
      expect(seconds).toBe(Math.floor(clock.now() / 1000));
      const signature = new Webhook(secret).sign(event.id, new Date(seconds * 1000), event.text);
      expect(event.headers['webhook-signature']).toBe(signature);
    }
    expect(await world.log(webhook_id)).toMatchObject(names.map(() => ({ status: 'delivered', attempts: 5 })));
    clock.move(24 * HOUR);
    await world.deliverAll();
    expect(receiver.received).toHaveLength(failures + 3);
  });

  it('give up after the sixth attempt, and are sent once more on demand', async () => {
    const { webhook_id } = await world.listen(receiver.url, 'client.created');
    receiver.answer = refuse;
    await world.tell('client.created');
    for (let hours = 0; hours < 42; hours += 7) {
      await world.deliverAll();
      clock.move(7 * HOUR);
      await world.deliverAll();
    }
    expect(receiver.received).toHaveLength(6);
    const [failed] = await world.log(webhook_id);
    expect(failed).toMatchObject({ status: 'failed', attempts: 6, nextAttemptAt: null });
    receiver.answer = ok;
    await world.deliveries.resend(webhook_id, failed?.deliveryId ?? '');
    await world.deliverAll();
    expect(receiver.received).toHaveLength(7);
    expect(new Set(receiver.received.map(({ id, text }) => `${id} ${text}`)).size).toBe(1);
    expect((await world.log(webhook_id)).map(({ status }) => status).sort()).toEqual(['delivered', 'failed']);
  });

  it('are one process’s while it has claimed them, and another’s when the claim has run out', async () => {
    const { webhook_id } = await world.listen(receiver.url, 'client.created');
    await world.tell('client.created');
    await world.fanOut.run();
    const [row] = await world.queue.findDue(10, []);
    const killed = row && (await world.queue.claim(row));
    expect(row && (await other.queue.claim(row))).toBeUndefined();
    clock.move(14);
    await other.deliverAll();
    expect(receiver.received).toHaveLength(0);
    clock.move(1);
    await other.deliverAll();
    expect(receiver.received).toHaveLength(1);
    const late = { responseStatus: null, error: 'too late' };
    if (killed) await world.queue.settle(killed, late, false);
    expect(await world.log(webhook_id)).toMatchObject([{ status: 'delivered', attempts: 1, lastError: null }]);
  });

  it('are each sent once by two processes that work at the same time', async () => {
    await world.listen(receiver.url, 'client.created');
    await world.listen(receiver.url, 'client.created', 'client.revoked');
    const names = await world.tell('client.created', 30);
    await Promise.all([world.deliverAll(), other.deliverAll()]);
    expect(namesOf(receiver.received)).toEqual([...names, ...names].sort());
  });

  it('of a receiver that hangs hold up no other', async () => {
    const slow = await WebhookReceiver.start();
    slow.answer = hang;
    const { webhook_id } = await world.listen(slow.url, 'client.created');
    await world.tell('client.created', 40);
    await world.fanOut.run();
    clock.move(1);
    await world.listen(receiver.url, 'client.created');
    await world.tell('client.created', 20);
    await world.rounds.start();
    world.rounds.onRoom(() => void world.rounds.start());
    await receiver.until((received) => received.length === 20);
    // Four at a time, and on a busy machine perhaps a second four after five seconds.
    expect(slow.received.length).toBeLessThan(13);
    world.rounds.onRoom(() => undefined);
    await world.webhooks.remove(webhook_id, undefined);
    await slow.close();
    await world.rounds.stop();
  });

  it('that were disabled meanwhile fail at once, and say why', async () => {
    const { webhook_id } = await world.listen(receiver.url, 'client.created');
    await world.tell('client.created');
    await world.fanOut.run();
    await world.webhooks.update(webhook_id, { body: { enabled: false }, merge: true, ifMatch: undefined });
    await world.deliverAll();
    expect(receiver.received).toHaveLength(0);
    const [row] = await world.log(webhook_id);
    expect(row).toMatchObject({ status: 'failed', lastError: 'the webhook is disabled' });
    await expect(world.deliveries.resend(webhook_id, row?.deliveryId ?? '')).rejects.toThrow('is disabled');
  });

  it('are forgotten after 30 days, unless they are still due', async () => {
    const { webhook_id } = await world.listen(receiver.url, 'client.created');
    await world.tell('client.created', 2);
    await world.deliverAll();
    await world.tell('client.created');
    await world.fanOut.run();
    clock.move(29 * 24 * HOUR);
    await world.retention.prune();
    expect(await world.log(webhook_id)).toHaveLength(3);
    clock.move(2 * 24 * HOUR);
    await world.retention.prune();
    expect(await world.log(webhook_id)).toMatchObject([{ status: 'pending' }]);
    expect(await world.dataSource.manager.count(WebhookDeliveryEntity)).toBe(1);
  });
});
