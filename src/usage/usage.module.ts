import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { CredentialUsage } from './credential-usage';

@Module({ imports: [DecisionModule], providers: [CredentialUsage] })
export class UsageModule {}
