import { Module } from '@nestjs/common';
import { ServicesModule } from '../services/services.module';
import { RouteTargets } from './route-targets';
import { RoutesController } from './routes.controller';
import { RoutesService } from './routes.service';

@Module({
  imports: [ServicesModule],
  controllers: [RoutesController],
  providers: [RoutesService, RouteTargets],
  exports: [RoutesService],
})
export class RoutesModule {}
