import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { EventOutbox } from './event-outbox';
import { openDatabase } from './open-database';
import { PolicyWriter } from './policy-writer';

/** The one open, migrated database of the process; closed, and its directory given free, when the application shuts down. */
@Global()
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => openDatabase(settings.databaseUrl),
    },
    PolicyWriter,
    EventOutbox,
  ],
  exports: [DataSource, PolicyWriter, EventOutbox],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** Runs after every listener has drained: those stop in the earlier hooks. */
  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
