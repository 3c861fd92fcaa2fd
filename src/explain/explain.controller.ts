import { HttpCode, Post } from '@nestjs/common';
import { AdminController } from '../admin-api/admin-controller.decorator';
import { JsonBody } from '../admin-api/json-body.decorator';
import { AdminRole } from '../guards/admin-role.decorator';
import { type ExplainInput, explainSchema } from './explain.schema';
import { ExplainService } from './explain.service';
import type { Explanation } from './explanation';

@AdminController('explain')
export class ExplainController {
  constructor(private readonly explanations: ExplainService) {}

  /** Changes nothing and counts nothing, so whoever may read the policy may ask. */
  @Post()
  @HttpCode(200)
  @AdminRole('viewer')
  explain(@JsonBody(explainSchema) input: ExplainInput): Promise<Explanation> {
    return this.explanations.explain(input);
  }
}
