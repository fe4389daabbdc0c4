import { type DynamicModule, Module } from '@nestjs/common';
import { Database, DatabaseModule } from '../database/index.js';
import { HealthController, READINESS_PROBE } from '../http/health.js';
import { Settings } from '../http/index.js';
import { SettingsModule } from '../http/settings.module.js';
import { DeploymentsModule } from '../modules/deployments/index.js';
import { GatewayResponsesModule } from '../modules/gateway-responses/index.js';
import { ModelsModule } from '../modules/models/index.js';
import { ResourcesModule } from '../modules/resources/index.js';
import { RoutersModule } from '../modules/routers/index.js';
import { ServicesModule } from '../modules/services/index.js';
import { StagesModule } from '../modules/stages/index.js';
import { TenancyModule } from '../modules/tenancy/index.js';

/** Everything that the control plane consists of. */
@Module({})
export class ControlPlaneModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: ControlPlaneModule,
      imports: [
        SettingsModule.with(settings),
        DatabaseModule.forUrl(settings.databaseUrl),
        TenancyModule,
        RoutersModule,
        ServicesModule,
        ResourcesModule,
        ModelsModule,
        GatewayResponsesModule,
        StagesModule,
        DeploymentsModule,
      ],
      controllers: [HealthController],
      providers: [
        {
          provide: READINESS_PROBE,
          inject: [Database],
          useFactory: (database: Database) => async () => {
            await database.client.$queryRaw`SELECT 1`;
          },
        },
      ],
    };
  }
}
