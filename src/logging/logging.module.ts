import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from './logger';

@Module({})
export class LoggingModule {}

/** The global module around a logger that already exists; providers take it with `@Inject(LOGGER)`. */
export function loggingModule(logger: Logger): DynamicModule {
  return { module: LoggingModule, global: true, providers: [{ provide: LOGGER, useValue: logger }], exports: [LOGGER] };
}
