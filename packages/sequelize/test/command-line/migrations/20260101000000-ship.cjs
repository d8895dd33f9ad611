exports.up = (queryInterface, { STRING }) => queryInterface.createTable('ship', { name: STRING })
exports.down = (queryInterface) => queryInterface.dropTable('ship')
