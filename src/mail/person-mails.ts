import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import type { Mail } from './mail';

interface Letter {
  readonly subject: string;
  readonly why: string;
  /** The page of the front end that takes the token. */
  readonly page: string;
  readonly validFor: string;
  readonly otherwise: string;
}

const VERIFICATION: Letter = {
  subject: 'confirm your e-mail address',
  why: 'Somebody registered with this address. If it was you, confirm it.',
  page: 'verify-email',
  validFor: '24 hours',
  otherwise: 'If it was not you, do nothing.',
};

const RESET: Letter = {
  subject: 'reset your password',
  why: 'Somebody asked to reset the password of this address. If it was you, choose a new one.',
  page: 'reset-password',
  validFor: 'one hour',
  otherwise: 'If it was not you, do nothing: your password stays as it is.',
};

/** What people are written. A link has the token in its fragment, which browsers send to no server and no log. */
@Injectable()
export class PersonMails {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  verification(to: string, token: string): Mail {
    return this.write(VERIFICATION, to, token);
  }

  passwordReset(to: string, token: string): Mail {
    return this.write(RESET, to, token);
  }

  private write({ subject, why, page, validFor, otherwise }: Letter, to: string, token: string): Mail {
    const { publicUrl, siteName } = this.settings;
    const link = publicUrl === undefined ? undefined : `${publicUrl}/${page}#token=${token}`;
    const codeLine = `Code, valid for ${validFor}: ${token}`;
    const text = [why, ...(link === undefined ? [] : [link]), codeLine, otherwise, siteName].join('\n\n');
    const anchor = link === undefined ? '' : `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`;
    const code = `<p>Code, valid for ${validFor}: <code>${token}</code></p>`;
    const html = `<p>${why}</p>${anchor}${code}<p>${otherwise}</p><p>${escapeHtml(siteName)}</p>`;
    return { to, subject: `${siteName}: ${subject}`, text, html };
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
