import { NOW_MS } from '../../test/support/policy';
import { KEYS, publicJwk } from '../../test/support/tokens';
import { isPending } from '../core/awaitable';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import { RemoteKeySource } from './remote-key-source';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const KEY_UNKNOWN = { rejected: 'token_key_unknown' };
const UNAVAILABLE = { rejected: 'issuer_unavailable', code: 'dependency_unavailable' };

/** An issuer that publishes these keys, asked by a source whose clock the test moves. */
class Issuer {
  nowMs = NOW_MS;
  isDown = false;
  fetches = 0;
  /** Replies wait for this while it is set. */
  gate: Promise<void> | undefined;
  readonly states: (string | undefined)[] = [];
  private published: JsonObject = {};
  readonly source = new RemoteKeySource({
    now: () => this.nowMs,
    fetchKeys: () => this.reply(),
    onStateChange: (fault) => this.states.push(fault),
  });

  constructor(...kids: string[]) {
    this.publish(...kids);
  }

  publish(...kids: string[]): void {
    this.publishDocument({ keys: kids.map((kid) => publicJwk(KEYS.rsa, { kid })) });
  }

  publishDocument(document: JsonObject): void {
    this.published = document;
  }

  /** What a look-up says: the kids it found, or why none. */
  async find(kid: string | undefined, algorithm = 'RS256') {
    const found = await this.source.find(kid, algorithm);
    return 'rejected' in found ? found : found.map((key) => key.kid);
  }

  /** What is published when a reply is sent counts, as on a wire. */
  private async reply(): Promise<JsonObject> {
    this.fetches += 1;
    const { published, isDown } = this;
    await this.gate;
    if (isDown) throw new Error('connect ECONNREFUSED');
    return published;
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the keys of an issuer', () => {
  it('are fetched when first needed, once for all who wait, and are at hand from then on', async () => {
    const issuer = new Issuer('one', 'two');
    const waiting = Array.from({ length: 50 }, () => issuer.find('one'));
    expect(await Promise.all(waiting)).toEqual(Array(50).fill(['one']));
    expect(issuer.fetches).toBe(1);
    expect(isPending(issuer.source.find('two', 'RS256'))).toBe(false);
    expect(issuer.fetches).toBe(1);
  });

  it('are fetched again in the background when they are five minutes old', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    issuer.nowMs += 5 * MINUTE_MS - 1;
    await issuer.find('one');
    expect(issuer.fetches).toBe(1);
    issuer.nowMs += 1;
    issuer.publish('two');
    expect(isPending(issuer.source.find('one', 'RS256'))).toBe(false);
    expect(isPending(issuer.source.find('one', 'RS256'))).toBe(false);
    await settle();
    expect(issuer.fetches).toBe(2);
    expect(isPending(issuer.source.find('two', 'RS256'))).toBe(false);
  });

  it('are looked for again when a token names an unknown one', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    for (const kid of ['two', 'three', 'four']) {
      issuer.publish(kid);
      // Rotation upon rotation: a look-up that brought the key is no reason to wait with the next.
      expect(await issuer.find(kid)).toEqual([kid]);
    }
    expect(issuer.fetches).toBe(4);
  });

  it('are not looked for again and again for keys that do not exist', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    const storm = Array.from({ length: 200 }, (_, index) => issuer.find(`made up ${index}`));
    expect(new Set(await Promise.all(storm))).toEqual(new Set([KEY_UNKNOWN]));
    for (let index = 0; index < 200; index += 1) expect(await issuer.find(`more ${index}`)).toEqual(KEY_UNKNOWN);
    expect(issuer.fetches).toBe(2);
    issuer.nowMs += 10_000;
    issuer.publish('one', 'two');
    expect(await issuer.find('two')).toEqual(['two']);
    expect(issuer.fetches).toBe(3);
  });

  it('are looked for once more by whoever came while older ones were on their way', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    issuer.publish('two');
    let open = (): void => undefined;
    issuer.gate = new Promise((resolve) => {
      open = resolve;
    });
    const first = issuer.find('two');
    await settle();
    issuer.publish('three');
    const second = issuer.find('three');
    await settle();
    open();
    expect(await Promise.all([first, second])).toEqual([['two'], ['three']]);
    expect(issuer.fetches).toBe(3);
  });

  it('do not include one that is there for another algorithm, which is no reason to fetch', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    expect(await issuer.find('one', 'ES256')).toEqual(KEY_UNKNOWN);
    expect(await issuer.find('one', 'HS256')).toEqual(KEY_UNKNOWN);
    expect(issuer.fetches).toBe(1);
  });

  it('serve a token that names none with those that fit', async () => {
    const issuer = new Issuer('one', 'two');
    expect(await issuer.find(undefined)).toEqual(['one', 'two']);
    expect(await issuer.find(undefined, 'ES256')).toEqual(KEY_UNKNOWN);
  });
});

