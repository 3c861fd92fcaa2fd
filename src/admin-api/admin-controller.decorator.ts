import { applyDecorators, Controller, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AdminReplyInterceptor } from './admin-reply.interceptor';

/** A controller of the admin API: its path below /api/admin, its replies, its place in the documentation. */
export function AdminController(resource: string): ClassDecorator {
  const [tag = resource] = resource.split('/');
  return applyDecorators(
    Controller(`api/admin/${resource}`),
    UseInterceptors(AdminReplyInterceptor),
    ApiBearerAuth(),
    ApiTags(tag),
  );
}
