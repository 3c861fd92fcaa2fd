/** The id of a user: a number stays one, for upstreams that compare it with a numeric column. */
export type UserId = string | number;

/** A person who can log in. */
export interface User {
  readonly userId: UserId;
  readonly login: string;
  readonly passwordHash: string | undefined;
  readonly roles: readonly string[];
  readonly tenant: string | undefined;
  readonly isActive: boolean;
  /** undefined: nobody knows (a table of the operator's own) */
  readonly isVerified: boolean | undefined;
}

/** Where users are kept: the gateway's own table or the operator's. */
export interface UserDirectory {
  /** The one user who logs in by this text; an e-mail address is compared without case. */
  findByLogin(login: string): Promise<User | undefined>;
  findById(userId: UserId): Promise<User | undefined>;
  /** undefined when the login is taken, decided by the database, so that two at once make one */
  insert(login: string, passwordHash: string): Promise<User | undefined>;
  setPasswordHash(userId: UserId, passwordHash: string): Promise<void>;
  /** Notes that the user can read mail at the login address; a table of the operator's own keeps no such note. */
  markVerified(userId: UserId): Promise<void>;
}

export const USER_DIRECTORY = Symbol('UserDirectory');
