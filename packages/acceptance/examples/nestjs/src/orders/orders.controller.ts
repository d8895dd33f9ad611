import { Body, Controller, Get, Post } from '@nestjs/common'
import { InjectRepository } from '@nestjs/typeorm'
import type { Repository } from 'typeorm'
import { Order } from './order.entity'

@Controller('orders')
export class OrdersController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Get()
  list(): Promise<Order[]> {
    return this.orders.find({ order: { id: 'asc' } })
  }

  @Post()
  create(@Body() order: { article: string }): Promise<Order> {
    return this.orders.save(this.orders.create({ article: order.article }))
  }
}
