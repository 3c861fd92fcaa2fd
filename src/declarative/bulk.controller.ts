import { HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { NDJSON } from '../admin-api/json-parsing';
import { AdminRole } from '../guards/admin-role.decorator';
import { BulkLoader } from './bulk-loader';
import type { BulkView } from './bulk-report';

@AdminController('bulk')
export class BulkController {
  constructor(private readonly loader: BulkLoader) {}

  @Post()
  @HttpCode(200)
  @AdminRole('operator')
  @ApiConsumes(NDJSON)
  @ApiBody({ schema: { type: 'string' } })
  async load(@Req() request: Request): Promise<BulkView> {
    return (await this.loader.load(request)).toView();
  }
}
