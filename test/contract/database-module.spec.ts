import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { loadSettings } from '../../config/settings';
import { settingsModule } from '../../config/settings.module';
import { DatabaseModule } from '../../src/database/database.module';
import { openDatabase } from '../../src/database/open-database';
import { PolicyWriter } from '../../src/database/policy-writer';
import { SecretCipher } from '../../src/secrets/secret-cipher';
import { SecretsModule } from '../../src/secrets/secrets.module';
import { createEmbedded } from '../support/embedded-databases';
import type { TestDatabase } from '../support/test-database';

describe('an application on an embedded database', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createEmbedded();
  });
  afterEach(() => database?.drop());

  it('gets it migrated, and gives it free when it closes', async () => {
    const settings = loadSettings({ env: { DATABASE_URL: database.url } });
    const application = await Test.createTestingModule({
      imports: [settingsModule(settings), DatabaseModule, SecretsModule],
    }).compile();

    expect((await application.get(PolicyWriter).write(async () => 'written')).revision).toBe(1);
    const cipher = application.get(SecretCipher);
    expect(cipher.decrypt(cipher.encrypt('secret', 'context'), 'context')).toBe('secret');
    await application.close();
    expect(application.get(DataSource).isInitialized).toBe(false);

    const dataSource = await openDatabase(database.url);
    await dataSource.destroy();
  });
});
