import { Module } from '@nestjs/common';
import { AegisAdmins } from './aegis-admins';
import { AegisClient } from './aegis-client';
import { AegisIntrospection } from './aegis-introspection';

@Module({ providers: [AegisClient, AegisIntrospection, AegisAdmins], exports: [AegisClient, AegisAdmins] })
export class AegisModule {}
