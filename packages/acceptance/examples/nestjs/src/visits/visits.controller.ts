import { Body, Controller, Get, Post } from '@nestjs/common'
import { InjectModel } from '@nestjs/sequelize'
import { Visit } from './visit.model'

@Controller('visits')
export class VisitsController {
  constructor(@InjectModel(Visit) private readonly visits: typeof Visit) {}

  @Get()
  list(): Promise<Visit[]> {
    return this.visits.findAll({ order: ['id'] })
  }

  @Post()
  create(@Body() visit: { page: string }): Promise<Visit> {
    return this.visits.create({ page: visit.page })
  }
}
