/** One thing wrong with the settings: the environment name (or file key) and a sentence that follows it. */
export interface SettingFault {
  name: string;
  message: string;
}

/** Everything wrong with the settings, reported together. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly faults: SettingFault[]) {
    super(faults.map((fault) => `${fault.name} ${fault.message}`).join('\n'));
  }
}
