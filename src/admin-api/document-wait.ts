import type { OpenAPIObject } from '@nestjs/swagger';

const WRITES = ['post', 'put', 'patch', 'delete'] as const;

const WAIT = {
  name: 'wait',
  in: 'query',
  required: false,
  schema: { type: 'string', pattern: '^applied$' },
  description:
    'Answer only when every live process serves the change: 202 with X-Config-Lagging (the ids of those that do not) after ten seconds.',
} as const;

/** Adds `?wait=applied` to every write of the admin API. */
export function documentWait(document: OpenAPIObject): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/api/admin/')) continue;
    for (const method of WRITES) {
      const operation = item[method];
      if (operation) operation.parameters = [...(operation.parameters ?? []), WAIT];
    }
  }
  return document;
}
