import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** Metadata: a handler or controller that needs no token. */
export const PUBLIC_ENDPOINT = 'gatewarden:public';

/** Opens a handler, or a whole controller, to callers without a token. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_ENDPOINT, true);
