import clicksend_client as c


def run(s):
    api = s.api('VoiceApi')
    s.check('en-us' in [row['code'] for row in s.succeeded(api.voice_lang_get())], 'languages')

    def calls(*schedules):
        return c.VoiceMessageCollection(messages=[
            c.VoiceMessage(to='+15551234567', body=f'hello {schedule}', voice='female', custom_string='sdk5', country='US',
                           lang='en-us', schedule=schedule) for schedule in schedules])

    price = s.succeeded(api.voice_price_post(calls(0)))
    s.check(price['total_price'] > 0, price)
    sent = s.succeeded(api.voice_send_post(calls(0, s.later, s.later + 60)))
    s.check(sent['queued_count'] == 3, sent)
    ids = [row['message_id'] for row in sent['messages']]
    history = s.succeeded(api.voice_history_get(page=1, limit=100))
    s.check(set(ids) <= {row['message_id'] for row in history['data']}, history)
    s.check(s.succeeded(api.voice_history_export_get('calls.csv'))['url'].startswith('http'), 'a link')
    s.succeeded(api.voice_cancel_by_message_id_put(ids[1]))
    s.refused(404, api.voice_cancel_by_message_id_put, ids[1])
    s.check(s.succeeded(api.voice_cancel_all_put())['count'] == 1, 'one was left')

    s.until(lambda: ids[0] in [row['message_id'] for row in s.succeeded(api.voice_receipts_get())['data']])
    s.succeeded(api.voice_receipts_read_put(date_before=c.DateBefore(date_before=s.later)))
    s.check(s.succeeded(api.voice_receipts_get())['total'] == 0, 'all are read')
    s.succeeded(api.voice_receipts_post(c.Url(url='poll')))
    s.check(s.succeeded(api.voice_receipts_get())['total'] == 1, 'one for a test')
