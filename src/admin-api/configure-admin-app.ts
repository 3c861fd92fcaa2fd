import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { consoleCors, varyByOrigin } from './console-cors';
import { configurationParsing, jsonParsing, NDJSON, refuseAllBut } from './json-parsing';
import { serveOpenApi } from './openapi';
import { rawParsing } from './raw-parsing';
import { assignRequestId } from './request-id';

/** Makes an application created with `bodyParser: false` the admin server; call it before `init` or `listen`. */
export function configureAdminApp(app: NestExpressApplication): void {
  app.disable('x-powered-by');
  // Entity tags are revisions, for If-Match; one made of the bytes of a reply would answer it wrongly.
  app.set('etag', false);
  app.set('trust proxy', false);
  app.set('query parser', 'simple');
  app.use(assignRequestId, protectReplies, varyByOrigin);
  app.enableCors(consoleCors(app.get<Settings>(SETTINGS).corsAllowedOrigins));
  app.use('/api/admin/bulk', refuseAllBut(NDJSON));
  app.use('/api/admin/config/apply', configurationParsing());
  app.use(['/api/admin', '/api/auth'], ...jsonParsing());
  app.use('/api/webhooks', ...rawParsing());
  serveOpenApi(app);
}

function protectReplies(request: Request, response: Response, next: NextFunction): void {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', 'Cache-Control': 'no-store' });
  // A reply also shows what changes without a revision (a name, a last use): it is always sent in full.
  delete request.headers['if-none-match'];
  next();
}