describe('while the issuer is down', () => {
  it('known keys go on working, for a day, and unknown ones are no verdict', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    issuer.isDown = true;
    expect(await issuer.find('two')).toEqual(UNAVAILABLE);
    for (let minute = 0; minute < 60; minute += 1) {
      issuer.nowMs += MINUTE_MS;
      expect(await issuer.find('one')).toEqual(['one']);
      expect(await issuer.find('two')).toEqual(UNAVAILABLE);
    }
    issuer.nowMs = NOW_MS + DAY_MS - 1;
    expect(await issuer.find('one')).toEqual(['one']);
    issuer.nowMs += 1;
    expect(await issuer.find('one')).toEqual(UNAVAILABLE);
  });

  it('it is asked once a second at most, and tokens with unknown keys do not wait meanwhile', async () => {
    const issuer = new Issuer('one');
    issuer.isDown = true;
    expect(await Promise.all([issuer.find('one'), issuer.find('two')])).toEqual([UNAVAILABLE, UNAVAILABLE]);
    const before = issuer.fetches;
    for (let index = 0; index < 50; index += 1) expect(await issuer.find('one')).toEqual(UNAVAILABLE);
    expect(issuer.fetches).toBe(before);
    expect(before).toBeLessThanOrEqual(2);
    issuer.nowMs += 1_000;
    expect(await issuer.find('one')).toEqual(UNAVAILABLE);
    expect(issuer.fetches).toBe(before + 1);
  });

  it('and after it: new keys are found as soon as it is back', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    issuer.isDown = true;
    await issuer.find('two');
    issuer.isDown = false;
    issuer.publish('two');
    issuer.nowMs += 1_000;
    expect(await issuer.find('two')).toEqual(['two']);
    expect(issuer.states).toEqual(['connect ECONNREFUSED', undefined]);
  });

  it('is said once, not at every look-up', async () => {
    const issuer = new Issuer('one');
    issuer.isDown = true;
    for (let index = 0; index < 5; index += 1) {
      await issuer.find('one');
      issuer.nowMs += 1_000;
    }
    expect(issuer.states).toEqual(['connect ECONNREFUSED']);
  });
});

describe('a set of keys', () => {
  const ambiguous = { keys: [publicJwk(KEYS.rsa, { kid: 'one' }), publicJwk(KEYS.otherRsa, { kid: 'one' })] };

  it('with two different keys of one kid verifies nothing', async () => {
    const issuer = new Issuer();
    issuer.publishDocument(ambiguous);
    expect(await issuer.find('one')).toEqual(KEY_UNKNOWN);
    expect(await issuer.find(undefined)).toEqual(KEY_UNKNOWN);
    expect(issuer.states).toEqual(['key_set_ambiguous']);
    expect(issuer.fetches).toBe(1);
  });

  it('with two different keys of one kid does not replace a good one', async () => {
    const issuer = new Issuer('one');
    await issuer.find('one');
    issuer.publishDocument(ambiguous);
    issuer.nowMs += 5 * MINUTE_MS;
    await issuer.find('one');
    await settle();
    expect(await issuer.find('one')).toEqual(['one']);
    expect(issuer.states).toEqual(['key_set_ambiguous']);
  });

  it.each<[string, JsonObject]>([
    ['is none', { error: 'not found' }],
    ['is no list', { keys: 'none' }],
    ['is too large', { keys: Array.from({ length: 101 }, () => publicJwk(KEYS.rsa)) }],
  ])('that %s counts as an issuer that is down', async (_, document) => {
    const issuer = new Issuer();
    issuer.publishDocument(document);
    expect(await issuer.find('one')).toEqual(UNAVAILABLE);
  });
});
