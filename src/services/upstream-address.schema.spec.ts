import { upstreamAddressSchema } from './upstream-address.schema';

describe('upstreamAddressSchema', () => {
  it.each([
    'http://10.0.0.1:8080',
    'https://orders.internal/base',
    'http://[::1]:3000',
    'http://localhost',
    'unix:/run/app.sock',
  ])('takes %s', (url) => {
    expect(upstreamAddressSchema.safeParse(url).success).toBe(true);
  });

  it.each([
    'orders:8080',
    'ftp://orders',
    'http://',
    'http:/orders',
    'http://user:pass@orders',
    'http://orders/?a=1',
    'http://orders/#x',
    'http://orders\\x',
    'http://or ders',
    'http://orders:99999',
    'unix:relative.sock',
    'unix:',
    'unix:/a\nb',
  ])('refuses %j', (url) => {
    expect(upstreamAddressSchema.safeParse(url).success).toBe(false);
  });
});
