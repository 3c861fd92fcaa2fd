import { Delete, Get, HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type RevokedTokenInput, revokedTokenFilters, revokedTokenSchema } from './revoked-token.schema';
import type { RevokedTokenView } from './revoked-token.view';
import { RevokedTokensService } from './revoked-tokens.service';

@AdminController('revoked-tokens')
export class RevokedTokensController {
  constructor(private readonly revokedTokens: RevokedTokensService) {}

  @Get()
  @AdminRole('viewer')
  list(
    @ListQuery(revokedTokenFilters) query: ListQueryOf<{ issuer?: string; jti?: string }>,
  ): Promise<Page<RevokedTokenView>> {
    return this.revokedTokens.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('revoked token') id: string): Promise<RevokedTokenView> {
    return this.revokedTokens.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(revokedTokenSchema) input: RevokedTokenInput): Promise<Written<RevokedTokenView>> {
    return this.revokedTokens.create(input);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('revoked token') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.revokedTokens.remove(id, ifMatch);
  }
}
