import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { register } from 'prom-client';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { GatewardenError } from '../errors/gatewarden-error';
import { Public } from '../guards/public.decorator';
import { isSameSecret } from '../secrets/is-same-secret';
import { WORKER_LINK, type WorkerLink } from '../workers/worker-link';

/** The Prometheus endpoint: open to whoever reaches the admin listener unless METRICS_TOKEN is set. */
@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(WORKER_LINK) private readonly link: WorkerLink | undefined,
  ) {}

  @Get()
  @Header('Content-Type', register.contentType)
  scrape(@Req() request: Request): Promise<string> {
    const { metricsToken } = this.settings;
    if (metricsToken !== undefined && !isSameSecret(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) {
      throw new GatewardenError('invalid_credentials', 'METRICS_TOKEN is set and the token was not accepted', {
        headers: { 'WWW-Authenticate': 'Bearer realm="gatewarden-metrics"' },
      });
    }
    return this.link ? this.link.exposition() : register.metrics();
  }
}
