import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { ProxyModule } from '../proxy/proxy.module';
import { DecisionWatch } from './decision-watch';
import { EventNotes } from './event-notes';
import { KeyExpiryWatch } from './key-expiry-watch';
import { UpstreamWatch } from './upstream-watch';

/** Finds the events that are no change of policy, and puts them into the outbox. */
@Module({
  imports: [DecisionModule, ProxyModule],
  providers: [EventNotes, DecisionWatch, UpstreamWatch, KeyExpiryWatch],
})
export class WebhookSourcesModule {}
