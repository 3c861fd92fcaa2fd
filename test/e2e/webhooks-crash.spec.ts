import { randomBytes } from 'node:crypto';
import { DataSource, IsNull, Not } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source';
import { WebhookDeliveryEntity } from '../../src/webhooks/webhook-delivery.entity';
import { GatewayProcess } from '../support/gateway-process';
import { hang, isSignedBy, ok, WebhookReceiver } from '../support/webhook-receiver';

const ANSWERED = 5;
const CLIENTS = 30;

let receiver: WebhookReceiver;
let gateway: GatewayProcess;

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
afterAll(async () => {
  await gateway?.stop();
  await receiver?.close();
});

/** What the claims of the killed process would wait for: 15 seconds. */
async function letClaimsRunOut(url: string): Promise<number> {
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
  const due = { nextAttemptAt: Not(IsNull()) };
  const { affected = 0 } = await dataSource.manager.update(WebhookDeliveryEntity, due, { nextAttemptAt: new Date() });
  await dataSource.destroy();
  return affected;
}

it('a gateway that is killed between changes and deliveries loses no event, and sends none under another id', async () => {
  const env = {
    WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1',
    GATEWARDEN_MASTER_KEY: randomBytes(32).toString('base64'),
  };
  gateway = await GatewayProcess.start(env);
  // Four hang in the middle of their deliveries, and the rest waits for them.
  receiver.answer = (...call) => (receiver.received.length <= ANSWERED ? ok : hang)(...call);
  const webhook = { url: receiver.url, events: ['client.created'] };
  const { secret } = await gateway.admin('POST', '/webhooks', webhook);
  const made: string[] = [];
  for (let count = 0; count < CLIENTS; count += 1) {
    const { client_id } = await gateway.admin('POST', '/clients', { client_name: `client ${count}` });
    made.push(client_id);
  }
  await receiver.until(({ length }) => length > ANSWERED);
  const database = await gateway.kill();
  const before = receiver.received.length;
  expect(before).toBeLessThan(CLIENTS);
  await letClaimsRunOut(database.url);

  receiver.answer = ok;
  gateway = await GatewayProcess.start(env, database);
  const told = () => new Set(receiver.received.map(({ text }) => JSON.parse(text).data.client_id as string));
  await receiver.until(() => told().size === CLIENTS);
  expect([...told()].sort()).toEqual(made.sort());
  for (const received of receiver.received) expect(isSignedBy(secret, received)).toBe(true);
  const distinct = new Set(receiver.received.map(({ id, text }) => `${id} ${text}`));
  expect(distinct.size).toBe(CLIENTS);
  expect(receiver.received.length).toBeGreaterThan(before);
}, 90_000);
