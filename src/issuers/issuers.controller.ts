import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { z } from 'zod';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery, type ListQueryOf } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type IssuerInput, issuerSchema } from './issuer.schema';
import type { IssuerView } from './issuer.view';
import { IssuersService } from './issuers.service';

@AdminController('issuers')
export class IssuersController {
  constructor(private readonly issuers: IssuersService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery({ name: z.string().optional() }) query: ListQueryOf<{ name?: string }>): Promise<Page<IssuerView>> {
    return this.issuers.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('issuer') id: string): Promise<IssuerView> {
    return this.issuers.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(issuerSchema) input: IssuerInput): Promise<Written<IssuerView>> {
    return this.issuers.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('issuer') id: string, @ChangeBody(issuerSchema) change: Change): Promise<Written<IssuerView>> {
    return this.issuers.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('issuer') id: string, @ChangeBody(issuerSchema) change: Change): Promise<Written<IssuerView>> {
    return this.issuers.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('issuer') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.issuers.remove(id, ifMatch);
  }
}
