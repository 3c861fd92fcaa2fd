import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import type { Change } from '../admin-api/change';
import { ChangeBody } from '../admin-api/change-body.decorator';
import { IfMatch } from '../admin-api/if-match.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { ListQuery } from '../admin-api/list-query.decorator';
import type { Page } from '../admin-api/page';
import { PathId } from '../admin-api/path-id.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type RouteInput, routeSchema } from './route.schema';
import type { RouteView } from './route.view';
import { type RouteQuery, routeFilters } from './route-query';
import { RoutesService } from './routes.service';

@AdminController('routes')
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  @Get()
  @AdminRole('viewer')
  list(@ListQuery(routeFilters) query: RouteQuery): Promise<Page<RouteView>> {
    return this.routes.list(query);
  }

  @Get(':id')
  @AdminRole('viewer')
  show(@PathId('route') id: string): Promise<RouteView> {
    return this.routes.show(id);
  }

  @Post()
  @AdminRole('operator')
  create(@JsonBody(routeSchema) input: RouteInput): Promise<Written<RouteView>> {
    return this.routes.create(input);
  }

  @Put(':id')
  @AdminRole('operator')
  replace(@PathId('route') id: string, @ChangeBody(routeSchema) change: Change): Promise<Written<RouteView>> {
    return this.routes.update(id, change);
  }

  @Patch(':id')
  @AdminRole('operator')
  merge(@PathId('route') id: string, @ChangeBody(routeSchema) change: Change): Promise<Written<RouteView>> {
    return this.routes.update(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  @AdminRole('operator')
  remove(@PathId('route') id: string, @IfMatch() ifMatch: string | undefined): Promise<Written<void>> {
    return this.routes.remove(id, ifMatch);
  }
}
