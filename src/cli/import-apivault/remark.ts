/** Something about one place of a file. */
export interface Remark {
  readonly file: string;
  /** Such as `server[0].mapping[1].target_url`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** One line for people. */
export function toLine({ file, path, message }: Remark): string {
  return path === '' ? `${file}: ${message}` : `${file}: ${path} ${message}`;
}

/** The path of a place in a YAML file. */
export function toPath(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return path === '' ? String(key) : `${path}.${String(key)}`;
  }, '');
}
