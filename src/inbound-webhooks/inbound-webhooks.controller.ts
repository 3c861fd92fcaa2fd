import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../guards/public.decorator';
import { EventReceiver, type EventReply, WRONG_SIGNATURE } from './event-receiver';
import type { EventSource } from './event-source';
import { EventSources } from './event-sources';

/** Where others deliver signed events; the signature is the credential. */
@Public()
@ApiTags('webhooks')
@Controller('api/webhooks')
export class InboundWebhooksController {
  constructor(
    private readonly sources: EventSources,
    private readonly receiver: EventReceiver,
  ) {}

  @Post('aegis')
  async receiveFromAegis(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const source = this.sources.findAegis();
    if (source) return this.receive(source, request, response);
    return answer(response, { status: 503, body: { error: 'Webhook handler not configured' } });
  }

  @Post(':name')
  async receiveFrom(
    @Param('name') name: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const source = await this.sources.find(name);
    return source ? this.receive(source, request, response) : answer(response, WRONG_SIGNATURE);
  }

  private async receive(source: EventSource, { headers, body }: Request, response: Response) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    return answer(response, await this.receiver.receive(source, { headers, body: bytes, atMs: Date.now() }));
  }
}

function answer(response: Response, { status, body }: EventReply): EventReply['body'] {
  response.status(status);
  return body;
}
