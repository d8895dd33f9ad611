exports.up = (queryInterface, { STRING }) =>
  queryInterface.sequelize.transaction(async (transaction) => {
    await queryInterface.createTable('harbour', { name: STRING }, { transaction })
    await queryInterface.addColumn('ship', 'harbour', STRING, { transaction })
  })
exports.down = async (queryInterface) => {
  await queryInterface.removeColumn('ship', 'harbour')
  await queryInterface.dropTable('harbour')
}
