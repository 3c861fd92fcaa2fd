import { rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askDoor, type Described, DOORS, problemOf, publishTwo } from '../support/doors';
import { Gateway } from '../support/gateway';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start();
  await publishTwo(gateway);
});
afterAll(() => gateway?.close());

const ask = (door: string, described: Described = {}, to = gateway) => askDoor(to, door, described);

describe('trust at the doors', () => {
  let strangers: Gateway;
  let guarded: Gateway;

  beforeAll(async () => {
    strangers = await Gateway.start({ TRUSTED_PROXIES: '192.0.2.0/24' });
    guarded = await Gateway.start({ DECISION_DOOR_TOKEN: 'door-token-of-the-tests', TRUSTED_FORWARDERS: '127.0.0.1' });
    for (const one of [strangers, guarded]) {
      await one.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
    }
  });
  afterAll(async () => {
    await strangers?.close();
    await guarded?.close();
  });

  it.each(DOORS)('refuses what a stranger describes at %s, whatever that is', async (door) => {
    for (const uri of ['/open/1', '/nowhere', '/open/../x']) {
      const before = strangers.log.length;
      const { status, text } = await ask(door, { uri }, strangers);
      expect(status).toBe(403);
      expect(problemOf(text)).toMatchObject({ code: 'untrusted_peer', status: 403 });
      expect(strangers.log.slice(before)).toMatchObject([
        { reason: 'untrusted_peer', cause: 'peer_not_trusted', client_ip: '127.0.0.1', route: '', domain: '' },
      ]);
    }
  });

  it('does not believe that a stranger is somebody else', async () => {
    const lines = ['X-Forwarded-For: 192.0.2.7', 'X-Real-IP: 192.0.2.7', 'Forwarded: for=192.0.2.7'];
    for (const door of DOORS) expect((await ask(door, { uri: '/open/1', lines }, strangers)).status).toBe(403);
  });

  it.each(DOORS)('asks for the door token at %s too, and keeps it to itself', async (door) => {
    const token = 'X-Gatewarden-Door-Token: door-token-of-the-tests';
    expect((await ask(door, { uri: '/open/1', lines: [token] }, guarded)).status).toBe(200);
    for (const lines of [
      [],
      [`${token}x`],
      [token.slice(0, -1)],
      ['X-Gatewarden-Door-Token:'],
      ['X_Gatewarden_Door_Token: door-token-of-the-tests'],
    ]) {
      const { status, text } = await ask(door, { uri: '/open/1', lines }, guarded);
      expect(status).toBe(403);
      expect(problemOf(text)).toMatchObject({ code: 'untrusted_peer' });
      expect(guarded.log.at(-1)).toMatchObject({ cause: 'wrong_door_token' });
    }
    const twice = await ask(door, { uri: '/open/1', lines: [token, token] }, guarded);
    expect(problemOf(twice.text)).toMatchObject({ code: 'malformed_request' });
    expect(JSON.stringify(guarded.log)).not.toContain('door-token-of-the-tests');
  });

  it('counts a request for the right-most address that is not trusted, or whom a trusted forwarder names', async () => {
    const addressOf = async (lines: string[], to: Gateway, given: string[] = []) => {
      await ask('/authz', { uri: '/open/1', lines: [...lines, ...given] }, to);
      return to.log.at(-1)?.client_ip;
    };
    const token = ['X-Gatewarden-Door-Token: door-token-of-the-tests'];
    expect(await addressOf([], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Forwarded-For: 6.6.6.6, 203.0.113.9'], gateway)).toBe('203.0.113.9');
    expect(await addressOf(['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.9, 127.0.0.9'], gateway)).toBe(
      '203.0.113.9',
    );
    expect(await addressOf(['X-Forwarded-For: 203.0.113.9, junk'], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Real-IP: 203.0.113.9', 'X-Original-Client-IP: 203.0.113.9'], gateway)).toBe('127.0.0.1');
    expect(await addressOf(['X-Original-Client-IP: 203.0.113.9'], guarded, token)).toBe('203.0.113.9');
    expect(await addressOf(['X-Original-Client-IP: junk'], guarded, token)).toBe('127.0.0.1');
  });

  it('is given to every peer on a unix socket', async () => {
    const path = join(tmpdir(), `doors-${process.pid}.sock`);
    const local = await Gateway.start({ DECISION_LISTEN: `unix:${path}`, TRUSTED_PROXIES: '192.0.2.0/24' });
    try {
      await local.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/open/*', isPublic: true });
      const headers = { 'X-Original-URI': '/open/1', 'X-Original-Method': 'GET', 'X-Original-Host': 'api.test' };
      const status = await new Promise((resolve, reject) => {
        request(
          { socketPath: path, path: '/authz', headers: { ...headers, 'X-Forwarded-For': '203.0.113.9' } },
          (reply) => {
            reply.resume();
            resolve(reply.statusCode);
          },
        )
          .on('error', reject)
          .end();
      });
      expect(status).toBe(200);
      expect(local.log.at(-1)).toMatchObject({ client_ip: '203.0.113.9' });
    } finally {
      await local.close();
      rmSync(path, { force: true });
    }
  });
});
