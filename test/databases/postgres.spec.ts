import { runEndToEndOn } from './end-to-end-on';

runEndToEndOn('PostgreSQL', 'postgres');
