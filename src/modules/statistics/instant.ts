import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { z } from 'zod';

const isoTime = z.iso.datetime({ offset: true });

/** Marks a query field that is a point in time: ISO 8601 with Z or an offset, read as a Date. */
export function Instant(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'date-time',
      example: '2026-11-21T06:00:00+09:00',
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
