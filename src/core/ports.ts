import type { ApiKeyDigests } from './credentials/api-key-digests';

/** What a decision asks of the outside. */
export interface DecisionPorts {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly apiKeyDigests: ApiKeyDigests;
}
