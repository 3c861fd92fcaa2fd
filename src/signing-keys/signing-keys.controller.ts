import { Delete, Get, HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type KeyRotationInput, keyRotationSchema } from './signing-key.schema';
import type { SigningKeyView } from './signing-key.view';
import { SigningKeysService } from './signing-keys.service';

@AdminController('signing-keys')
export class SigningKeysController {
  constructor(private readonly signingKeys: SigningKeysService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery({}) query: ListQueryOf<unknown>): Promise<Page<SigningKeyView>> {
    return this.signingKeys.list(query);
  }

  @Get(':kid')
  @AdminRole('viewer')
  show(@PathId('signing key', 'kid') kid: string): Promise<SigningKeyView> {
    return this.signingKeys.show(kid);
  }

  @Post('rotate')
  @AdminRole('owner')
  rotate(@JsonBody(keyRotationSchema) input: KeyRotationInput): Promise<Written<SigningKeyView>> {
    return this.signingKeys.rotate(input);
  }

  @Delete(':kid')
  @HttpCode(204)
  @AdminRole('owner')
  retire(@PathId('signing key', 'kid') kid: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.signingKeys.retire(kid, ifMatch);
  }
}
