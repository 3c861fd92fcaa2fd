import { Module } from '@nestjs/common';
import { AdminLoginModule } from '../admin-login/admin-login.module';
import { AdminAccessModule } from '../guards/admin-access.module';
import { AdminAddress } from './admin-address';
import { AdminOidcController } from './admin-oidc.controller';
import { OidcAdmins } from './oidc-admins';
import { OidcCookie } from './oidc-cookie';
import { OidcHandover } from './oidc-handover';
import { OidcLoginService } from './oidc-login.service';
import { OpenIdProvider } from './openid-provider';

@Module({
  imports: [AdminAccessModule, AdminLoginModule],
  controllers: [AdminOidcController],
  providers: [AdminAddress, OidcAdmins, OidcCookie, OidcHandover, OidcLoginService, OpenIdProvider],
})
export class AdminOidcModule {}
