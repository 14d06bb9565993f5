import { type ArgumentMetadata, Injectable, type PipeTransform, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, invalid } from '../domain/problem.js';

const UNKNOWN = 'is none that this call knows';

const exceptionFactory = (errors: ValidationError[]) => invalid(...errors.map(fieldError));

/** The contract allows a body no unknown members; unknown parameters of a query are left out. */
const bodies = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, exceptionFactory });
const others = new ValidationPipe({
  transform: true,
  whitelist: true,
  validateCustomDecorators: true,
  exceptionFactory,
});

/**
 * Holds what comes in at any door against its DTO, and says of every field what is wrong with it. All
 * inputs are flat: one with depth is refused before anything walks down into it.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (!isDto(metadata.metatype)) return value;
    // Express and Socket.IO alike leave a missing body undefined.
    const input = flat(value ?? {}, metadata.type);
    if (metadata.type !== 'body') return others.transform(input, metadata);
    const names = Object.keys(input);
    const output = (await bodies.transform(input, metadata)) as object;
    // Some names (`__proto__`, `toString`) are taken out before the whitelist sees them.
    const unseen = names.find((name) => !Object.hasOwn(output, name));
    if (unseen !== undefined) throw invalid({ field: unseen, message: UNKNOWN });
    return output;
  }
}

/** The same for what comes by no parameter of a handler. */
export async function validate<T extends object>(dto: new () => T, value: unknown): Promise<T> {
  return new InputPipe().transform(value, { type: 'custom', metatype: dto }) as Promise<T>;
}

function isDto(metatype: ArgumentMetadata['metatype']): boolean {
  return metatype !== undefined && ![String, Number, Boolean, Array, Object].some((plain) => plain === metatype);
}

function flat(value: unknown, type: ArgumentMetadata['type']): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid({ field: 'body', message: 'must be an object' });
  }
  const deep = Object.entries(value).find(([, member]) => typeof member === 'object' && member !== null);
  if (deep)
    throw invalid({ field: deep[0], message: type === 'query' ? 'must be given once' : 'must be a single value' });
  return value;
}

function fieldError({ property, constraints = {} }: ValidationError): FieldError {
  if ('whitelistValidation' in constraints) return { field: property, message: UNKNOWN };
  return { field: property, message: Object.values(constraints)[0] ?? 'is not valid' };
}
