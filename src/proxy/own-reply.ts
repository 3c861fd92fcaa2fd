/** What the gateway itself answers. */
export interface OwnReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}
