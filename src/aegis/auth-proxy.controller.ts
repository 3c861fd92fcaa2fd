import { Body, Controller, Logger, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { notFound } from '../errors/refusals';
import { toSentence } from '../errors/to-sentence';
import { AttemptThrottle } from '../guards/attempt-throttle';
import { CallerAddress } from '../guards/caller-address';
import { Public } from '../guards/public.decorator';
import { AegisClient, type AegisReply } from './aegis-client';
import { AUTH_ENDPOINTS, readFields } from './auth-endpoints';

/** Aegis sees only the gateway's own address, and cannot tell callers apart. */
const CALLS_PER_MINUTE = 60;

/** Passes the log-in and registration of the predecessor's console on to Aegis. */
@Controller('api/auth')
@ApiTags('auth')
@Public()
export class AuthProxyController {
  private readonly logger = new Logger(AuthProxyController.name);

  constructor(
    private readonly client: AegisClient,
    private readonly attempts: AttemptThrottle,
    private readonly address: CallerAddress,
  ) {}

  @Post(':endpoint')
  async pass(
    @Param('endpoint') endpoint: string,
    @Body() body: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const fields = Object.hasOwn(AUTH_ENDPOINTS, endpoint) ? AUTH_ENDPOINTS[endpoint] : undefined;
    if (!fields || !this.client.isConfigured) throw notFound('endpoint');
    await this.attempts.count(`aegis ${this.address.of(request)}`, CALLS_PER_MINUTE);
    const read = readFields(fields, body);
    const { status, answer } = typeof read === 'string' ? refuse(400, read) : await this.ask(endpoint, read);
    response.status(status).json(answer);
  }

  private async ask(endpoint: string, fields: Record<string, string>): Promise<Answer> {
    try {
      return toAnswer(await this.client.post(endpoint, fields));
    } catch (error) {
      this.logger.warn(`Aegis cannot be reached: ${toSentence(error)}`);
      return refuse(502, 'aegis_unavailable', 'Aegis cannot be reached');
    }
  }
}

interface Answer {
  readonly status: number;
  readonly answer: object;
}

function toAnswer({ status, body }: AegisReply): Answer {
  if (status >= 200 && status < 300 && body) return { status: 200, answer: body };
  if (status >= 400 && status < 500) {
    return refuse(status, typeof body?.error === 'string' ? body.error : 'the request was refused');
  }
  return refuse(502, 'aegis_error', `Aegis answered with status ${status}`);
}

function refuse(status: number, error: string, detail?: string): Answer {
  return { status, answer: { error, detail } };
}
