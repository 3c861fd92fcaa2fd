import { Module } from '@nestjs/common';
import { OwnUserDirectory } from './own-user-directory';
import { OwnUsersGuard } from './own-users.guard';
import { PasswordHasher } from './passwords/password-hasher';
import { UserChanges } from './user-changes';
import { USER_DIRECTORY } from './user-directory';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

/** Who can log in, wherever they are kept. */
@Module({
  controllers: [UsersController],
  providers: [
    UsersService,
    OwnUsersGuard,
    PasswordHasher,
    UserChanges,
    { provide: USER_DIRECTORY, useClass: OwnUserDirectory },
  ],
  exports: [USER_DIRECTORY, PasswordHasher, UserChanges],
})
export class UsersModule {}
