def run(s):
    api = s.api('SmsApi')
    sent = s.succeeded(api.send_sms(send_sms_request={'messages': [
        {'to': '+15551234567', 'body': 'now', 'custom_string': 'sdk6'},
        {'to': '+15551234567', 'body': 'later', 'schedule': s.later, 'custom_string': s.unique},
        {'to': '+15551234567', 'body': 'much later', 'schedule': s.later + 3600},
    ]}))
    messages = sent.data.messages
    s.check([message.status for message in messages] == ['SUCCESS'] * 3, sent)
    price = s.succeeded(api.calculate_sms_price(calculate_sms_price_request={
        'messages': [{'to': '+15551234567', 'body': 'now'}]}))
    s.check(price.data.total_price * 3 == sent.data.total_price, price)

    history = s.succeeded(api.view_sms_history(page=1, limit=100))
    s.check({message.message_id for message in messages} <= {row.message_id for row in history.data.data}, history)
    newest = s.succeeded(api.view_sms_history(order_by='date:desc', date_from=s.now - 60, date_to=s.later))
    s.check(newest.data.data[0].body == 'much later', newest)
    found = s.succeeded(api.view_sms_history(q=f'custom_string:{s.unique}'))
    s.check([row.body for row in found.data.data] == ['later'], found)
    link = s.succeeded(api.export_sms_history(filename='texts.csv'))
    s.check(link.data.url.startswith('http'), link)

    s.succeeded(api.cancel_sms(message_id=messages[1].message_id))
    s.refused(404, api.cancel_sms, message_id=messages[1].message_id)
    cancelled = s.succeeded(api.cancel_all_sms())
    s.check(cancelled.data.count == 1, cancelled)
    receipts(s, api, messages[0].message_id)
    inbound(s, api)


def receipts(s, api, message_id):
    receipt = s.until(lambda: api.view_specific_sms_receipt(message_id=message_id))
    s.check(receipt.data.message_id == message_id, receipt)
    unread = s.succeeded(api.view_sms_receipts())
    s.check(message_id in [row.message_id for row in unread.data.data], unread)
    s.succeeded(api.mark_sms_receipt_as_read(mark_sms_receipt_as_read_request={'date_before': s.later}))
    s.check(api.view_sms_receipts().data.total == 0, 'all are read')
    made = s.succeeded(api.create_test_sms_receipt(create_test_sms_receipt_request={'url': 'poll'}))
    s.check(api.view_sms_receipts().data.total == 1, made)


def inbound(s, api):
    made = s.succeeded(api.create_test_inbound_sms(create_test_inbound_sms_request={'url': 'poll'}))
    other = s.succeeded(api.create_test_inbound_sms(create_test_inbound_sms_request={'url': 'poll'}))
    unread = s.succeeded(api.view_inbound_sms(page=1, limit=100))
    ids = [row.message_id for row in unread.data.data]
    s.check({made.data.message_id, other.data.message_id} <= set(ids), unread)
    reply = s.succeeded(api.view_a_specific_inbound_sms_message(original_message_id=made.data.original_message_id))
    s.check(reply.data.message_id == made.data.message_id, reply)
    s.succeeded(api.mark_specific_inbound_sms_message_as_read(message_id=made.data.message_id))
    left = [row.message_id for row in api.view_inbound_sms().data.data]
    s.check(made.data.message_id not in left and other.data.message_id in left, left)
    s.succeeded(api.mark_inbound_sms_as_read(mark_sms_receipt_as_read_request={'date_before': s.later}))
    s.check(api.view_inbound_sms().data.total == 0, 'all are read')
