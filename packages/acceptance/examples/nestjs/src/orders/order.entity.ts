import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm'

@Entity({ name: 'nest_order' })
export class Order {
  @PrimaryGeneratedColumn()
  id!: number

  @Column('text')
  article!: string
}
