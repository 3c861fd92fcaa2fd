import { Delete, HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import type { AdminEntity } from '../admins/admin.entity';
import { CallingAdmin } from '../guards/admin-caller';
import { AdminRole } from '../guards/admin-role.decorator';
import { type CodeInput, codeSchema } from './login.schema';
import { SecondFactor } from './second-factor';

/** One's own second factor. */
@AdminController('me/totp')
export class TotpController {
  constructor(private readonly secondFactor: SecondFactor) {}

  @Post()
  @AdminRole('viewer')
  begin(@CallingAdmin() admin: AdminEntity): Promise<{ secret: string; otpauth_url: string }> {
    return this.secondFactor.begin(admin);
  }

  @Post('confirm')
  @HttpCode(204)
  @AdminRole('viewer')
  confirm(@CallingAdmin() admin: AdminEntity, @JsonBody(codeSchema) { code }: CodeInput): Promise<void> {
    return this.secondFactor.confirm(admin, code);
  }

  @Delete()
  @HttpCode(204)
  @AdminRole('viewer')
  remove(@CallingAdmin() admin: AdminEntity, @JsonBody(codeSchema) { code }: CodeInput): Promise<void> {
    return this.secondFactor.remove(admin, code);
  }
}
