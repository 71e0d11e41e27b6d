def run(s):
    api = s.api('VoiceMessagingApi')
    languages = s.succeeded(api.view_voice_languages())
    s.check('en-us' in [row.code for row in languages.data], languages)

    message = {'to': '+15551234567', 'body': 'hello from SDK 6', 'lang': 'en-us', 'voice': 'female'}
    price = s.succeeded(api.calculate_voice_price(calculate_voice_price_request={'messages': [message]}))
    s.check(price.data.total_price > 0, price)
    sent = s.succeeded(api.send_voice_message(send_voice_message_request={'messages': [message]}))
    s.check(sent.data.queued_count == 1, sent)
    call = sent.data.messages[0].message_id
    history = s.succeeded(api.get_voice_history(page=1, limit=100, order_by='date:desc'))
    s.check(call in [row.message_id for row in history.data.data], history)
    link = s.succeeded(api.export_voice_history(filename='calls.csv'))
    s.check(link.data.url.startswith('http'), link)
    s.until(lambda: call in [row.message_id for row in api.view_voice_receipts().data.data])

    # This generation cannot schedule a call, only cancel one.
    later = [dict(message, body=f'later {number}', schedule=s.later + number) for number in range(2)]
    rows = s.raw('POST', '/v3/voice/send', {'messages': later})['data']['messages']
    s.succeeded(api.cancel_voice_message(message_id=rows[0]['message_id']))
    s.refused(404, api.cancel_voice_message, message_id=rows[0]['message_id'])
    s.check(s.succeeded(api.cancel_all_voice_messages()).data.count == 1, 'one was left')
