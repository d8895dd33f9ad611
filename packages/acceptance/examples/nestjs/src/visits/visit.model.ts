import type { CreationOptional, InferAttributes, InferCreationAttributes } from 'sequelize'
import { Column, DataType, Model, Table } from 'sequelize-typescript'

@Table({ tableName: 'nest_visit', timestamps: false })
export class Visit extends Model<InferAttributes<Visit>, InferCreationAttributes<Visit>> {
  @Column({ type: DataType.INTEGER, primaryKey: true, autoIncrement: true })
  declare id: CreationOptional<number>

  @Column(DataType.TEXT)
  declare page: string
}
