import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { documentWait } from './document-wait';

/** Serves the description of the admin API at /openapi.json and Swagger UI at /docs. */
export function serveOpenApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Gatewarden admin API')
    .setDescription('Services, routes, clients, credentials, permissions and admin tokens of a Gatewarden.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An admin token' })
    .build();
  SwaggerModule.setup('docs', app, () => documentWait(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Gatewarden admin API',
  });
}
