import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type DestinationStream, type Logger, symbols } from 'pino';
import { DecisionService } from '../decision/decision.service';
import type { DecisionMade } from '../decision/decision-made';
import { LINE_START, LOGGER, timestamp } from '../logging/logger';
import type { ExchangeEnded } from '../proxy/exchange-ended';
import { Forwarder } from '../proxy/forwarder';
import { decisionFields, exchangeFields, json } from './access-line';

/** One line a decision; for a forwarded request when that ends, with its outcome. */
@Injectable()
export class AccessLog implements OnModuleInit {
  /** Where the logger writes: the lines are complete, and have nothing in them to redact. */
  private readonly stream: DestinationStream;

  constructor(
    private readonly decisions: DecisionService,
    private readonly forwarder: Forwarder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.stream = (logger as Logger & { [symbols.streamSym]: DestinationStream })[symbols.streamSym];
  }

  onModuleInit(): void {
    this.decisions.onDecision((made) => this.logDecision(made));
    this.forwarder.onEnded((ended) => this.logExchange(ended));
  }

  private logDecision(made: DecisionMade): void {
    if (made.fault) {
      const { name, message } = made.fault;
      const details = `,"error_type":${json(name)},"error_message":${json(message)}`;
      this.write('error', decisionFields(made) + details, 'Authorization error');
    } else if (!made.decision.allowed && this.logger.isLevelEnabled('warn')) {
      const { cause } = made.decision;
      const details = cause === undefined ? '' : `,"cause":${json(cause)}`;
      this.write('warn', decisionFields(made) + details, 'Authorization denied');
    } else if (made.decision.allowed && made.entrance !== 'proxy' && this.logger.isLevelEnabled('info')) {
      this.write('info', decisionFields(made), 'Authorization result');
    }
  }

  private logExchange(ended: ExchangeEnded): void {
    if (!this.logger.isLevelEnabled('info')) return;
    this.write('info', decisionFields(ended.made) + exchangeFields(ended), 'Authorization result');
  }

  private write(level: 'error' | 'warn' | 'info', fields: string, message: string): void {
    this.stream.write(`{"level":"${level}"${timestamp()}${LINE_START},${fields},"msg":"${message}"}\n`);
  }
}
