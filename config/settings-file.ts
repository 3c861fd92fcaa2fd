import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { SettingFault } from './settings-error';

/** The texts of a settings file by key, and what is wrong with it. */
export interface SettingsFile {
  values: Map<string, string>;
  faults: SettingFault[];
}

/** Reads a YAML settings file; every fault of it is reported under its path or key instead of thrown. */
export function readSettingsFile(path: string): SettingsFile {
  const file: SettingsFile = { values: new Map(), faults: [] };
  for (const [key, value] of Object.entries(readMapping(path, file.faults))) {
    const text = toText(value);
    if (text === undefined)
      file.faults.push({ name: key, message: `in ${path} must be a plain value or a list of them` });
    else if (text !== '') file.values.set(key, text);
  }
  return file;
}

function readMapping(path: string, faults: SettingFault[]): Record<string, unknown> {
  try {
    // The failsafe schema leaves every scalar as written: a token of digits must not become a rounded number.
    const document: unknown = parse(readFileSync(path, 'utf8'), { schema: 'failsafe' }) ?? {};
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return { ...document };
    if (document !== '') faults.push({ name: path, message: 'must hold a mapping of settings (key: value)' });
  } catch (error) {
    const [reason] = String(error).split('\n');
    faults.push({ name: path, message: `cannot be read: ${reason}` });
  }
  return {};
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '~' || value === 'null' ? '' : value.trim();
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
  return value === null ? '' : undefined;
}
