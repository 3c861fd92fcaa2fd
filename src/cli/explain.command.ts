import type { Explanation } from '../explain/explanation';
import type { CollectedHeaders } from './collect-header';
import { connectAdmin } from './connect-admin';
import { toExplanationText } from './explanation-text';

export interface ExplainOptions {
  readonly header?: CollectedHeaders;
  readonly body?: string;
  readonly client?: string;
  readonly ip?: string;
  readonly json?: boolean;
}

/** `gatewarden explain METHOD URL`: how the gateway would decide on a request, step by step, and what would allow it. */
export async function explain(method: string, url: string, options: ExplainOptions): Promise<void> {
  const { header: headers = {}, body = null, client: client_id = null, ip = null, json = false } = options;
  const admin = connectAdmin(process.env);
  try {
    const request = { method, url, headers, body, client_id, ip };
    const explanation = await admin.send<Explanation>('POST', 'explain', request);
    const text = json ? JSON.stringify(explanation, undefined, 2) : toExplanationText(explanation);
    process.stdout.write(`${text}\n`);
  } finally {
    await admin.close();
  }
}
