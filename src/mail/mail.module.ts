import { Module } from '@nestjs/common';
import { MailQueue } from './mail-queue';
import { PersonMails } from './person-mails';

@Module({ providers: [MailQueue, PersonMails], exports: [MailQueue, PersonMails] })
export class MailModule {}
