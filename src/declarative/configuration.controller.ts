import { Body, Get, Headers, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AdminController } from '../admin-api/admin-controller.decorator';
import type { Written } from '../admin-api/admin-reply.interceptor';
import { IfMatch } from '../admin-api/if-match.decorator';
import { ZodBodyPipe } from '../admin-api/zod-body.pipe';
import { GatewardenError } from '../errors/gatewarden-error';
import { invalidField } from '../errors/refusals';
import { type AdminCaller, Caller } from '../guards/admin-caller';
import { AdminRole } from '../guards/admin-role.decorator';
import { type Applied, ConfigurationApply } from './configuration-apply';
import { ConfigurationExport } from './configuration-export';
import { readConfigurationFile } from './configuration-file.schema';
import { EXPORT_KEY_BYTES } from './export-cipher';

/** The header field that has the key to encrypt secrets with, base64 of 32 bytes. */
export const EXPORT_KEY_FIELD = 'X-Gatewarden-Export-Key';

const YAML = 'application/yaml';
const applyQuery = z.strictObject({ dry_run: z.enum(['true', 'false']).default('false') });

@AdminController('config')
export class ConfigurationController {
  constructor(
    private readonly exporting: ConfigurationExport,
    private readonly applying: ConfigurationApply,
  ) {}

  @Get('export')
  @AdminRole('viewer')
  async export(
    @Caller() caller: AdminCaller,
    @Headers(EXPORT_KEY_FIELD) exportKey: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    if (exportKey !== undefined && caller.role !== 'owner') {
      throw new GatewardenError('insufficient_role', 'an export with secrets is for owners');
    }
    const isJson = request.accepts([YAML, 'application/json']) === 'application/json';
    const key = exportKey === undefined ? undefined : toExportKey(exportKey);
    const { text, revision } = await this.exporting.read({ exportKey: key, isJson });
    response.set({ ETag: `"${revision}"`, 'X-Config-Revision': String(revision) });
    response.type(isJson ? 'application/json' : YAML);
    return text;
  }

  @Post('apply')
  @HttpCode(200)
  @AdminRole('operator')
  @ApiConsumes(YAML, 'application/json')
  apply(
    @Body() body: unknown,
    @Req() request: Request,
    @Query(new ZodBodyPipe(applyQuery)) { dry_run }: z.output<typeof applyQuery>,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<Written<Applied>> {
    const isJson = request.is('application/json') !== false;
    const file = readConfigurationFile(parseText(typeof body === 'string' ? body : '', isJson));
    return this.applying.apply(file, { isDryRun: dry_run === 'true', ifMatch });
  }
}

function toExportKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length === EXPORT_KEY_BYTES) return key;
  throw invalidField('', `${EXPORT_KEY_FIELD} must be base64 of ${EXPORT_KEY_BYTES} bytes`);
}

/** Faults are told by line only: the text around them could be a secret. */
function parseText(text: string, isJson: boolean): unknown {
  try {
    if (isJson) return JSON.parse(text);
  } catch {
    throw invalidField('', 'the body is not JSON');
  }
  const document = parseDocument(text, { logLevel: 'silent', prettyErrors: true });
  const [fault] = document.errors;
  if (fault) throw invalidField('', `the body is not YAML (line ${fault.linePos?.[0].line ?? '?'}: ${fault.code})`);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw invalidField('', 'the body has aliases that do not lead anywhere, or too many');
  }
}
