import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '../database/event-type';

it('the documentation lists every type of event, and no other', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'webhooks.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)].map(([, type]) => type);
  expect(listed).toEqual([...EVENT_TYPES]);
});
