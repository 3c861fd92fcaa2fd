import { digestApiKey } from './api-key';
import { ApiKeyDigests } from './api-key-digests';

const PEPPER = Buffer.alloc(32, 1);

describe('ApiKeyDigests', () => {
  it('gives the digest under its pepper', () => {
    expect(new ApiKeyDigests(PEPPER).digest('key')).toBe(digestApiKey('key', PEPPER));
  });

  it('keeps the keys in use and forgets the oldest, however many come', () => {
    const digests = new ApiKeyDigests(PEPPER);
    for (let index = 0; index < 25_000; index += 1) digests.remember(`key ${index}`, `digest ${index}`);
    expect(digests.find('key 24999')).toBe('digest 24999');
    expect(digests.find('key 15000')).toBe('digest 15000');
    expect(digests.find('key 0')).toBeUndefined();
  });
});
