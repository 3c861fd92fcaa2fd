import { setTimeout as pass } from 'node:timers/promises';
import { Gateway } from '../support/gateway';
import { answerJson, answerText, TestPolicyAgent } from '../support/policy-agent';
import { RecordingUpstream } from '../support/recording-upstream';

describe('a route that asks a policy agent', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let agent: TestPolicyAgent;
  let key: string;

  beforeAll(async () => {
    [upstream, agent] = await Promise.all([RecordingUpstream.start(), TestPolicyAgent.start()]);
    gateway = await Gateway.start();
    const opa = { url: agent.url, timeout_ms: 300 };
    const methods = {
      GET: { auth_required: true, auth_type: 'api_key', opa },
      POST: { auth_required: false, condition: "request.headers['x-ok'] == '1'", opa },
    };
    const published = await gateway.publish({ upstreams: [upstream.url], pattern: '/orders/*', route: { methods } });
    key = published.key;
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    await agent?.close();
  });
  beforeEach(() => {
    agent.answer = answerJson({ result: true });
    agent.asked.length = 0;
    upstream.received.length = 0;
  });

  const call = async (method: string, headers: Record<string, string>) => {
    const reply = await fetch(`${gateway.proxyUrl}/orders/1`, { method, headers });
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Record<string, unknown> };
  };

  /** A line is written at the end of the turn that sends the reply, which the caller may have by then. */
  const lineOf = async (body: Record<string, unknown>) => {
    await pass(50);
    return gateway.log.find((entry) => entry.decision_id === body.decision_id);
  };

  it('lets in whom the agent lets in', async () => {
    expect((await call('GET', { 'X-API-Key': key })).status).toBe(200);
    expect(agent.asked).toHaveLength(1);
    expect(agent.asked[0]?.input.principal).toMatchObject({ kind: 'client', method: 'api_key' });
    expect(agent.asked[0]?.text).not.toContain(key);
    expect(upstream.received).toHaveLength(1);
  });

  it('refuses whom it does not', async () => {
    agent.answer = answerJson({ result: { allow: false } });
    const refused = await call('GET', { 'X-API-Key': key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'condition_denied' } });
    const line = await lineOf(refused.body);
    expect(line?.cause).toBe('opa_denied');
    expect(upstream.received).toEqual([]);
  });

  it('asks it last: not for who is nobody, nor where the condition says no', async () => {
    expect((await call('GET', { 'X-API-Key': 'wrong' })).status).toBe(401);
    expect((await call('POST', { 'X-OK': '0' })).status).toBe(403);
    expect(agent.asked).toEqual([]);
    expect((await call('POST', { 'X-OK': '1' })).status).toBe(200);
    expect(agent.asked[0]?.input.principal.kind).toBe('nobody');
  });

  it.each<[string, TestPolicyAgent['answer']]>([
    ['fails', answerText('', 500)],
    ['answers nonsense', answerText('yes')],
    ['says nothing', () => undefined],
    ['hangs up', (response) => void response.socket?.destroy()],
  ])('is unavailable while the agent %s, which is neither an allowance nor a refusal', async (_, answer) => {
    agent.answer = answer;
    const failed = await call('GET', { 'X-API-Key': key });
    expect(failed).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
    expect(failed.headers.get('retry-after')).toBe('1');
    expect(upstream.received).toEqual([]);
    const line = await lineOf(failed.body);
    expect(line).toMatchObject({
      level: 'error',
      error_message: expect.stringContaining('the policy agent at http://'),
    });
  });
});
