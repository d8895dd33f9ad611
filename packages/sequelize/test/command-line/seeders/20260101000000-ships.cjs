exports.up = (queryInterface) => queryInterface.bulkInsert('ship', [{ name: 'Vasa' }, { name: 'Gorch Fock' }])
