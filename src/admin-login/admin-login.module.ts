import { Module } from '@nestjs/common';
import { AdminAccessModule } from '../guards/admin-access.module';
import { UsersModule } from '../users/users.module';
import { AdminLoginController } from './admin-login.controller';
import { AdminLoginService } from './admin-login.service';
import { AdminLogoutController } from './admin-logout.controller';
import { LoginDesk } from './login-desk';
import { MeController } from './me.controller';
import { PasswordCheck } from './password-check';
import { SecondFactor } from './second-factor';
import { TotpController } from './totp.controller';

@Module({
  imports: [AdminAccessModule, UsersModule],
  controllers: [AdminLoginController, AdminLogoutController, MeController, TotpController],
  providers: [AdminLoginService, PasswordCheck, SecondFactor, LoginDesk],
  exports: [LoginDesk],
})
export class AdminLoginModule {}
