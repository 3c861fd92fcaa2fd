import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body with quoted-printable read. */
  readonly text: string;
}

/** A mail server that keeps what it gets. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  /** How many of the next mails are refused for now. */
  refusing = 0;

  private constructor(private readonly server: SMTPServer) {}

  static async start(): Promise<MailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(null, { user: 'mailer' }),
      allowInsecureAuth: true,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (started.refusing > 0) {
            started.refusing -= 1;
            done(Object.assign(new Error('try again later'), { responseCode: 451 }));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const to = rcptTo.map(({ address }) => address);
          const text = readQuotedPrintable(Buffer.concat(chunks).toString());
          started.received.push({ from: mailFrom ? mailFrom.address : '', to, text });
          done();
        });
      },
    });
    const started = new MailServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** The mails of an address, once there are so many. */
  async mailsTo(address: string, count = 1): Promise<ReceivedMail[]> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const mails = this.received.filter(({ to }) => to.includes(address));
      if (mails.length >= count) return mails;
      if (Date.now() > deadline) throw new Error(`${address} has ${mails.length} mails, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** The token in a mail. */
export function tokenOf({ text }: ReceivedMail): string {
  return /gwo_[0-9A-Za-z]{38}/.exec(text)?.[0] ?? '';
}

function readQuotedPrintable(text: string): string {
  return text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
