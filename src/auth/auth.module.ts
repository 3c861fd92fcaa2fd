import { Module, type OnModuleInit } from '@nestjs/common';
import { DecisionModule } from '../decision/decision.module';
import { MailModule } from '../mail/mail.module';
import { ProxyModule } from '../proxy/proxy.module';
import { SessionEnding } from '../sessions/session-ending';
import { SessionsModule } from '../sessions/sessions.module';
import { SnapshotModule } from '../snapshot/snapshot.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { UserChanges } from '../users/user-changes';
import { UsersModule } from '../users/users.module';
import { BearerReader } from './bearer-reader';
import { AccountEndpoints } from './endpoints/account-endpoints';
import { AuthEndpoints } from './endpoints/auth-endpoints';
import { AUTH_ROUTES, type AuthRoute } from './endpoints/auth-route';
import { MailedTokenEndpoints } from './endpoints/mailed-token-endpoints';
import { SessionEndpoints } from './endpoints/session-endpoints';
import { LogIn } from './log-in';
import { LoginQueue } from './login-queue';
import { MailedTokens } from './mailed-tokens';
import { NewPassword } from './new-password';
import { OneTimeTokens } from './one-time-tokens';
import { PasswordCheck } from './password-check';
import { Registrar } from './registrar';
import { Registration } from './registration';

interface Endpoints {
  readonly routes: readonly AuthRoute[];
}

/** What people do by themselves: /api/auth on the proxy listener. */
@Module({
  imports: [DecisionModule, MailModule, ProxyModule, SessionsModule, SnapshotModule, ThrottlingModule, UsersModule],
  providers: [
    BearerReader,
    LogIn,
    LoginQueue,
    MailedTokens,
    NewPassword,
    OneTimeTokens,
    PasswordCheck,
    Registrar,
    Registration,
    AccountEndpoints,
    MailedTokenEndpoints,
    SessionEndpoints,
    {
      provide: AUTH_ROUTES,
      inject: [SessionEndpoints, AccountEndpoints, MailedTokenEndpoints],
      useFactory: (...groups: Endpoints[]) => groups.flatMap(({ routes }) => routes),
    },
    AuthEndpoints,
  ],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly changes: UserChanges,
    private readonly ending: SessionEnding,
  ) {}

  onModuleInit(): void {
    this.changes.onEnded((userId, tx) => this.ending.endAllWithin(tx, userId));
  }
}
