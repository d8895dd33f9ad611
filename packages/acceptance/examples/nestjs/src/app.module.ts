import { Module } from '@nestjs/common'
import { SequelizeModule } from '@nestjs/sequelize'
import { TypeOrmModule } from '@nestjs/typeorm'
import * as sequelize from '@verifull/sequelize'
import * as typeorm from '@verifull/typeorm'
import { OrdersModule } from './orders/orders.module'
import { Visit } from './visits/visit.model'
import { VisitsModule } from './visits/visits.module'

@Module({
  imports: [
    TypeOrmModule.forRoot(typeorm.secureConfig({ autoLoadEntities: true, synchronize: true, retryAttempts: 1 })),
    SequelizeModule.forRoot(
      sequelize.secureConfig({
        models: [Visit],
        autoLoadModels: true,
        synchronize: true,
        logging: false,
        retryAttempts: 1,
      }),
    ),
    OrdersModule,
    VisitsModule,
  ],
})
export class AppModule {}
