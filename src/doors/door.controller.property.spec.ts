import type { IncomingMessage, ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { loadSettings } from '../../config/settings';
import { holds } from '../../test/support/holds';
import { API_KEY, aClient, aRoute, aSnapshot, KEY, portsAt, publicMethods } from '../../test/support/policy';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { WholeReplies } from '../listening/whole-replies';
import type { SnapshotService } from '../snapshot/snapshot.service';
import { DoorController } from './door.controller';
import type { DoorHealth } from './door-health';

const NAMES = [
  'Host',
  'X-Original-URI',
  'x_original_uri',
  'X-Original-Method',
  'X-Original-Host',
  'X-Original-Content-Length',
  'X-Forwarded-Uri',
  'X-Forwarded-Method',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-For',
  'X-Gatewarden-Door-Token',
  'X-API-Key',
  'Authorization',
  'Connection',
  'Content-Length',
  'Transfer-Encoding',
];
const VALUES = [
  'GET',
  'POST',
  'BREW',
  '/open/1',
  '/orders/1',
  '/open/../orders/1',
  '*',
  'api.example.com',
  KEY,
  '',
  'https',
  '5',
];
const URLS = [
  '/authz',
  '/authz/forward',
  '/authz/envoy',
  '/authz/envoy/open/1',
  '/authz/envoy/orders/1',
  '/authz?a',
  '/',
];

const anyText = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary-ascii', maxLength: 12 }));
const anyField = fc.tuple(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: anyText }),
  anyText,
);
/** A whole description to start from, so that not every message fails at the first hurdle. */
const anyStart = fc.constantFrom<[string, string][]>(
  [],
  [['Host', 'api.example.com']],
  ...['/open/1', '/orders/1', '/nowhere'].flatMap((uri): [string, string][][] => [
    [
      ['X-Original-URI', uri],
      ['X-Original-Method', 'GET'],
      ['X-Original-Host', 'api.example.com'],
    ],
    [
      ['X-Forwarded-Uri', uri],
      ['X-Forwarded-Method', 'GET'],
      ['X-Forwarded-Host', 'api.example.com'],
    ],
  ]),
);
const anyFields = fc
  .tuple(anyStart, fc.array(anyField, { maxLength: 4 }))
  .map(([start, further]) => [...start, ...further]);
const anyMessage = fc.record({
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PROPFIND'),
  url: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...URLS) }, { weight: 1, arbitrary: anyText }),
  httpVersion: fc.constantFrom('1.1', '1.0', '2.0'),
  remoteAddress: fc.constantFrom('127.0.0.1', '203.0.113.9', undefined),
  fields: anyFields,
});

type Message = typeof anyMessage extends fc.Arbitrary<infer T> ? T : never;

const policy = aSnapshot({
  routes: [
    aRoute({ pattern: '/open/*', methods: publicMethods('GET') }),
    aRoute({ routeId: 'orders', pattern: '/orders/*', methods: { GET: API_KEY } }),
  ],
  clients: [aClient({ permissions: { orders: ['GET'] } })],
});

/** Sends a message to doors with this token and tells its status and decisions. */
function send(message: Message, doorToken?: string): { status: number; made: DecisionMade[] } {
  const made: DecisionMade[] = [];
  const decisions = new DecisionService({ current: policy } as SnapshotService, portsAt());
  decisions.onDecision((one) => made.push(one));
  const settings = { ...loadSettings({ env: {} }), decisionDoorToken: doorToken };
  const controller = new DoorController(decisions, {} as DoorHealth, settings);
  let status = 0;
  const res = { headersSent: false, writeHead: (code: number) => (status = code), end: () => undefined };
  const { method, url, httpVersion, remoteAddress, fields } = message;
  const req = { method, url, httpVersion, rawHeaders: fields.flat(), complete: true, socket: { remoteAddress } };
  const [asked, answered] = [req as unknown as IncomingMessage, res as unknown as ServerResponse];
  const wholeReplies = new WholeReplies(settings);
  controller.handle({ req: asked, res: answered, wholeReplies, expectsContinue: false });
  return { status, made };
}

describe('the doors, whatever they are sent', () => {
  it('say 2xx only where one decision allowed just that', () => {
    holds(
      fc.property(anyMessage, (message) => {
        const { status, made } = send(message);
        expect(status).toBeGreaterThan(0);
        if (status < 200 || status > 299) return;
        expect(made).toHaveLength(1);
        expect(made[0]?.decision).toMatchObject({ allowed: true });
        expect(message.remoteAddress).toBe('127.0.0.1');
      }),
      { numRuns: 5_000 },
    );
  });

  it('do get asked about something that is allowed', () => {
    const statuses = fc.sample(anyMessage, { numRuns: 5_000, seed: 1 }).map((message) => send(message).status);
    expect(statuses).toContain(200);
  });

  it('never say 2xx without the door token they were given', () => {
    const isTold = ({ fields }: Message) => fields.some(([, value]) => value === 'a-door-token');
    holds(
      fc.property(
        anyMessage.filter((message) => !isTold(message)),
        (message) => {
          const { status } = send(message, 'a-door-token');
          expect(status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
