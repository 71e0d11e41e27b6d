import clicksend_client as c


def run(s):
    api = s.api('SMSApi')
    body = c.SmsMessageCollection(messages=[
        c.SmsMessage(source='sdk5', body='now', to='+15551234567'),
        c.SmsMessage(source='sdk5', body='later', to='+15551234567', schedule=s.later),
        c.SmsMessage(source='sdk5', body='much later', to='+15551234567', schedule=s.later + 3600),
    ])
    price = s.succeeded(api.sms_price_post(body))
    sent = s.succeeded(api.sms_send_post(body))
    s.check(sent['queued_count'] == 3 and sent['total_price'] == price['total_price'], (sent, price))
    ids = [row['message_id'] for row in sent['messages']]
    history = s.succeeded(api.sms_history_get(page=1, limit=100))
    s.check(set(ids) <= {row['message_id'] for row in history['data']}, history)
    found = s.succeeded(api.sms_history_get(q='status:scheduled', date_from=s.now - 60, date_to=s.later))
    s.check([row['body'] for row in found['data']] == ['later', 'much later'], found)
    s.check(s.succeeded(api.sms_history_export_get('texts.csv'))['url'].startswith('http'), 'a link')
    s.succeeded(api.sms_cancel_by_message_id_put(ids[1]))
    s.refused(404, api.sms_cancel_by_message_id_put, ids[1])
    s.check(s.succeeded(api.sms_cancel_all_put())['count'] == 1, 'one was left')
    receipts(s, api, ids[0])
    inbound(s, api)


def receipts(s, api, message_id):
    receipt = s.until(lambda: s.succeeded(api.sms_receipts_by_message_id_get(message_id)))
    s.check(receipt['message_id'] == message_id, receipt)
    unread = s.succeeded(api.sms_receipts_get(page=1, limit=100))
    s.check(message_id in [row['message_id'] for row in unread['data']], unread)
    s.succeeded(api.sms_receipts_read_put(date_before=c.DateBefore(date_before=s.later)))
    s.check(s.succeeded(api.sms_receipts_get())['total'] == 0, 'all are read')
    s.succeeded(api.sms_receipts_post(c.Url(url='poll')))
    s.check(s.succeeded(api.sms_receipts_get())['total'] == 1, 'one for a test')


def inbound(s, api):
    made = s.succeeded(api.sms_inbound_post(c.Url(url='poll')))
    other = s.succeeded(api.sms_inbound_post(c.Url(url='poll')))
    unread = [row['message_id'] for row in s.succeeded(api.sms_inbound_get(page=1, limit=100))['data']]
    s.check({made['message_id'], other['message_id']} <= set(unread), unread)
    s.succeeded(api.sms_inbound_read_by_message_id_put(made['message_id']))
    left = [row['message_id'] for row in s.succeeded(api.sms_inbound_get())['data']]
    s.check(made['message_id'] not in left and other['message_id'] in left, left)
    s.succeeded(api.sms_inbound_read_put(date_before=c.DateBefore(date_before=s.later)))
    s.check(s.succeeded(api.sms_inbound_get())['total'] == 0, 'all are read')
