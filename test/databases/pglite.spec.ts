import { runEndToEndOn } from './end-to-end-on';

runEndToEndOn('PGlite', 'pglite');
