import { type DynamicModule, Global, Module } from '@nestjs/common';
import { RateLimits } from './rate-limits.js';
import { Settings } from './settings.js';

/** Gives every module the {@link Settings} and the limits of calls. */
@Global()
@Module({})
export class SettingsModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: RateLimits, useValue: new RateLimits(settings) },
      ],
      exports: [Settings, RateLimits],
    };
  }
}
