import { runEndToEndOn } from './end-to-end-on';

runEndToEndOn('MariaDB', 'mysql');
