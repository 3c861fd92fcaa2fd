import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from './settings';

/** Injection token of the effective `Settings`. */
export const SETTINGS = Symbol('Settings');

/** Holds the settings the process was started with. */
@Module({})
export class SettingsModule {}

/** The global module around settings that were already loaded; providers take them with `@Inject(SETTINGS)`. */
export function settingsModule(settings: Settings): DynamicModule {
  return {
    module: SettingsModule,
    global: true,
    providers: [{ provide: SETTINGS, useValue: settings }],
    exports: [SETTINGS],
  };
}
