import { Delete, Get, HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type CredentialInput, credentialSchema, type RotationInput, rotationSchema } from './credential.schema';
import type { CredentialView, NewCredentialView } from './credential.view';
import { CredentialsService } from './credentials.service';

@AdminController('clients/:id/credentials')
export class CredentialsController {
  constructor(private readonly credentials: CredentialsService) {}

  @Get()
  @AdminRole('viewer')
  list(@PathId('client') id: string, @ListQuery({}) query: ListQueryOf<unknown>): Promise<Page<CredentialView>> {
    return this.credentials.list(id, query);
  }

  @Get(':credential_id')
  @AdminRole('viewer')
  show(
    @PathId('client') id: string,
    @PathId('credential', 'credential_id') credentialId: string,
  ): Promise<CredentialView> {
    return this.credentials.show(id, credentialId);
  }

  @Post()
  @AdminRole('operator')
  create(
    @PathId('client') id: string,
    @JsonBody(credentialSchema) input: CredentialInput,
  ): Promise<Written<NewCredentialView>> {
    return this.credentials.create(id, input);
  }

  @Post(':credential_id/rotate')
  @AdminRole('operator')
  rotate(
    @PathId('client') id: string,
    @PathId('credential', 'credential_id') credentialId: string,
    @JsonBody(rotationSchema) { overlap_seconds }: RotationInput,
  ): Promise<Written<NewCredentialView>> {
    return this.credentials.rotate(id, credentialId, overlap_seconds);
  }

  @Delete(':credential_id')
  @HttpCode(204)
  @AdminRole('operator')
  revoke(
    @PathId('client') id: string,
    @PathId('credential', 'credential_id') credentialId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<Written<void>> {
    return this.credentials.revoke(id, credentialId, ifMatch);
  }
}
