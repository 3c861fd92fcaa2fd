import type { Logger } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { LOGGED_MAIL } from '../../config/mail-url';
import type { Settings } from '../../config/settings';
import type { Mail, MailTransport } from './mail';

const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_MS = 30_000;

/** Where SMTP_URL sends mail; undefined when it sends none. */
export function openMailTransport(
  { smtpUrl, mailFrom }: Pick<Settings, 'smtpUrl' | 'mailFrom'>,
  logger: Logger,
): MailTransport | undefined {
  if (smtpUrl === undefined) return undefined;
  return smtpUrl === LOGGED_MAIL ? loggedMail(logger) : smtp(smtpUrl, mailFrom);
}

function loggedMail(logger: Logger): MailTransport {
  return {
    send: async ({ to, subject, text }) => logger.log(`mail to ${to}: ${subject}\n${text}`),
    close: () => undefined,
  };
}

function smtp(url: string, from: string): MailTransport {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    // An address as an object is one recipient, whatever stands in it; as a text it would be read as a list.
    send: async ({ to, ...content }: Mail) => {
      await transport.sendMail({ ...content, from, to: { name: '', address: to } });
    },
    close: () => transport.close(),
  };
}
