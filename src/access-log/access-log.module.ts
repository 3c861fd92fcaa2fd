import { Module } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { ProxyModule } from '../proxy/proxy.module';
import { AccessLog } from './access-log';

@Module({ imports: [DecisionModule, ProxyModule], providers: [AccessLog] })
export class AccessLogModule {}
