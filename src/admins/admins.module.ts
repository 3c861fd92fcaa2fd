import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AdminsController } from './admins.controller';
import { AdminsService } from './admins.service';
import { LastOwner } from './last-owner';

@Module({
  imports: [UsersModule],
  controllers: [AdminsController],
  providers: [AdminsService, LastOwner],
  exports: [LastOwner],
})
export class AdminsModule {}
