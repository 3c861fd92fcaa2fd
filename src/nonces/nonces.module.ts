import { Module } from '@nestjs/common';
import type { NonceStore } from '../core/ports';
import { MemoryNonceStore } from './memory-nonce-store';

/** Injection token of the `NonceStore`. */
export const NONCE_STORE = Symbol('NonceStore');

@Module({
  providers: [{ provide: NONCE_STORE, useFactory: (): NonceStore => new MemoryNonceStore() }],
  exports: [NONCE_STORE],
})
export class NoncesModule {}
