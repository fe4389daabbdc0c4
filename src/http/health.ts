import { Controller, Get, HttpCode, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** Asks whether what the process depends on is in reach; rejects when it is not. */
export type ReadinessProbe = () => Promise<void>;
/** Under which name a {@link ReadinessProbe} is injected. */
export const READINESS_PROBE = Symbol('readiness probe');

/** GET /health/live says that the process runs, GET /health/ready that it can do its work. */
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(@Inject(READINESS_PROBE) private readonly probe: ReadinessProbe) {}

  @Get('live')
  @HttpCode(200)
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HttpCode(200)
  async ready(): Promise<{ status: string }> {
    await this.probe();
    return { status: 'ok' };
  }
}
