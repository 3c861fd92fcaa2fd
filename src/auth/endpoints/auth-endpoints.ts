import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../../../config/settings';
import { SETTINGS } from '../../../config/settings.module';
import { GatewardenError } from '../../errors/gatewarden-error';
import { toGatewardenError } from '../../errors/to-gatewarden-error';
import type { OwnCall, OwnReply } from '../../proxy/own-endpoint';
import { OwnEndpoints } from '../../proxy/own-endpoints';
import { AUTH_ROUTES, type AuthRoute } from './auth-route';
import { crossOriginFields, originOf, preflightFields } from './cross-origin';

/** Puts the endpoints for people onto the proxy listener, for programs and for pages of allowed origins. */
@Injectable()
export class AuthEndpoints implements OnModuleInit {
  constructor(
    private readonly own: OwnEndpoints,
    @Inject(AUTH_ROUTES) private readonly routes: readonly AuthRoute[],
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    if (!this.settings.authEndpoints) return;
    for (const route of this.routes) this.own.register(route.method, route.path, (call) => this.serve(route, call));
    if (this.settings.corsAllowedOrigins.length === 0) return;
    for (const [path, routes] of Map.groupBy(this.routes, (route) => route.path)) {
      const methods = routes.map((route) => route.method).join(', ');
      this.own.register('OPTIONS', path, (call) => this.preflight(call, methods));
    }
  }

  private async serve(route: AuthRoute, call: OwnCall): Promise<OwnReply> {
    const fields = this.fieldsFor(call);
    try {
      const { status, body } = await route.answer(call);
      const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...fields };
      return { status, headers, body: JSON.stringify(body) };
    } catch (thrown) {
      // A page of another origin may read why it was refused.
      const { code, message, errors, headers, cause } = toGatewardenError(thrown);
      throw new GatewardenError(code, message, { errors, headers: { ...headers, ...fields }, cause });
    }
  }

  private preflight(call: OwnCall, methods: string): OwnReply {
    const allowed = preflightFields(originOf(call.request.rawHeaders), this.settings.corsAllowedOrigins, methods);
    return { status: 204, headers: { 'Cache-Control': 'no-store', ...this.fieldsFor(call), ...allowed }, body: '' };
  }

  private fieldsFor({ request }: OwnCall): Record<string, string> {
    return crossOriginFields(originOf(request.rawHeaders), this.settings.corsAllowedOrigins);
  }
}
