import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { type RotationInput, rotationSchema } from '../clients/credential.schema';
import { AdminRole } from '../guards/admin-role.decorator';
import { type NewProtectKeyInput, newProtectKeySchema, protectKeySchema } from './protect-key.schema';
import type { NewProtectKeyView, ProtectKeyView } from './protect-key.view';
import { type ProtectKeyQuery, protectKeyFilters } from './protect-key-query';
import { ProtectKeysService } from './protect-keys.service';

@AdminController('protect-keys')
export class ProtectKeysController {
  constructor(private readonly protectKeys: ProtectKeysService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(protectKeyFilters) query: ProtectKeyQuery): Promise<Page<ProtectKeyView>> {
    return this.protectKeys.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('protect key') id: string): Promise<ProtectKeyView> {
    return this.protectKeys.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(newProtectKeySchema) input: NewProtectKeyInput): Promise<Written<NewProtectKeyView>> {
    return this.protectKeys.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(
    @PathId('protect key') id: string,
    @ChangeBody(protectKeySchema) change: Change,
  ): Promise<Written<ProtectKeyView>> {
    return this.protectKeys.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(
    @PathId('protect key') id: string,
    @ChangeBody(protectKeySchema) change: Change,
  ): Promise<Written<ProtectKeyView>> {
    return this.protectKeys.update(id, change);
  }

  @Post(':id/rotate')
  @AdminRole('operator')
  rotate(
    @PathId('protect key') id: string,
    @JsonBody(rotationSchema) { overlap_seconds }: RotationInput,
  ): Promise<Written<NewProtectKeyView>> {
    return this.protectKeys.rotate(id, overlap_seconds);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('protect key') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.protectKeys.remove(id, ifMatch);
  }
}
