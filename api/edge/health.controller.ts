import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type * as Contract from '../../openapi/generated/chat.js';
import { Refusal } from '../domain/problem.js';
import { Answers, Refuses } from './answers.js';
import { Field } from './fields.js';
import { Metrics } from './metrics.js';

export class Health implements Contract.Health {
  @Field({ type: String, enum: ['ok'] })
  status!: 'ok';
}

/** Whether the process should be given work. */
export class Readiness {
  draining = false;

  /**
   * @param trouble what is wrong with the store, if anything is
   */
  constructor(readonly trouble: () => Promise<string | undefined>) {}
}

/** What an operator's tools ask. */
@Controller()
@ApiTags('operations')
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ operationId: 'getLiveness', summary: 'Is the process alive' })
  @Answers(200, Health)
  live(): Health {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Should the process be given work' })
  @Answers(200, Health)
  @Refuses(503)
  async ready(): Promise<Health> {
    const trouble = await this.readiness.trouble();
    if (trouble !== undefined) throw new Refusal('unavailable', `The store does not answer: ${trouble}`);
    if (this.readiness.draining) throw new Refusal('unavailable', 'The server is going down.');
    return { status: 'ok' };
  }

  @Get('metrics')
  @ApiOperation({ operationId: 'getMetrics', summary: 'Read the figures of the process' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  async figures(@Res() response: Response): Promise<void> {
    const text = await this.metrics.registry.metrics();
    response.type(this.metrics.registry.contentType).send(text);
  }
}
