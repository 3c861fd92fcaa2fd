import { HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { Public } from '../guards/public.decorator';
import { AdminLoginService } from './admin-login.service';
import { type LoginInput, loginSchema } from './login.schema';
import type { LoginReply } from './login-desk';

@AdminController('login')
export class AdminLoginController {
  constructor(private readonly logins: AdminLoginService) {}

  @Post()
  @HttpCode(200)
  @Public()
  logIn(@JsonBody(loginSchema) input: LoginInput, @Req() request: Request): Promise<LoginReply> {
    return this.logins.logIn(input, request);
  }
}
