import base64


def run(s):
    api, contacts = s.api('ListsApi'), s.api('ContactsApi')

    first = s.succeeded(api.create_list(create_list_request={'list_name': 'SDK 6 people'})).data.list_id
    second = s.succeeded(api.create_list(create_list_request={'list_name': 'SDK 6 others'})).data.list_id
    listed = s.succeeded(api.view_lists())
    s.check({first, second} <= {row.list_id for row in listed.data.data}, listed)
    s.succeeded(api.update_list(list_id=first, create_list_request={'list_name': 'SDK 6 friends'}))
    s.check(api.view_specific_list(list_id=first).data.list_name == 'SDK 6 friends', 'the new name')

    ann = s.succeeded(api.create_new_contact(list_id=first, create_new_contact_request={
        'phone_number': '+15551230001', 'first_name': 'Ann', 'custom_1': 'one', 'email': 'ann@example.com'})).data
    s.check(ann.first_name == 'Ann' and ann.list_id == first, ann)
    s.succeeded(contacts.update_contact(
        list_id=first, contact_id=ann.contact_id, create_new_contact_request={'last_name': 'Lee'}))
    seen = s.succeeded(contacts.get_specific_contact(list_id=first, contact_id=ann.contact_id))
    s.check((seen.data.first_name, seen.data.last_name) == ('Ann', 'Lee'), seen)
    # This generation has no model of the answer and hands back nothing.
    s.check(api.view_contact_lists(q='SDK 6 fri') is None, 'a search')
    found = s.raw('GET', '/v3/search/contacts-lists?q=SDK%206%20fri')['data']['data']
    s.check(found[0]['name'] == 'SDK 6 friends', found)

    copied = s.succeeded(api.copy_contact_to_list(from_list_id=first, contact_id=ann.contact_id, to_list_id=second))
    s.check(names(api, second) == ['Ann'] and names(api, first) == ['Ann'], copied)
    bob = api.create_new_contact(
        list_id=first, create_new_contact_request={'phone_number': '+15551230002', 'first_name': 'Bob'}).data
    s.succeeded(api.transfer_contact_to_list(from_list_id=first, contact_id=bob.contact_id, to_list_id=second))
    s.check(sorted(names(api, second)) == ['Ann', 'Bob'] and names(api, first) == ['Ann'], 'Bob moved')

    rows = base64.b64encode(b'phone,first_name\n+15551230003,Cid\n+15551230003,Cid\n').decode()
    s.succeeded(api.import_contacts(list_id=first, import_contacts_request={
        'file_url': f'data:text/csv;base64,{rows}', 'field_order': 'phone,first_name'}))
    s.until(lambda: sorted(names(api, first)) == ['Ann', 'Cid', 'Cid'])
    removed = s.succeeded(api.remove_duplicate_contacts(
        list_id=first, remove_duplicate_contacts_request={'fields': {'first_name': ''}}))
    s.check(removed.data.deleted == 1 and sorted(names(api, first)) == ['Ann', 'Cid'], removed)
    removed = s.succeeded(api.remove_opted_out_contacts(list_id=second, opt_out_list_id=first))
    s.check(removed.data.deleted == 1 and names(api, second) == ['Bob'], removed)

    s.succeeded(contacts.delete_contact(list_id=first, contact_id=ann.contact_id))
    s.refused(404, contacts.get_specific_contact, list_id=first, contact_id=ann.contact_id)
    for number in (first, second):
        s.succeeded(api.delete_list(list_id=number))
        s.refused(404, api.view_specific_list, list_id=number)


def names(api, number):
    return [contact.first_name for contact in api.view_list_contacts(list_id=number).data.data]
