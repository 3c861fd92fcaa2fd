import type { PrintedValue, SettingDefinition } from './setting-definition';
import { SETTING_TABLE } from './setting-table';
import type { Settings } from './settings';

/** One row of `config print`. */
export interface DescribedSetting {
  name: string;
  /** The effective value with secrets masked; null when unset. */
  value: PrintedValue;
  doc: string;
}

/** The effective settings in the order of the table, fit to be shown: no secret is in them. */
export function describeSettings(settings: Settings): DescribedSetting[] {
  const definitions = Object.entries(SETTING_TABLE) as [keyof Settings, SettingDefinition<unknown>][];
  return definitions.map(([key, { name, print, doc }]) => ({ name, value: print(settings[key]), doc }));
}
