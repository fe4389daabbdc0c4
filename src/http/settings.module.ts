import { type DynamicModule, Global, Module } from '@nestjs/common';
import { SecretBox } from '../kernel/secret-box.js';
import { Settings } from './settings.js';

/** Gives every module the {@link Settings} and the box for secrets at rest. */
@Global()
@Module({})
export class SettingsModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: SecretBox, useValue: new SecretBox(settings.encryptionKey) },
      ],
      exports: [Settings, SecretBox],
    };
  }
}
