/** A stored hash that can be verified: its parameters are within the bounds of its scheme. */
export interface KnownHash {
  /** Whether it was made with less work than a new one would be, or by a variant that new ones are not made by. */
  readonly isWeak: boolean;
  matches(password: Buffer): Promise<boolean>;
}

/** One way to hash passwords, in all the forms it is stored in. */
export interface HashScheme {
  /** A stored hash of this scheme; undefined for other texts, and for parameters that would take too much to verify. */
  read(hash: string): KnownHash | undefined;
  /** A new hash, in a form that other programs read too; it may keep a mark of the one it replaces. */
  hash(password: Buffer, replaced?: string): Promise<string>;
  /** A hash that no password is known for, as costly to verify as a new one. */
  decoy(): string;
}
