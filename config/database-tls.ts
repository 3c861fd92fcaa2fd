/** The kinds of server a URL can name. */
export type DatabaseScheme = 'postgres' | 'mysql' | 'mariadb' | 'mssql';

/** How the server's certificate is verified: not at all, its authority, or its authority and its name. */
export interface DatabaseTls {
  readonly verify: 'nothing' | 'authority' | 'identity';
  readonly ca?: NamedPath;
  readonly cert?: NamedPath;
  readonly key?: NamedPath;
}

/** A file and the option that names it. */
export interface NamedPath {
  readonly option: string;
  readonly path: string;
}
