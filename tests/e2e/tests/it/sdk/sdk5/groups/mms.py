import clicksend_client as c

from groups.uploads import picture as uploaded


def run(s):
    api = s.api('MMSApi')
    message = c.MmsMessage(to='+15551234567', subject='SDK 5', body='a picture', _from='+15005550100', country='US')
    body = c.MmsMessageCollection(media_file=uploaded(s), messages=[message])
    price = s.succeeded(api.mms_price_post(body))
    s.check(price['total_price'] > 0, price)
    sent = s.succeeded(api.mms_send_post(body))
    s.check(sent['queued_count'] == 1 and sent['total_price'] == price['total_price'], sent)
    picture = sent['messages'][0]['message_id']
    history = s.succeeded(api.mms_history_get(page=1, limit=100))
    s.check(picture in [row['message_id'] for row in history['data']], history)
    s.check(s.succeeded(api.mms_history_export_get('pictures.csv'))['url'].startswith('http'), 'a link')

    s.until(lambda: picture in [row['message_id'] for row in s.succeeded(api.mms_receipts_get())['data']])
    s.succeeded(api.mms_receipts_read_put(date_before=c.DateBefore(date_before=s.later)))
    s.check(s.succeeded(api.mms_receipts_get())['total'] == 0, 'all are read')
