import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem-document.js';

const schemaOf = (type: Type) => ({ schema: { $ref: getSchemaPath(type) } });

/** What a call answers with when it is done. */
export function Answers(status: number, type?: Type) {
  return applyDecorators(
    ...(type ? [ApiExtraModels(type)] : []),
    ApiResponse({ status, ...(type && { content: { 'application/json': schemaOf(type) } }) }),
  );
}

/** With which statuses it refuses. */
export function Refuses(...statuses: number[]) {
  const content = { 'application/problem+json': schemaOf(ProblemDto) };
  return applyDecorators(ApiExtraModels(ProblemDto), ...statuses.map((status) => ApiResponse({ status, content })));
}
