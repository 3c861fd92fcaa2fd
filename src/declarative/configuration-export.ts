import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { CredentialEntity } from '../clients/credential.entity';
import { ConfigRevisionEntity } from '../database/config-revision.entity';
import { SecretCipher } from '../secrets/secret-cipher';
import { type ConfigurationPage, readPages } from './configuration-pages';
import { ExportCipher } from './export-cipher';
import { mapSecrets } from './file-secrets';
import type { Opening } from './to-declared';
import { WrittenFile } from './written-file';

/** What an export came to, as of one moment. */
export interface Exported {
  readonly revision: number;
  readonly text: string;
}

export interface ExportOptions {
  /** Without a key all secrets are left out; with one (32 bytes) each is encrypted under it. */
  readonly exportKey: Buffer | undefined;
  /** JSON instead of YAML. */
  readonly isJson: boolean;
}

/** Reads the whole policy as a declarative file. */
@Injectable()
export class ConfigurationExport {
  private readonly logger = new Logger(ConfigurationExport.name);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly cipher: SecretCipher,
  ) {}

  async read({ exportKey, isJson }: ExportOptions): Promise<Exported> {
    const cipher = exportKey && new ExportCipher(exportKey);
    const open: Opening = (sealed, context) => (sealed === null ? undefined : this.cipher.decrypt(sealed, context));
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const { revision } = await manager.findOneByOrFail(ConfigRevisionEntity, { id: 1 });
      const file = new WrittenFile(isJson);
      const lengths = new Map<string, number>();
      for await (const page of readPages(manager, cipher && open)) {
        const [section, { length }] = page;
        const before = lengths.get(section) ?? 0;
        lengths.set(section, before + length);
        if (length > 0 || before === 0) file.add(cipher ? encryptPage(page, cipher, before) : page);
      }
      if (cipher) await this.tellOfLeftOut(manager);
      return { revision, text: file.end() };
    });
  }

  /** A key whose SHA-256 was never sealed is known by a digest that means nothing elsewhere. */
  private async tellOfLeftOut(manager: EntityManager): Promise<void> {
    const unknown = { kind: 'api_key', sealedSha256: IsNull(), revokedAt: IsNull() } as const;
    const count = await manager.countBy(CredentialEntity, unknown);
    if (count > 0) this.logger.warn(`an export leaves ${count} API keys of older versions out: rotate them`);
  }
}

/** Each secret for its place in the whole file, `before` objects of whose section went before. */
function encryptPage([section, objects]: ConfigurationPage, cipher: ExportCipher, before: number): ConfigurationPage {
  const mapped = mapSecrets({ [section]: objects }, (secret, pointer) => {
    const [, head = '', index = '', rest = ''] = /^(\/[a-z_]+\/)(\d+)(.*)$/.exec(pointer) ?? [];
    return cipher.encrypt(secret, `${head}${Number(index) + before}${rest}`);
  }) as Record<string, ConfigurationPage[1]>;
  return [section, mapped[section] ?? []];
}
