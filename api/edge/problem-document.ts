import { Field } from './fields.js';
import { PROBLEM_CODES } from '../domain/problem.js';
import type * as Contract from '../../openapi/generated/chat.js';

export class FieldErrorDto implements Contract.FieldError {
  @Field()
  field!: string;

  @Field()
  message!: string;
}

/** What a refusal looks like, for the API's account of itself. */
export class ProblemDto implements Contract.Problem {
  @Field({ type: String, format: 'uri-reference' })
  type!: string;

  @Field()
  title!: string;

  @Field({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;

  @Field()
  detail!: string;

  @Field({ type: String, enum: PROBLEM_CODES })
  code!: Contract.ProblemCode;

  @Field({ type: [FieldErrorDto], required: false })
  errors?: FieldErrorDto[];

  @Field({ type: String, required: false, minLength: 1, maxLength: 32, pattern: '^[^\\x00-\\x1F\\x7F-\\x9F]+$' })
  suggestion?: string;

  @Field({ type: 'integer', format: 'int64', required: false, minimum: 0, maximum: 86400000 })
  retryAfterMs?: number;
}
