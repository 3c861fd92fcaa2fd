import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { DatabaseLink } from './database-link';
import { DatabasePing } from './database-ping';
import { EventOutbox } from './event-outbox';
import { PolicyWriter } from './policy-writer';

/** The one database of the process, open and migrated or looked for; closed, and its directory given free, when the application shuts down. */
@Global()
@Module({
  providers: [
    {
      provide: DatabaseLink,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => DatabaseLink.open(settings.databaseUrl),
    },
    { provide: DataSource, inject: [DatabaseLink], useFactory: ({ dataSource }: DatabaseLink) => dataSource },
    DatabasePing,
    PolicyWriter,
    EventOutbox,
  ],
  exports: [DatabaseLink, DatabasePing, DataSource, PolicyWriter, EventOutbox],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly link: DatabaseLink) {}

  /** Runs after every listener has drained: those stop in the earlier hooks. */
  async onApplicationShutdown(): Promise<void> {
    await this.link.close();
  }
}
