/** What a decision asks of the outside. */
export interface DecisionPorts {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Keys the digests that API keys are found by. */
  readonly apiKeyPepper: Buffer;
}
