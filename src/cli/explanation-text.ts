import type { Explanation } from '../explain/explanation';
import { toTable } from './to-table';

type Step = Explanation['steps'][number];

/** An explanation for reading: the answer, the steps that led to it, and what would allow the request. */
export function toExplanationText({ allowed, status, code, detail, steps, would_allow, ...rest }: Explanation): string {
  const cause = rest.cause === null || rest.cause === code ? '' : ` (${rest.cause})`;
  const lines = [
    `${allowed ? 'allowed' : 'refused'}: ${status} ${code}${cause}. ${detail}`,
    `policy revision ${rest.revision}`,
    '',
    toTable(steps.flatMap((step) => [[step.step, step.outcome, summaryOf(step)], ...furtherRows(step)])),
  ];
  if (would_allow.length > 0) lines.push('', 'What would allow it:');
  for (const { action, detail: reason, request } of would_allow) {
    lines.push(`* ${action}: ${reason}`);
    if (request) lines.push(`    ${request.method} ${request.path}`, `    ${JSON.stringify(request.body)}`);
  }
  return lines.join('\n');
}

/** What a step hung on, on one line. */
function summaryOf(step: Step): string {
  const { step: _name, outcome: _outcome, candidates: _candidates, presented: _presented, ...details } = step;
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** The routes and credentials that were considered, each on a line of its own. */
function furtherRows({ candidates, presented }: Step): string[][] {
  const routes = (candidates ?? []) as { domain: string; route_pattern: string; outcome: string; reason: string }[];
  const credentials = (presented ?? []) as { source: string; outcome: string; reason: string }[];
  return [
    ...routes.map(({ domain, route_pattern, outcome, reason }) => [
      '',
      outcome,
      `${domain} ${route_pattern} (${reason})`,
    ]),
    ...credentials.map(({ source, outcome, reason }) => ['', outcome, `${source} (${reason})`]),
  ];
}
