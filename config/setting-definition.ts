/** From the least to the most important. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One JSON object per line, or lines for people. */
export type LogFormat = 'json' | 'pretty';

/** What a default may depend on. */
export interface SettingSurroundings {
  /** Whether the log goes to a terminal. */
  isTty: boolean;
}

/** A value as `config print` shows it. */
export type PrintedValue = string | number | string[] | null;

/** Everything there is to know about one setting. */
export interface SettingDefinition<T> {
  /** The environment name; the key in the settings file is the same in lower case. */
  name: string;
  doc: string;
  /** Reads the text of the environment or the file; throws a SettingValueError. */
  parse: (text: string) => T;
  byDefault: (surroundings: SettingSurroundings) => T;
  /** How the value may be shown; a secret shows only that it is set. */
  print: (value: T) => PrintedValue;
  /** A second name read when the first one is set nowhere, with a reader of its own. */
  fallback?: { name: string; parse: (text: string) => T };
}

/** A definition as it stands in a table. */
export const define = <T>(definition: SettingDefinition<T>): SettingDefinition<T> => definition;
/** Shows a value as it is. */
export const asIs = <T extends PrintedValue>(value: T): PrintedValue => value;
/** Shows of a secret only that it is set. */
export const masked = (value: unknown): PrintedValue => (value === undefined ? null : '********');

/** Shows a value, or that there is none. */
export const orNull = <T extends PrintedValue>(value: T | undefined): PrintedValue => value ?? null;
