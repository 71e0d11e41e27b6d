import base64

import clicksend_client as c


def run(s):
    lists, contacts = s.api('ContactListApi'), s.api('ContactApi')

    first = s.succeeded(lists.lists_post(c.ContactList(list_name='SDK 5 people')))['list_id']
    second = s.succeeded(lists.lists_post(c.ContactList(list_name='SDK 5 others')))['list_id']
    listed = s.succeeded(lists.lists_get(page=1, limit=100))
    s.check({first, second} <= {row['list_id'] for row in listed['data']}, listed)
    s.succeeded(lists.lists_by_list_id_put(first, c.ContactList(list_name='SDK 5 friends')))
    s.check(s.succeeded(lists.lists_by_list_id_get(first))['list_name'] == 'SDK 5 friends', 'the new name')

    ann = s.succeeded(contacts.lists_contacts_by_list_id_post(
        c.Contact(phone_number='+15551230001', first_name='Ann', custom_1='one', email='ann@example.com'), first))
    s.check(ann['first_name'] == 'Ann' and ann['list_id'] == first, ann)
    s.succeeded(contacts.lists_contacts_by_list_id_and_contact_id_put(
        first, ann['contact_id'], c.Contact(phone_number='+15551230001', custom_1='one', last_name='Lee')))
    seen = s.succeeded(contacts.lists_contacts_by_list_id_and_contact_id_get(first, ann['contact_id']))
    s.check((seen['phone_number'], seen['last_name']) == ('+15551230001', 'Lee'), seen)
    found = s.succeeded(s.api('SearchApi').search_contacts_lists_get('SDK 5 fri', page=1, limit=10))
    s.check([row['name'] for row in found['data']] == ['SDK 5 friends'], found)

    s.succeeded(contacts.lists_copy_contact_put(first, ann['contact_id'], second))
    s.check(names(s, contacts, second) == ['Lee'] and names(s, contacts, first) == ['Lee'], 'Ann is in both')
    bob = s.succeeded(contacts.lists_contacts_by_list_id_post(c.Contact(phone_number='+15551230002', custom_1='', last_name='Bob'), first))
    s.succeeded(contacts.lists_transfer_contact_put(first, bob['contact_id'], second))
    s.check(names(s, contacts, second) == ['Bob', 'Lee'] and names(s, contacts, first) == ['Lee'], 'Bob moved')

    rows = base64.b64encode(b'phone,last_name\n+15551230003,Cid\n+15551230003,Cid\n').decode()
    file = c.ContactListImport(file_url=f'data:text/csv;base64,{rows}', field_order=['phone', 'last_name'])
    s.succeeded(lists.lists_import_by_list_id_post(first, file))
    s.until(lambda: names(s, contacts, first) == ['Cid', 'Cid', 'Lee'])
    fields = c.Fields(fields=c.FieldsFields(phone_number='', custom_1=''))
    removed = s.succeeded(lists.lists_remove_duplicates_by_list_id_put(first, fields))
    s.check(removed['deleted'] == 1 and names(s, contacts, first) == ['Cid', 'Lee'], removed)
    removed = s.succeeded(contacts.lists_remove_opted_out_contacts_by_list_id_and_opt_out_list_id_put(second, first))
    s.check(removed['deleted'] == 1 and names(s, contacts, second) == ['Bob'], removed)

    s.succeeded(contacts.lists_contacts_by_list_id_and_contact_id_delete(first, ann['contact_id']))
    s.refused(404, contacts.lists_contacts_by_list_id_and_contact_id_get, first, ann['contact_id'])
    for number in (first, second):
        s.succeeded(lists.lists_by_list_id_delete(number))
        s.refused(404, lists.lists_by_list_id_get, number)


def names(s, contacts, number):
    page = s.succeeded(contacts.lists_contacts_by_list_id_get(number, page=1, limit=100))
    return sorted(contact['last_name'] for contact in page['data'])
