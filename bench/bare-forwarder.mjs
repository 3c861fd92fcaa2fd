// The yardstick: node:http in, undici's dispatch with raw header lists out; no policy, no log, no safety.
// node bare-forwarder.mjs PORT UPSTREAM_PORT
import http from 'node:http';
import { Pool } from 'undici';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-authenticate',
]);

const [port, upstreamPort] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: 128, pipelining: 1 });

class Reply {
  constructor(res) {
    this.res = res;
  }

  onRequestStart() {}

  onResponseStart(controller, status) {
    const raw = controller.rawHeaders;
    const headers = [];
    for (let i = 0; i < raw.length; i += 2) {
      const name = text(raw[i]);
      if (!HOP_BY_HOP.has(name.toLowerCase())) headers.push(name, text(raw[i + 1]));
    }
    this.res.sendDate = false;
    this.res.writeHead(status, headers);
  }

  onResponseData(controller, chunk) {
    // A client that left never drains: pausing for it would hold one of the pool's connections for ever.
    if (this.res.write(chunk) || this.res.destroyed) return;
    controller.pause();
    const resume = () => controller.resume();
    this.res.once('drain', resume);
    this.res.once('close', resume);
  }

  onResponseEnd() {
    this.res.end();
  }

  onResponseError() {
    if (!this.res.headersSent) this.res.statusCode = 502;
    this.res.end();
  }
}

function text(field) {
  return typeof field === 'string' ? field : field.latin1Slice();
}

function forward(req, res) {
  const raw = req.rawHeaders;
  const headers = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!HOP_BY_HOP.has(raw[i].toLowerCase())) headers.push(raw[i], raw[i + 1]);
  }
  const body = req.method === 'GET' || req.method === 'HEAD' ? null : req;
  pool.dispatch({ method: req.method, path: req.url, headers, body }, new Reply(res));
}

http.createServer({ noDelay: true, requireHostHeader: true }, forward).listen(Number(port), '127.0.0.1');
// So that a profiler can write its file.
process.once('SIGTERM', () => process.exit(0));
