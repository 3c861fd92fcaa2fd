import { createServer } from 'node:http';
import { setTimeout as pass } from 'node:timers/promises';
import type { ConditionSubject } from '../../src/core/conditions/condition';
import type { OpaQuery } from '../../src/core/conditions/opa-query';
import { NOBODY } from '../../src/core/principal';
import { OpaAgent } from '../../src/opa/opa-agent';
import { aClient, aRequest, aRoute, NOW_MS, type RequestText } from '../support/policy';
import { answerJson, answerText, TestPolicyAgent } from '../support/policy-agent';

const SECRET = 's3cret-that-must-not-be-told';

let server: TestPolicyAgent;
let agent: OpaAgent;
beforeEach(async () => {
  server = await TestPolicyAgent.start();
  agent = new OpaAgent();
});
afterEach(async () => {
  await agent?.onApplicationShutdown();
  await server?.close();
});

const query = (change: Partial<OpaQuery> = {}): OpaQuery => ({
  url: server.url,
  timeoutMs: 1000,
  cacheSeconds: 0,
  ...change,
});
const subject = (text: RequestText = {}, change: Partial<ConditionSubject> = {}): ConditionSubject => ({
  request: aRequest(text),
  principal: NOBODY,
  route: aRoute({ routeId: 'orders' }),
  nowMs: NOW_MS,
  ...change,
});

