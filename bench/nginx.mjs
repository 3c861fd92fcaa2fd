import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the upstream answers to everything. */
export const REPLY_BODY = JSON.stringify({
  id: 1,
  name: 'ok',
  items: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  pad: 'x'.repeat(56),
});

/** The command line of an nginx with one worker that answers `REPLY_BODY` on `port`. */
export function answeringNginx(directory, port) {
  return nginx(
    directory,
    `server {
      listen 127.0.0.1:${port} reuseport;
      location / { default_type application/json; return 200 '${REPLY_BODY}'; }
    }`,
  );
}

/** The command line of an nginx with one worker that forwards everything from `port` to `upstreamPort`. */
export function forwardingNginx(directory, port, upstreamPort) {
  return nginx(
    directory,
    `upstream u { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 100000000; }
    server {
      listen 127.0.0.1:${port};
      location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ""; }
    }`,
  );
}

function nginx(directory, servers) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid nginx.pid; error_log stderr error;
    events { worker_connections 4096; }
    http {
      access_log off; keepalive_requests 100000000; keepalive_timeout 600s; ${temporary.join(' ')}
      ${servers}
    }\n`,
  );
  return ['nginx', '-e', 'stderr', '-p', directory, '-c', file];
}
