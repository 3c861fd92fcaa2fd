import { Delete, Get, HttpCode, HttpStatus, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { ListQuery } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { rateLimitSchema } from './rate-limit.schema';
import type { RateLimitView } from './rate-limit.view';
import { type RateLimitQuery, rateLimitFilters } from './rate-limit-query';
import { RateLimitsService } from './rate-limits.service';

@AdminController('rate-limits')
export class RateLimitsController {
  constructor(private readonly rateLimits: RateLimitsService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(rateLimitFilters) query: RateLimitQuery): Promise<Page<RateLimitView>> {
    return this.rateLimits.list(query);
  }

  @Get(':client_id')
  @AdminRole('viewer')
  show(@PathId('rate limit', 'client_id') clientId: string): Promise<RateLimitView> {
    return this.rateLimits.show(clientId);
  }

  @Put(':client_id')
  @AdminRole('operator')
  async put(
    @PathId('client', 'client_id') clientId: string,
    @ChangeBody(rateLimitSchema) change: Change,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Written<RateLimitView>> {
    const { isNew, ...written } = await this.rateLimits.put(clientId, change);
    if (isNew) response.status(HttpStatus.CREATED);
    return written;
  }

  @Delete(':client_id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(
    @PathId('rate limit', 'client_id') clientId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<Written<void>> {
    return this.rateLimits.remove(clientId, ifMatch);
  }
}
