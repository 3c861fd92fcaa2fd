import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { GatewardenError } from '../errors/gatewarden-error';
import { toSentence } from '../errors/to-sentence';
import { GenerationCache } from '../memory/generation-cache';
import { AegisClient } from './aegis-client';
import { type AegisUser, toAegisUser } from './aegis-user';

/** Tokens that are asked about at the same time; more of them are somebody's attempt to keep Aegis busy. */
const MAX_FLIGHTS = 64;
const LIMITS = { entries: 1_000, weight: 1024 * 1024 };

interface Answer {
  readonly user: AegisUser;
  readonly untilMs: number;
}

/** Asks Aegis whose a token is: one question about a token at a time, and who it is kept a while. */
@Injectable()
export class AegisIntrospection {
  private readonly logger = new Logger(AegisIntrospection.name);
  private readonly answers = new GenerationCache<Answer>(LIMITS);
  private readonly flights = new Map<string, Promise<AegisUser | undefined>>();

  constructor(
    private readonly client: AegisClient,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Undefined for a token of nobody. @throws GatewardenError dependency_unavailable */
  async find(token: string): Promise<AegisUser | undefined> {
    const digest = createHash('sha256').update(token).digest('hex');
    const answer = this.answers.find(digest);
    if (answer && Date.now() < answer.untilMs) return answer.user;
    let flight = this.flights.get(digest);
    if (!flight) {
      if (this.flights.size >= MAX_FLIGHTS) throw unavailable();
      flight = this.ask(token, digest).finally(() => this.flights.delete(digest));
      this.flights.set(digest, flight);
    }
    return flight;
  }

  private async ask(token: string, digest: string): Promise<AegisUser | undefined> {
    const { status, body } = await this.client.who(token).catch((error) => this.fail(toSentence(error)));
    if (status === 401 || status === 403) return undefined;
    if (status !== 200 || !body) return this.fail(`status ${status}${body ? '' : ' without a JSON object'}`);
    const user = toAegisUser(body, this.settings.aegisSiteId);
    const untilMs = Date.now() + this.settings.aegisAuthCacheTtlSeconds * 1000;
    if (user) this.answers.remember(digest, { user, untilMs }, JSON.stringify(user).length);
    return user;
  }

  private fail(cause: string): never {
    this.logger.warn(`Aegis cannot be asked about tokens: ${cause}`);
    throw unavailable();
  }
}

function unavailable(): GatewardenError {
  const headers = { 'Retry-After': '1' };
  return new GatewardenError('dependency_unavailable', 'Aegis cannot be asked about this token', { headers });
}
