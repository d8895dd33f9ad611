import { Module } from '@nestjs/common'
import { SequelizeModule } from '@nestjs/sequelize'
import { Visit } from './visit.model'
import { VisitsController } from './visits.controller'

@Module({ imports: [SequelizeModule.forFeature([Visit])], controllers: [VisitsController] })
export class VisitsModule {}
