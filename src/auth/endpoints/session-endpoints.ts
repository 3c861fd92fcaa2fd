import { Injectable } from '@nestjs/common';
import { GatewardenError } from '../../errors/gatewarden-error';
import { notFound } from '../../errors/refusals';
import type { OwnCall } from '../../proxy/own-endpoint';
import { toOwnSessionView } from '../../sessions/session.view';
import { SessionEnding } from '../../sessions/session-ending';
import { SessionRefresh } from '../../sessions/session-refresh';
import { SessionsService } from '../../sessions/sessions.service';
import { BearerReader } from '../bearer-reader';
import { LogIn } from '../log-in';
import { type AuthAnswer, type AuthRoute, done } from './auth-route';
import { logInBody, logOutBody, refreshBody } from './bodies';
import { readBody, readOptionalBody } from './read-body';

const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };

/** In, on, and out again. */
@Injectable()
export class SessionEndpoints {
  readonly routes: readonly AuthRoute[] = [
    { method: 'POST', path: '/api/auth', answer: (call) => this.logIn(call) },
    { method: 'POST', path: '/api/auth/login', answer: (call) => this.logIn(call) },
    { method: 'POST', path: '/api/auth/refresh', answer: (call) => this.refresh(call) },
    { method: 'POST', path: '/api/auth/logout', answer: (call) => this.logOut(call) },
    { method: 'GET', path: '/api/auth/sessions', answer: (call) => this.list(call) },
    { method: 'DELETE', path: '/api/auth/sessions/:id', answer: (call) => this.remove(call) },
  ];

  constructor(
    private readonly entrance: LogIn,
    private readonly sessions: SessionsService,
    private readonly refreshing: SessionRefresh,
    private readonly ending: SessionEnding,
    private readonly bearer: BearerReader,
  ) {}

  private async logIn({ request }: OwnCall): Promise<AuthAnswer> {
    const { login, password } = await readBody(request, logInBody);
    const origin = { ip: request.clientAddress, userAgent: request.userAgent ?? '' };
    const reply = await this.entrance.logIn({ login, password, origin });
    if (reply) return { status: 200, body: reply };
    throw new GatewardenError('invalid_credentials', 'the e-mail address or the password is wrong', {
      headers: CHALLENGE,
    });
  }

  private async refresh({ request }: OwnCall): Promise<AuthAnswer> {
    const { refresh_token: refreshToken } = await readBody(request, refreshBody);
    const reply = await this.refreshing.refresh(refreshToken, Date.now());
    if (reply) return { status: 200, body: reply };
    throw new GatewardenError('invalid_credentials', 'the refresh token was not accepted', { headers: CHALLENGE });
  }

  /** A refresh token that is none (any more) is as good as logged out (RFC 7009 section 2.2). */
  private async logOut(call: OwnCall): Promise<AuthAnswer> {
    const body = await readOptionalBody(call.request, logOutBody);
    const refreshToken = body?.refresh_token ?? undefined;
    const caller = refreshToken === undefined ? await this.bearer.read(call) : await this.bearer.find(call);
    const known = refreshToken === undefined ? undefined : await this.sessions.findByRefreshToken(refreshToken);
    for (const sessionId of new Set([caller?.sessionId, known])) {
      if (sessionId !== undefined) await this.ending.end(sessionId);
    }
    return done('Logged out');
  }

  private async list(call: OwnCall): Promise<AuthAnswer> {
    const { user, sessionId } = await this.bearer.read(call);
    const rows = await this.sessions.listActive(user.userId, call.nowMs);
    return { status: 200, body: rows.map((row) => toOwnSessionView(row, sessionId)) };
  }

  private async remove(call: OwnCall): Promise<AuthAnswer> {
    const { user } = await this.bearer.read(call);
    const rows = await this.sessions.listActive(user.userId, call.nowMs);
    const row = rows.find(({ sessionId }) => sessionId === call.id.toLowerCase());
    if (!row) throw notFound('session');
    await this.ending.end(row.sessionId);
    return done('Session ended');
  }
}
