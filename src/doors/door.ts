import type { IncomingMessage } from 'node:http';
import type { Refused } from '../core/decision';
import type { Entrance } from '../decision/decision-made';
import { type RefusalReply, type ReplyIds } from '../listening/refusal-reply';
import type { Description, FieldRoles } from './description';

/** The dialect of one kind of front proxy: how it describes a request, and what it makes of a refusal. */
export interface Door {
  readonly entrance: Entrance;
  readonly roles: FieldRoles;
  /** Adds what the fields of a message do not tell, and checks what they must. */
  complete(description: Description, req: IncomingMessage): void;
  toReply(refused: Refused, ids: ReplyIds): RefusalReply;
}
