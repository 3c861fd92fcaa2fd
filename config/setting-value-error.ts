/** A value a setting does not take; the message completes the sentence “NAME …”. */
export class SettingValueError extends Error {
  override readonly name = 'SettingValueError';
}
