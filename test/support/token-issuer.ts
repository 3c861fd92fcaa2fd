import type { Gateway } from './gateway';
import { SECRET, signHs256 } from './tokens';

const ISSUER = 'https://idp.example';

/** An issuer with a shared secret that a gateway knows by the name `corp`. */
export class TokenIssuer {
  private constructor(private readonly name: string) {}

  static async of(gateway: Gateway, name = 'corp', claims: object = {}): Promise<TokenIssuer> {
    const issuer = `${ISSUER}/${name}`;
    await gateway.admin('POST', '/issuers', {
      name,
      type: 'static',
      issuer,
      secret: SECRET,
      audiences: ['api'],
      claims,
    });
    return new TokenIssuer(name);
  }

  /** A token of the user 17 with these claims, good for a day unless they say otherwise. */
  sign(claims: Record<string, unknown> = {}): string {
    const exp = Math.floor(Date.now() / 1000) + 86_400;
    return signHs256({ iss: `${ISSUER}/${this.name}`, aud: 'api', sub: '17', exp, ...claims });
  }
}
