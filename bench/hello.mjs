// The floor of node:http: answers one constant. Also the upstream where nginx is missing.
// node hello.mjs PORT
import http from 'node:http';
import { REPLY_BODY } from './nginx.mjs';

const headers = { 'Content-Type': 'application/json', 'Content-Length': String(REPLY_BODY.length) };

http
  .createServer({ noDelay: true }, (_, res) => {
    res.writeHead(200, headers);
    res.end(REPLY_BODY);
  })
  .listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
