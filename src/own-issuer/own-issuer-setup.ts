import { randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DatabaseLink } from '../database/database-link';
import { PolicyWriter } from '../database/policy-writer';
import { IssuerEntity } from '../issuers/issuer.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { OWN_AUDIENCE, OWN_ISSUER_ID, OWN_ISSUER_NAME, UNNAMED_ISSUER } from './own-issuer';

/** What of the row the settings decide. */
type Settled = Pick<IssuerEntity, 'issuer' | 'secret' | 'algorithms' | 'audiences'>;

const SECRET_BYTES = 32;
/** RFC 7518 section 3.2 asks for as many of HS256. */
const SAFE_SECRET_BYTES = 32;
const ASYMMETRIC = ['EdDSA', 'ES256', 'RS256'];

/** Before anything listens: makes the gateway an issuer like any other, as the settings say it is. */
@Injectable()
export class OwnIssuerSetup implements OnApplicationBootstrap {
  private readonly logger = new Logger(OwnIssuerSetup.name);

  constructor(
    private readonly link: DatabaseLink,
    private readonly writer: PolicyWriter,
    private readonly cipher: SecretCipher,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { authEndpoints, tokenAlgorithm, tokenSecret } = this.settings;
    if (!authEndpoints) return;
    if (tokenAlgorithm === 'HS256' && tokenSecret !== undefined && Buffer.byteLength(tokenSecret) < SAFE_SECRET_BYTES) {
      this.logger.warn('TOKEN_SECRET can be guessed from one token: it should have 32 characters or more');
    }
    await this.link.whenOpen(() => this.settleRow());
  }

  private async settleRow(): Promise<void> {
    if (this.isSettled(await findOwn(this.link.dataSource.manager))) return;
    // Of several processes that start together one settles it, and the others find it so.
    await this.writer.write(async ({ manager, revision }) => {
      const row = await findOwn(manager);
      if (this.isSettled(row)) return;
      const now = new Date();
      const settled = this.settle(row?.secret ?? null);
      await refuseNamesake(manager);
      if (row)
        await manager.update(IssuerEntity, { issuerId: OWN_ISSUER_ID }, { ...settled, updatedAt: now, revision });
      else await manager.insert(IssuerEntity, { ...newRow(now), ...settled, revision });
    });
  }

  private isSettled(row: IssuerEntity | null): boolean {
    if (!row) return false;
    const { issuer, algorithms } = this.settle(row.secret);
    return row.issuer === issuer && row.algorithms.join() === algorithms.join() && this.hasRightSecret(row.secret);
  }

  private hasRightSecret(sealed: string | null): boolean {
    const { tokenAlgorithm, tokenSecret } = this.settings;
    if (tokenAlgorithm !== 'HS256' || sealed === null) return (tokenAlgorithm === 'HS256') === (sealed !== null);
    return tokenSecret === undefined || this.cipher.decrypt(sealed, SECRET_CONTEXT) === tokenSecret;
  }

  private settle(sealed: string | null): Settled {
    const isSecret = this.settings.tokenAlgorithm === 'HS256';
    return {
      issuer: this.settings.publicUrl ?? UNNAMED_ISSUER,
      secret: isSecret ? this.sealSecret(sealed) : null,
      algorithms: isSecret ? ['HS256'] : ASYMMETRIC,
      audiences: [OWN_AUDIENCE],
    };
  }

  /** A secret the gateway made stays what it is. */
  private sealSecret(sealed: string | null): string {
    const { tokenSecret } = this.settings;
    if (sealed !== null && this.hasRightSecret(sealed)) return sealed;
    return this.cipher.encrypt(tokenSecret ?? randomBytes(SECRET_BYTES).toString('base64url'), SECRET_CONTEXT);
  }
}

const SECRET_CONTEXT = `issuer:${OWN_ISSUER_ID}:secret`;

function findOwn(manager: EntityManager): Promise<IssuerEntity | null> {
  return manager.findOneBy(IssuerEntity, { issuerId: OWN_ISSUER_ID });
}

async function refuseNamesake(manager: EntityManager): Promise<void> {
  const namesake = await manager.findOneBy(IssuerEntity, { name: OWN_ISSUER_NAME });
  if (!namesake || namesake.issuerId === OWN_ISSUER_ID) return;
  throw new Error(
    `The issuer ${OWN_ISSUER_NAME} of the policy has the name of the gateway itself: start with AUTH_ENDPOINTS=false and rename it.`,
  );
}

function newRow(now: Date): Omit<IssuerEntity, keyof Settled | 'revision'> {
  return {
    issuerId: OWN_ISSUER_ID,
    name: OWN_ISSUER_NAME,
    type: 'own',
    jwksUrl: null,
    publicKey: null,
    introspection: null,
    introspectionSecret: null,
    clockSkewSeconds: 0,
    claims: { roles: 'roles', scopes: 'scope', tenant: 'tenant', client: null, forward: [] },
    enabled: true,
    createdAt: now,
    updatedAt: now,
  };
}
