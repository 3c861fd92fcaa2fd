import { type CanActivate, Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { conflict } from '../errors/refusals';

/** Lets through to the users of the gateway; 409 where users are kept in a table of the operator's own. */
@Injectable()
export class OwnUsersGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  canActivate(): boolean {
    if (this.settings.usersDatabaseUrl === undefined) return true;
    throw conflict('users are kept in the table that USERS_TABLE names: read and change them there');
  }
}
