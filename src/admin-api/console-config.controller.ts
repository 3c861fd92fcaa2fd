import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { Public } from '../guards/public.decorator';

/** What the console must know before anybody has logged in. */
@Controller('api/config')
@ApiTags('config')
export class ConsoleConfigController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get()
  @Public()
  @Header('Cache-Control', 'public, max-age=60')
  show() {
    const { aegisApiUrl = '', siteName, siteDomain, adminOidcIssuer } = this.settings;
    return { aegisApiUrl, siteName, siteDomain, localLogin: true, adminOidc: adminOidcIssuer !== undefined };
  }
}
