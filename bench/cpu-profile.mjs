import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(import.meta.dirname, '..');

/**
 * Where the main thread of a program spent its time between two moments of the monotonic clock (microseconds).
 * @returns `functions` by self time (with `totalShare` for themselves and what they call), and `groups` of files
 */
export function summarizeProfile(directory, pid, [fromMicros, toMicros]) {
  const file = readdirSync(directory).find((name) => name.includes(`.${pid}.0.`) && name.endsWith('.cpuprofile'));
  if (!file) throw new Error('No profile was written: the program did not end by itself.');
  const profile = JSON.parse(readFileSync(join(directory, file), 'utf8'));
  return summarize(profile.nodes, selfTimes(profile, fromMicros, toMicros));
}

function selfTimes({ samples, timeDeltas, startTime }, fromMicros, toMicros) {
  const selfById = new Map();
  let at = startTime;
  samples.forEach((id, index) => {
    at += timeDeltas[index];
    const spent = timeDeltas[index + 1] ?? 0;
    if (at >= fromMicros && at <= toMicros) selfById.set(id, (selfById.get(id) ?? 0) + spent);
  });
  return selfById;
}

function summarize(nodes, selfById) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map();
  const groups = new Map();
  let whole = 0;
  const visit = (node, callers) => {
    const key = keyOf(node.callFrame);
    const self = selfById.get(node.id) ?? 0;
    const isRecursion = callers.has(key);
    if (!isRecursion) callers.add(key);
    const total = (node.children ?? []).reduce((sum, id) => sum + visit(byId.get(id), callers), self);
    if (!isRecursion) callers.delete(key);
    const known = functions.get(key) ?? { self: 0, total: 0 };
    functions.set(key, { self: known.self + self, total: known.total + (isRecursion ? 0 : total) });
    if (node.callFrame.functionName === '(idle)') return total;
    whole += self;
    const group = groupOf(node.callFrame);
    groups.set(group, (groups.get(group) ?? 0) + self);
    return total;
  };
  visit(nodes[0], new Set());
  const share = ([name, { self, total }]) => ({ name, selfShare: self / whole, totalShare: total / whole });
  return {
    functions: [...functions].map(share).sort((a, b) => b.selfShare - a.selfShare),
    groups: [...groups].map(([name, self]) => ({ name, share: self / whole })).sort((a, b) => b.share - a.share),
  };
}

function keyOf({ functionName, url, lineNumber }) {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
}

function placeOf(url) {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const installed = path.lastIndexOf('node_modules/');
  if (installed >= 0) return path.slice(installed + 'node_modules/'.length);
  return path.startsWith('/') ? relative(ROOT, path) : path;
}

function groupOf({ functionName, url }) {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (installed) return installed;
  return url.startsWith('node:') ? 'node' : (/dist\/(src\/[^/]+|config)/.exec(url)?.[1] ?? placeOf(url));
}
