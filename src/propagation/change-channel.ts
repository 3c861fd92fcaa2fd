/** The name under which revisions are announced, on Redis as on PostgreSQL. */
export const REVISIONS = 'gatewarden_revision';

/** What a subscription tells. */
export interface ChangeListener {
  /** Whatever somebody sent: anybody who reaches the channel can. */
  heard(text: string): void;
  /** The subscription has ended by itself; nothing is heard on it any more. */
  lost(fault?: unknown): void;
}

/** An open ear. */
export interface Subscription {
  /** Rejects when nothing would be heard any more; the subscription is then to be closed. */
  probe(): Promise<unknown>;
  close(): void;
}

/** A way in which processes tell one another of committed revisions, quicker than by asking the database. */
export interface ChangeChannel {
  /** Resolves once everything announced from now on is heard. */
  subscribe(listener: ChangeListener): Promise<Subscription>;
  announce(revision: number): Promise<unknown>;
}
