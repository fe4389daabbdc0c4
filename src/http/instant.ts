import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate, IsOptional } from 'class-validator';
import * as z from 'zod';

const isoTime = z.iso.datetime({ offset: true });

const DAY_MS = 86_400_000;

/** Begin of a day (UTC): an example that can be called, which a fixed time cannot be for long. */
function exampleTime(daysBack: number): string {
  return new Date((Math.floor(Date.now() / DAY_MS) - daysBack) * DAY_MS).toISOString();
}

/** Marks a query field that is a point in time: ISO 8601 with Z or an offset, read as a Date. */
export function Instant(
  description: string,
  exampleDaysBack: number,
  options: { readonly isOptional?: boolean } = {},
): PropertyDecorator {
  const { isOptional = false } = options;
  return applyDecorators(
    ...(isOptional ? [IsOptional()] : []),
    ApiProperty({
      required: !isOptional,
      type: String,
      format: 'date-time',
      example: exampleTime(exampleDaysBack),
      description: `${description} ISO 8601 with Z or an offset ±hh:mm.`,
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? readInstant(value) : value)),
    IsDate({ message: 'must be a time in ISO 8601 with Z or an offset ±hh:mm' }),
  );
}

/** The time that a text says; the text itself when it says none. */
function readInstant(text: string): Date | string {
  // A + that was not escaped in a URL arrives as a space.
  const parsed = isoTime.safeParse(text.replace(/ (?=\d{2}:\d{2}$)/, '+'));
  return parsed.success ? new Date(parsed.data) : text;
}
