import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Refused } from '../core/decision';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { EventNotes } from './event-notes';
import { FailureBursts } from './failure-bursts';
import { FirstInHour } from './first-in-hour';

const TEN_MINUTES_MS = 600_000;

/** Finds in the decisions what webhooks are told of: guessing of credentials, and limits that are used up. */
@Injectable()
export class DecisionWatch implements OnModuleInit {
  private readonly bursts = new FailureBursts();
  private readonly exceeded = new FirstInHour();

  constructor(
    private readonly decisions: DecisionService,
    private readonly notes: EventNotes,
  ) {}

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.note(made));
  }

  private note({ decision, request, atMs }: DecisionMade): void {
    if (decision.allowed) return;
    if (decision.code === 'invalid_credentials') this.noteFailure(request.clientAddress, atMs);
    else if (decision.code === 'rate_limit_exceeded') this.noteExceeded(decision, atMs);
  }

  private noteFailure(address: string, atMs: number): void {
    if (!this.bursts.note(address, atMs)) return;
    const data = { address, failures: 20, within_seconds: 60 };
    this.notes.note(
      { type: 'credentials.burst', data },
      `credentials.burst:${address}:${Math.floor(atMs / TEN_MINUTES_MS)}`,
    );
  }

  /** Limits of others than clients are told of as one: who exceeds them may be anybody, and very many. */
  private noteExceeded({ principal, limit }: Refused, atMs: number): void {
    if (!limit) return;
    const client = principal.kind === 'client' ? principal.client : undefined;
    const key = this.exceeded.find(`limit.exceeded:${client?.clientId ?? ''}:${limit.name}`, atMs);
    if (key === undefined) return;
    const of = { client_id: client?.clientId ?? null, client_name: client?.clientName ?? null };
    const data = { ...of, limit_name: limit.name, limit: limit.limit, window_seconds: limit.windowSeconds };
    this.notes.note({ type: 'limit.exceeded', data }, key);
  }
}
