module.exports = async (s) => {
  const lists = s.api('ContactListApi');
  const contacts = s.api('ContactApi');
  const names = async (number) => {
    const page = await s.succeeded(contacts.listsContactsByListIdGet(number, 1, 100));
    return page.data.map((contact) => contact.last_name).sort().join();
  };
  const list = (name) => s.model('ContactList', { listName: name });
  const contact = (phoneNumber, lastName) => s.model('Contact', { phoneNumber, lastName });

  const first = (await s.succeeded(lists.listsPost(list('npm people')))).list_id;
  const second = (await s.succeeded(lists.listsPost(list('npm others')))).list_id;
  const listed = await s.succeeded(lists.listsGet(1, 100));
  s.check([first, second].every((number) => listed.data.some((row) => row.list_id === number)), listed);
  await s.succeeded(lists.listsByListIdPut(first, list('npm friends')));
  s.check((await s.succeeded(lists.listsByListIdGet(first))).list_name === 'npm friends', 'the new name');

  const ann = await s.succeeded(contacts.listsContactsByListIdPost(contact('+15551230001', 'Ann'), first));
  s.check(ann.last_name === 'Ann' && ann.list_id === first, ann);
  await s.succeeded(contacts.listsContactsByListIdAndContactIdPut(first, ann.contact_id, contact('+15551230001', 'Lee')));
  const seen = await s.succeeded(contacts.listsContactsByListIdAndContactIdGet(first, ann.contact_id));
  s.check(seen.last_name === 'Lee', seen);
  const found = await s.succeeded(s.api('SearchApi').searchContactsListsGet('npm fri', 1, 10));
  s.check(found.data.map((row) => row.name).join() === 'npm friends', found);

  await s.succeeded(contacts.listsCopyContactPut(first, ann.contact_id, second));
  s.check((await names(second)) === 'Lee' && (await names(first)) === 'Lee', 'Ann is in both');
  const bob = await s.succeeded(contacts.listsContactsByListIdPost(contact('+15551230002', 'Bob'), first));
  await s.succeeded(contacts.listsTransferContactPut(first, bob.contact_id, second));
  s.check((await names(second)) === 'Bob,Lee' && (await names(first)) === 'Lee', 'Bob moved');

  const rows = Buffer.from('phone,last_name\n+15551230003,Cid\n+15551230003,Cid\n').toString('base64');
  const file = s.model('ContactListImport', { fileUrl: `data:text/csv;base64,${rows}`, fieldOrder: ['phone', 'last_name'] });
  await s.succeeded(lists.listsImportByListIdPost(first, file));
  await s.until(async () => (await names(first)) === 'Cid,Cid,Lee');
  const fields = s.model('Fields', { fields: s.model('FieldsFields', { phoneNumber: '' }) });
  const removed = await s.succeeded(lists.listsRemoveDuplicatesByListIdPut(first, fields));
  s.check(removed.deleted === 1 && (await names(first)) === 'Cid,Lee', removed);
  const optedOut = await s.succeeded(contacts.listsRemoveOptedOutContactsByListIdAndOptOutListIdPut(second, first));
  s.check(optedOut.deleted === 1 && (await names(second)) === 'Bob', optedOut);

  await s.succeeded(contacts.listsContactsByListIdAndContactIdDelete(first, ann.contact_id));
  await s.refused(404, contacts.listsContactsByListIdAndContactIdGet(first, ann.contact_id));
  for (const number of [first, second]) {
    await s.succeeded(lists.listsByListIdDelete(number));
    await s.refused(404, lists.listsByListIdGet(number));
  }
};
