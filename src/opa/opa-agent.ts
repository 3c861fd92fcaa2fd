import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent } from 'undici';
import type { Awaitable } from '../core/awaitable';
import type { ConditionSubject } from '../core/conditions/condition';
import type { OpaQuery } from '../core/conditions/opa-query';
import type { PolicyAgent } from '../core/ports';
import { askAgent } from './ask-agent';
import { toPolicyInput } from './policy-input';
import { RememberedAnswers } from './remembered-answers';

const MAX_CONNECTIONS = 64;

/** Asks Open Policy Agents over their REST API; a question that is on its way is not asked a second time. */
@Injectable()
export class OpaAgent implements PolicyAgent, OnApplicationShutdown {
  // Redirects are not followed: this dispatcher knows none.
  private readonly dispatcher = new Agent({ connections: MAX_CONNECTIONS, pipelining: 1 });
  private readonly underway = new Map<string, Promise<boolean>>();
  private readonly answers = new RememberedAnswers();

  allows(query: OpaQuery, subject: ConditionSubject): Awaitable<boolean> {
    const body = toPolicyInput(subject);
    const question = digestOf(query, body);
    if (query.cacheSeconds > 0) {
      const known = this.answers.find(question, performance.now() - query.cacheSeconds * 1000);
      if (known !== undefined) return known;
    }
    const same = this.underway.get(question);
    if (same) return same;
    const asked = this.ask(query, body, question).finally(() => this.underway.delete(question));
    this.underway.set(question, asked);
    return asked;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.destroy();
  }

  private async ask(query: OpaQuery, body: string, question: string): Promise<boolean> {
    const askedMs = performance.now();
    const allows = await askAgent(this.dispatcher, query, body);
    if (query.cacheSeconds > 0) this.answers.keep(question, allows, askedMs);
    return allows;
  }
}

function digestOf({ url, timeoutMs, cacheSeconds }: OpaQuery, body: string): string {
  return createHash('sha256').update(`${url}\n${timeoutMs} ${cacheSeconds}\n${body}`).digest('base64');
}
