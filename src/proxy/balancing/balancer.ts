import { createHash } from 'node:crypto';
import type { LoadBalancing } from '../../core/policy-service';
import type { Upstream } from './upstream';

/** Chooses one of at least one candidate; `key` is what hashing balances on. */
export type Balancer = (candidates: readonly Upstream[], key: string) => Upstream | undefined;

/** A balancer of its own for one service: round robin keeps a state. */
export function newBalancer(kind: LoadBalancing): Balancer {
  switch (kind) {
    case 'round_robin':
      return newRoundRobin();
    case 'least_connections':
      return leastConnections;
    case 'hash':
      return rendezvous;
  }
}

/** Smooth weighted round robin: heavy targets come often, but not in a row. */
function newRoundRobin(): Balancer {
  const credit = new WeakMap<Upstream, number>();
  return (candidates) => {
    if (candidates.length === 1) return candidates[0];
    let best: Upstream | undefined;
    let bestCredit = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const upstream of candidates) {
      const current = (credit.get(upstream) ?? 0) + upstream.weight;
      credit.set(upstream, current);
      total += upstream.weight;
      if (current > bestCredit) {
        best = upstream;
        bestCredit = current;
      }
    }
    if (best) credit.set(best, bestCredit - total);
    return best;
  };
}

/** The target with the fewest requests under way for its weight. */
const leastConnections: Balancer = (candidates) => {
  let best = candidates[0];
  for (const upstream of candidates) {
    if (best && (upstream.active + 1) / upstream.weight < (best.active + 1) / best.weight) best = upstream;
  }
  return best;
};

/** Weighted rendezvous hashing: a key stays with its target while that lives, and only its keys move when it dies. */
const rendezvous: Balancer = (candidates, key) => {
  if (candidates.length === 1) return candidates[0];
  let best: Upstream | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const upstream of candidates) {
    const digest = createHash('sha256').update(`${upstream.url}\n${key}`).digest();
    const uniform = (digest.readUIntBE(0, 6) + 1) / (2 ** 48 + 1);
    const score = -upstream.weight / Math.log(uniform);
    if (score > bestScore) {
      best = upstream;
      bestScore = score;
    }
  }
  return best;
};
