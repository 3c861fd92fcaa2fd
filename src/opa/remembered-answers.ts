const GENERATION_SIZE = 10_000;

interface Answer {
  readonly allows: boolean;
  readonly atMs: number;
}

/** Answers of policy agents by the digest of their question; bounded, the oldest go first. */
export class RememberedAnswers {
  private recent = new Map<string, Answer>();
  private older = new Map<string, Answer>();

  /** The answer given since `sinceMs`, undefined when there is none. */
  find(question: string, sinceMs: number): boolean | undefined {
    const answer = this.recent.get(question) ?? this.older.get(question);
    return answer && answer.atMs > sinceMs ? answer.allows : undefined;
  }

  keep(question: string, allows: boolean, atMs: number): void {
    if (this.recent.size >= GENERATION_SIZE) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(question, { allows, atMs });
  }
}