describe('an answer of a policy agent', () => {
  it.each([{ result: true }, { result: { allow: true } }, { result: { allow: true, reasons: [] }, decision_id: 'x' }])(
    '%j lets in',
    async (answer) => {
      server.answer = answerJson(answer);
      expect(await agent.allows(query(), subject())).toBe(true);
    },
  );

  it.each([
    {},
    { result: false },
    { result: null },
    { result: 'true' },
    { result: 1 },
    { result: [true] },
    { result: ['allow'] },
    { result: {} },
    { result: { allow: 'true' } },
    { result: { allow: 1 } },
    { result: { allow: false } },
    { result: { allow: { allow: true } } },
    { result: { Allow: true } },
    { result: { result: true } },
    { allow: true },
    { result: false, allow: true },
    { results: true },
  ])('%j does not', async (answer) => {
    server.answer = answerJson(answer);
    expect(await agent.allows(query(), subject())).toBe(false);
  });

  it.each([
    '{"__proto__": {"result": true}}',
    '{"result": {"__proto__": {"allow": true}}}',
    '{"result": true, "result": false}',
  ])('%s does not', async (text) => {
    server.answer = answerText(text);
    expect(await agent.allows(query(), subject())).toBe(false);
  });

  it.each<[string, TestPolicyAgent['answer'], RegExp]>([
    ['no JSON', answerText('<p>true</p>'), /no JSON$/],
    ['cut JSON', answerText('{"result": true'), /no JSON$/],
    ['nothing', answerText(''), /no JSON$/],
    ['a bare true', answerText('true'), /no JSON object$/],
    ['null', answerText('null'), /no JSON object$/],
    ['a list', answerText('[{"result": true}]'), /no JSON object$/],
    ['an error', answerJson({ result: true }, 500), /status 500$/],
    ['another success', answerJson({ result: true }, 201), /status 201$/],
    ['a refusal', answerJson({ result: true }, 401), /status 401$/],
    ['an undefined document', answerJson({ code: 'undefined_document' }, 404), /status 404$/],
    ['too much', answerText(`{"result": true, "more": "${'x'.repeat(70_000)}"}`), /larger than 65536 bytes$/],
    ['without end', (response) => void response.writeHead(200).write('{"result": true,'), /within 150 ms$/],
    ['never', () => undefined, /within 150 ms$/],
    ['by hanging up', (response) => void response.socket?.destroy(), /failed: /],
  ])('that is %s is a fault', async (_, answer, message) => {
    server.answer = answer;
    // Only what is about time may end by it, on a busy machine too.
    const timeoutMs = message.source.includes('within') ? 150 : 5_000;
    const asked = Promise.resolve(agent.allows(query({ timeoutMs }), subject()));
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toThrow(`the policy agent at ${server.url} `);
  });

  it('that leads elsewhere is a fault, and nobody goes there', async () => {
    let visits = 0;
    const elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end('{"result": true}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const { port } = elsewhere.address() as { port: number };
    for (const status of [301, 302, 303, 307, 308]) {
      server.answer = (response) => response.writeHead(status, { location: `http://127.0.0.1:${port}/` }).end();
      await expect(agent.allows(query(), subject())).rejects.toThrow(`status ${status}`);
    }
    expect(visits).toBe(0);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it('that never comes, for nobody listens, is a fault', async () => {
    const nowhere = query();
    await server.close();
    await expect(agent.allows(nowhere, subject())).rejects.toThrow(/ECONNREFUSED/);
    server = await TestPolicyAgent.start();
  });

  it('is asked for again when a kept connection is lost', async () => {
    expect(await agent.allows(query(), subject())).toBe(true);
    let isFirst = true;
    server.answer = (response, question) => {
      if (isFirst) response.socket?.destroy();
      else answerJson({ result: true })(response, question);
      isFirst = false;
    };
    expect(await agent.allows(query(), subject({ target: '/orders/2' }))).toBe(true);
    expect(server.asked).toHaveLength(3);
  });
});

describe('a question to a policy agent', () => {
  it('tells the request, the principal and the route', async () => {
    const client = aClient({ clientId: 'c1', tenant: 'acme' });
    const principal = { kind: 'client', client, method: 'hmac', credentialId: 'x', token: undefined } as const;
    const text = { method: 'POST', target: '/orders/7?a=1&a=2&b=%20', headers: { 'X-Env': 'prod' } };
    await agent.allows(query({ url: `${server.url}?pretty=true` }), subject(text, { principal }));
    const [question] = server.asked;
    expect(question).toMatchObject({ method: 'POST', url: '/v1/data/gateway/allow?pretty=true' });
    expect(question?.input).toEqual({
      request: {
        method: 'POST',
        path: '/orders/7',
        host: 'api.example.com',
        query_string: 'a=1&a=2&b=%20',
        query: { a: ['1', '2'], b: [' '] },
        headers: { 'x-env': 'prod' },
        ip: '192.0.2.1',
        is_secure: false,
        scheme: 'http',
      },
      principal: {
        kind: 'client',
        method: 'hmac',
        client_id: 'c1',
        client_name: 'Mobile app',
        user_id: '',
        app: '',
        issuer: '',
        tenant: 'acme',
        roles: [],
        scopes: [],
        claims: {},
      },
      route: { id: 'orders', domain: 'api.example.com', pattern: '/orders/*' },
    });
  });

  it('holds no credential', async () => {
    const headers = {
      Authorization: `Bearer ${SECRET}`,
      'X-API-Key': SECRET,
      x_api_key: SECRET,
      Cookie: SECRET,
      'Proxy-Authorization': SECRET,
      'X-Authenticity': SECRET,
      'X-Nonce': SECRET,
      'X-Forwarded-Client-Cert': SECRET,
    };
    await agent.allows(query(), subject({ headers, target: `/orders/1?api_key=${SECRET}&api%5Fkey=${SECRET}` }));
    expect(server.asked[0]?.text).not.toContain(SECRET);
    expect(server.asked[0]?.input.request.headers).toEqual({});
  });

  it('is asked once while it is on its way', async () => {
    server.answer = (response, question) => setTimeout(() => answerJson({ result: true })(response, question), 50);
    const answers = await Promise.all(Array.from({ length: 50 }, () => agent.allows(query(), subject())));
    expect(answers).toEqual(Array.from({ length: 50 }, () => true));
    expect(server.asked).toHaveLength(1);
    await agent.allows(query(), subject());
    expect(server.asked).toHaveLength(2);
  });

  it('that fails fails for everybody who waits for it, and is asked anew', async () => {
    server.answer = answerText('', 500);
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => agent.allows(query({ cacheSeconds: 60 }), subject())),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    server.answer = answerJson({ result: true });
    expect(await agent.allows(query({ cacheSeconds: 60 }), subject())).toBe(true);
    expect(server.asked).toHaveLength(2);
  });

  it('is answered from memory for cache_seconds, yes and no alike', async () => {
    for (const result of [true, false]) {
      server.answer = answerJson({ result });
      const asked = subject({ target: `/orders/${result}` });
      expect(await agent.allows(query({ cacheSeconds: 1 }), asked)).toBe(result);
      server.answer = answerJson({ result: !result });
      expect(agent.allows(query({ cacheSeconds: 1 }), asked)).toBe(result);
      await pass(1050);
      expect(await agent.allows(query({ cacheSeconds: 1 }), asked)).toBe(!result);
    }
  });

  it.each<[string, Partial<OpaQuery>, RequestText, Partial<ConditionSubject>]>([
    ['path', {}, { target: '/orders/2' }, {}],
    ['method', {}, { method: 'POST' }, {}],
    ['host', {}, { host: 'b.example.com' }, {}],
    ['query', {}, { target: '/orders/1?a=1' }, {}],
    ['header', {}, { headers: { 'X-Env': 'prod' } }, {}],
    ['route', {}, {}, { route: aRoute({ routeId: 'other' }) }],
    ['principal', {}, {}, { principal: { kind: 'app', method: 'protect', app: 'ios', protectKeyId: 'k' } }],
    ['agent', { url: '?x' }, {}, {}],
  ])('of another %s is another question', async (_, change, text, about) => {
    const url = `${server.url}${change.url ?? ''}`;
    expect(await agent.allows(query({ cacheSeconds: 60 }), subject())).toBe(true);
    server.answer = answerJson({ result: false });
    expect(await agent.allows(query({ cacheSeconds: 60, url }), subject(text, about))).toBe(false);
    expect(agent.allows(query({ cacheSeconds: 60 }), subject())).toBe(true);
  });
});
