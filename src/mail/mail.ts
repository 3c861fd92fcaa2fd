/** A mail to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Makes a mail once its turn has come; undefined when there is nothing to send after all. */
export type ComposeMail = () => Promise<Mail | undefined>;

/** Where mail goes. */
export interface MailTransport {
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** One address and nothing that a header field could be made of. */
const ADDRESS = /^[^\s@,;:<>()[\]"\\]{1,64}@[^\s@,;:<>()[\]"\\]{1,255}$/;

/** Whether a login is an address mail can be sent to. */
export function isMailAddress(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  return ADDRESS.test(text) && !/[\u0000-\u001f\u007f]/.test(text);
}
