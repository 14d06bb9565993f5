import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsString, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';

/** The contract's shapes of single values; a test holds them equal to `openapi/chat.openapi.yaml`. */
const SHAPES = {
  RoomName: {
    minLength: 1,
    maxLength: 40,
    pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$',
    says: 'must be a-z, 0-9 and hyphens, starting and ending with a letter or digit',
  },
  Nickname: {
    minLength: 1,
    maxLength: 32,
    pattern: '^[^\\x00-\\x1F\\x7F-\\x9F]+$',
    says: 'must not have control characters',
  },
  Text: {
    minLength: 1,
    maxLength: 4000,
    pattern: '^[^\\S\\x0B\\x0C]*[^\\s\\x00-\\x1F\\x7F-\\x9F][^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F]*$',
    says: 'must not be blank, nor have control characters other than tab and line break',
  },
  MessageId: {
    minLength: 36,
    maxLength: 36,
    format: 'uuid',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    says: 'must be a UUID in lower case',
  },
  UserId: { minLength: 1, maxLength: 64 },
  Token: { minLength: 1, maxLength: 1024 },
  Epoch: { pattern: '^[A-Za-z0-9_-]{1,64}$', says: 'must be an epoch' },
  Cursor: {
    minLength: 3,
    maxLength: 81,
    pattern: '^[A-Za-z0-9_-]{1,64}:(0|[1-9][0-9]{0,14})$',
    says: 'must be a cursor, <epoch>:<seq>',
  },
  Title: {
    minLength: 1,
    maxLength: 80,
    pattern: '^[^\\S\\x00-\\x1F]*[^\\s\\x00-\\x1F\\x7F-\\x9F][^\\x00-\\x1F\\x7F-\\x9F]*$',
    says: 'must not be blank, nor have control characters',
  },
} as const satisfies Record<string, Shape>;

interface Shape {
  minLength?: number;
  maxLength?: number;
  format?: string;
  pattern?: string;
  says?: string;
}

interface Presence {
  optional?: boolean;
}

/** One of the contract's shapes, as a schema of JSON. */
export function stringSchema(name: keyof typeof SHAPES) {
  const { minLength, maxLength, format, pattern }: Shape = SHAPES[name];
  return { type: 'string', minLength, maxLength, format, pattern };
}

/** A string of one of the contract's shapes. */
export function StringField(name: keyof typeof SHAPES, { optional = false }: Presence = {}): PropertyDecorator {
  const { says, minLength, maxLength, pattern }: Shape = SHAPES[name];
  return applyDecorators(
    ApiProperty({ ...stringSchema(name), type: String, required: !optional }),
    IsString({ message: 'must be a string' }),
    IsWellFormed(),
    ...(minLength !== undefined && maxLength !== undefined ? [CodePoints(minLength, maxLength)] : []),
    ...(pattern ? [Matches(new RegExp(pattern, 'u'), { message: says })] : []),
    ...(optional ? [UnlessAbsent()] : []),
  );
}

/** A whole number. */
export function IntegerField(
  { minimum, maximum, format, byDefault }: { minimum: number; maximum: number; format?: string; byDefault?: number },
  { optional = byDefault !== undefined }: Presence = {},
): PropertyDecorator {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return applyDecorators(
    ApiProperty({ type: 'integer', required: !optional, minimum, maximum, format, default: byDefault }),
    IsInt({ message }),
    Min(minimum, { message }),
    Max(maximum, { message }),
    ...(optional ? [UnlessAbsent()] : []),
  );
}

/** Absent is fine, `null` is not: the contract has no nulls. */
const UnlessAbsent = () => ValidateIf((_object, value) => value !== undefined);

export function BooleanField(): PropertyDecorator {
  return applyDecorators(ApiProperty({ type: Boolean }), IsBoolean({ message: 'must be true or false' }));
}

/** For answers, which nobody validates on their way out. */
export const Field = (options: ApiPropertyOptions = {}): PropertyDecorator => ApiProperty(options);

/** Counts code points, as JSON Schema does; class-validator's own length counts otherwise. */
function CodePoints(min: number, max: number): PropertyDecorator {
  const message = min === max ? `must be ${min} characters` : `must be ${min} to ${max} characters`;
  return check('codePoints', message, (value) => {
    // The first test spares counting what cannot fit: a code point has one or two units.
    if (typeof value !== 'string' || value.length > 2 * max) return false;
    const { length } = [...value];
    return length >= min && length <= max;
  });
}

/** A lone surrogate is no character, and no encoder may write it (RFC 3629, 3). */
function IsWellFormed(): PropertyDecorator {
  return check(
    'wellFormed',
    'must be well-formed Unicode',
    (value) => typeof value === 'string' && value.isWellFormed(),
  );
}

function check(name: string, message: string, validate: (value: unknown) => boolean) {
  return ValidateBy({ name, validator: { validate, defaultMessage: () => message } });
}
