import { Module } from '@nestjs/common';
import { OpaAgent } from './opa-agent';

@Module({ providers: [OpaAgent], exports: [OpaAgent] })
export class OpaModule {}
