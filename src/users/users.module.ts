import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { ForeignUserDirectory } from './foreign/foreign-user-directory';
import { OwnUserDirectory } from './own-user-directory';
import { OwnUsersGuard } from './own-users.guard';
import { PasswordHasher } from './passwords/password-hasher';
import { UserChanges } from './user-changes';
import { USER_DIRECTORY, type UserDirectory } from './user-directory';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

function newUserDirectory(settings: Settings, dataSource: DataSource): UserDirectory {
  const { usersDatabaseUrl } = settings;
  if (usersDatabaseUrl === undefined) return new OwnUserDirectory(dataSource);
  return new ForeignUserDirectory(usersDatabaseUrl, settings);
}

/** Who can log in, wherever they are kept. */
@Module({
  controllers: [UsersController],
  providers: [
    UsersService,
    OwnUsersGuard,
    PasswordHasher,
    UserChanges,
    { provide: USER_DIRECTORY, inject: [SETTINGS, DataSource], useFactory: newUserDirectory },
  ],
  exports: [USER_DIRECTORY, PasswordHasher, UserChanges],
})
export class UsersModule {}
