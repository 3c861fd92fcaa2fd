import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import type { LoginReply } from '../admin-login/login-desk';
import { Public } from '../guards/public.decorator';
import { OidcCookie } from './oidc-cookie';
import { OidcHandover } from './oidc-handover';
import { LOGIN_MS, OidcLoginService } from './oidc-login.service';

const ATTEMPT = 'gatewarden_oidc';
const codeSchema = z.strictObject({ code: z.string().max(100) });

@AdminController('oidc')
@Public()
export class AdminOidcController {
  constructor(
    private readonly logins: OidcLoginService,
    private readonly handover: OidcHandover,
    private readonly cookies: OidcCookie,
  ) {}

  /** Sends a browser to the provider. */
  @Get('login')
  async begin(@Res() response: Response): Promise<void> {
    const { location, sealed } = await this.logins.begin();
    this.cookies.set(response, ATTEMPT, sealed, LOGIN_MS);
    response.redirect(302, location);
  }

  /** Where the provider sends the browser back to. */
  @Get('callback')
  async finish(@Req() request: Request, @Res() response: Response): Promise<void> {
    const [, search = ''] = /^[^?]*(\?.*)$/.exec(request.originalUrl) ?? [];
    const sealed = this.cookies.find(request, ATTEMPT);
    this.cookies.clear(response, ATTEMPT);
    const person = await this.logins.finish(search, sealed);
    response.redirect(302, await this.handover.prepare(person, request, response));
  }

  /** Gives the browser that came back its session. */
  @Post('session')
  @HttpCode(200)
  collect(
    @JsonBody(codeSchema) { code }: z.output<typeof codeSchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<LoginReply> {
    return this.handover.collect(code, request, response);
  }
}
