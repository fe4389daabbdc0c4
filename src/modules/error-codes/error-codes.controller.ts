import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { errorCatalog, httpStatusOfCode } from '../../errors/index.js';
import { Operation, success, versionedPaths } from '../../http/index.js';
import { chooseLanguage, type Language } from './accept-language.rules.js';
import { type ErrorCodeAnswer, ErrorCodeListAnswer } from './error-codes.dto.js';

@ApiTags('Error code')
@Controller(versionedPaths('error-codes'))
export class ErrorCodesController {
  @Get()
  @ApiHeader({ name: 'Accept-Language', required: false, description: 'en or ko.', schema: { type: 'string' } })
  @Operation({
    id: 'listErrorCodes',
    summary: 'List error codes',
    description: 'Every code that the management API can answer, by number. Open to everybody.',
    access: 'public',
    answer: ErrorCodeListAnswer,
    errors: [],
  })
  list(
    @Headers('accept-language') wishes: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ErrorCodeListAnswer {
    const language = chooseLanguage(wishes);
    void reply.headers({ 'Content-Language': language, Vary: 'Accept-Language' });
    return success({ errorCodeList: lists[language] });
  }
}

const lists: Readonly<Record<Language, ErrorCodeAnswer[]>> = { en: listIn('en'), ko: listIn('ko') };

function listIn(language: Language): ErrorCodeAnswer[] {
  const entries = Object.values(errorCatalog).toSorted((a, b) => a.code - b.code);
  return entries.map(({ code, en, ko, cause, cure }) => {
    const common = { resultCode: code, resultMessage: en, httpStatus: httpStatusOfCode(code) };
    return language === 'ko' ? { ...common, description: ko } : { ...common, description: en, cause, cure };
  });
}
