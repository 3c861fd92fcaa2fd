import { chmodSync, existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDocument } from 'yaml';
import { readSettingsFile } from '../../../config/settings-file';
import { UnusableFilesError } from './unusable-files-error';

const OWNER_ONLY = 0o600;

/** What becomes of one key: one that is `kept` says something else than the import would. */
export interface MergedKey {
  readonly key: string;
  readonly outcome: 'added' | 'replaced' | 'kept' | 'unchanged';
}

/** A settings file with what an import adds to it; it has secrets, so only its owner may read it. */
export class SettingsMerge {
  private constructor(
    readonly path: string,
    readonly keys: readonly MergedKey[],
    private readonly text: string,
  ) {}

  /**
   * Plans the change of a file that may not be there yet; its other keys and its comments stay.
   * @throws UnusableFilesError when the file is no settings file
   */
  static plan(path: string, settings: ReadonlyMap<string, string>, isForced: boolean): SettingsMerge {
    const isThere = existsSync(path);
    const { values, faults } = isThere ? readSettingsFile(path) : { values: new Map<string, string>(), faults: [] };
    if (faults.length > 0)
      throw unusable(
        path,
        faults.map(({ name, message }) => `${name} ${message}`),
      );
    const document = parseDocument(isThere ? readFileSync(path, 'utf8') : '');
    const keys = [...settings].map(([key, value]): MergedKey => {
      const outcome = outcomeOf(values.get(key), value, isForced);
      if (outcome === 'added' || outcome === 'replaced') document.set(key, value);
      return { key, outcome };
    });
    return new SettingsMerge(path, keys, String(document));
  }

  /** Writes the file whole or not at all, and only when something changes. */
  write(): void {
    if (this.keys.every(({ outcome }) => outcome === 'kept' || outcome === 'unchanged')) return;
    const target = existsSync(this.path) ? realpathSync(this.path) : this.path;
    const draft = `${target}.${process.pid}.tmp`;
    writeFileSync(draft, this.text, { mode: OWNER_ONLY, flag: 'wx' });
    chmodSync(draft, OWNER_ONLY);
    renameSync(draft, target);
  }
}

function outcomeOf(stored: string | undefined, value: string, isForced: boolean): MergedKey['outcome'] {
  if (stored === undefined) return 'added';
  if (stored === value) return 'unchanged';
  return isForced ? 'replaced' : 'kept';
}

function unusable(path: string, messages: readonly string[]): UnusableFilesError {
  return new UnusableFilesError(messages.map((message) => ({ file: basename(path), path: '', message })));
}
