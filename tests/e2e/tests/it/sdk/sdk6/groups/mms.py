from groups.uploads import PICTURE


def run(s):
    api = s.api('MmsApi')
    media = s.raw('POST', '/v3/uploads?convert=mms', {'content': PICTURE})['data']['_url']
    message = {'to': '+15551234567', 'subject': 'SDK 6', 'body': 'a picture'}
    price = s.succeeded(api.calculate_mms_price(calculate_mms_price_request={'media_file': media, 'messages': [message]}))
    s.check(price.data.total_price > 0, price)
    sent = s.succeeded(api.send_mms(send_mms_request={'media_file': media, 'messages': [message]}))
    s.check(sent.data.queued_count == 1 and sent.data.total_price == price.data.total_price, sent)
    history = s.succeeded(api.view_mms_history())
    ids = [row.message_id for row in history.data.data]
    s.check(sent.data.messages[0].message_id in ids, history)
    link = s.succeeded(api.export_mms_history(filename='pictures.csv'))
    s.check(link.data.url.startswith('http'), link)
